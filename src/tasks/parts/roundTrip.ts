import { euler } from '../../samplers/diffusion/euler.ts';
import { heun } from '../../samplers/diffusion/heun.ts';
import type { Plan } from '../../samplers/diffusion/types.ts';
import type { Levels, Told } from '../types.ts';
import { climbing, type ClimbId } from './climb.ts';
import { toBottom } from './levels.ts';
import { asking } from './told.ts';

/** Up with one method and down again with the one that it is the inverse of, with the same class all the way. */
export function* roundTrip(kind: ClimbId, levels: Levels, told: Told, sweeps = 0): Plan {
  const down = toBottom(levels);
  yield* climbing(kind, down, told, sweeps);
  const solver = kind === 'heun' ? heun : euler;
  yield* asking('source', told, solver.plan(down, {}), levels.steps);
}
