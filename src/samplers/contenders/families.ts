// Samplers in families, by what a step costs and draws: for menus and rankings.
import { samplers, type SamplerId } from '../diffusion/index.ts';
import type { Sampler } from '../diffusion/types.ts';
import type { SigmaRange } from '../../schedules/types.ts';
import { contenderNfe, isStochastic, newContender } from './contender.ts';

/** A range of σ as image models have it. */
const USUAL: SigmaRange = { min: 0.002, max: 80 };

/** Evaluations that one more step costs, over a few of them: a whole number for all but those that jump back. */
export function evaluationsAStep(id: SamplerId): number {
  const c = newContender(id, 8);
  const spent = (steps: number) => contenderNfe(c, USUAL, steps);
  return (spent(16) - spent(8)) / 8;
}

export const FAMILIES = [
  'First order',
  'Multistep',
  'Several evaluations a step',
  'Parallel in time',
  'Stochastic',
  'Exponential',
  'Runge-Kutta',
  'Integrating factor',
] as const;
export type Family = (typeof FAMILIES)[number];

const isFamily = (name: string | undefined): name is Family => FAMILIES.some((family) => family === name);

export function familyOf(id: SamplerId): Family {
  const { family } = samplers[id] as Sampler;
  if (isFamily(family)) return family;
  if (isStochastic(newContender(id, 2))) return 'Stochastic';
  if (evaluationsAStep(id) > 1) return 'Several evaluations a step';
  return samplers[id].order > 1 ? 'Multistep' : 'First order';
}
