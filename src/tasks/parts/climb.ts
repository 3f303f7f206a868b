// Up the levels, from data to noise. Song et al. 2020, https://arxiv.org/abs/2010.02502, section 4.3: the ODE of DDIM
// solved backwards.
import { numberField } from '../../core/field.ts';
import { combine, eulerStep, steps } from '../../samplers/diffusion/parts/ops.ts';
import type { Op } from '../../samplers/diffusion/types.ts';
import type { Told } from '../types.ts';
import { ask } from './told.ts';

/** One step from level t up to s. */
export type Climb = (t: number, s: number, told: Told, sweeps: number) => Generator<Op, void, void>;

/** The slope at the lower end, held over the step: first order. */
function* euler(t: number, s: number, told: Told): Generator<Op, void, void> {
  yield* ask('source', told, t);
  yield eulerStep(t, s);
}

/** The mean of the slopes at both ends: second order. */
function* heun(t: number, s: number, told: Told): Generator<Op, void, void> {
  yield* ask('source', told, t);
  yield eulerStep(t, s, 'y');
  yield* ask('source', told, s, 'y', 'e');
  const h = s - t;
  yield combine('x', [
    [1 + h / (2 * t), 'x'],
    [-h / (2 * t), 'd'],
    [h / (2 * s), 'y'],
    [-h / (2 * s), 'e'],
  ]);
}

/**
 * The state from which Euler's step s → t leads exactly here: y = (s/t)·(x − (1 − t/s)·D(y; s)), solved by iteration.
 * It contracts only where (s/t − 1)·‖J‖ < 1, J the Jacobian of D at s.
 */
function* exact(t: number, s: number, told: Told, sweeps: number): Generator<Op, void, void> {
  yield combine('y', [[1, 'x']]);
  for (let k = 0; k < sweeps; k++) {
    yield* ask('source', told, s, 'y');
    yield combine('y', [
      [s / t, 'x'],
      [1 - s / t, 'd'],
    ]);
  }
  yield combine('x', [[1, 'y']]);
}

export const climbs = { euler, heun, exact } as const satisfies Record<string, Climb>;
export type ClimbId = keyof typeof climbs;

export const sweepsField = numberField({
  label: 'sweeps',
  help: 'Iterations of the fixed point in each step of the exact inverse; each is an evaluation.',
  default: 30,
  min: 1,
  max: 100,
  integer: true,
});

/** From what is given up through the levels, which fall as they stand; marks 0, 1, … on the way. */
export function* climbing(
  kind: ClimbId,
  levels: readonly number[],
  told: Told,
  sweeps: number,
): Generator<Op, void, void> {
  const rising = levels.toReversed();
  yield combine('x', [[1, 'given']]);
  yield { op: 'mark', step: 0, sigma: rising[0]!, x: 'x' };
  for (const { i, s: t, t: s } of steps(rising)) {
    yield* climbs[kind](t, s, told, sweeps);
    yield { op: 'mark', step: i + 1, sigma: s, x: 'x' };
  }
}
