// Samplers in families, by what a step costs and draws: for menus and rankings.
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { contenderNfe, isStochastic, newContender } from './contender.ts';

/** Evaluations that one more step costs, over a few of them: a whole number for all but those that jump back. */
export function evaluationsAStep(id: SamplerId): number {
  const c = newContender(id, 8);
  const spent = (steps: number) => contenderNfe(c, 'ring8', steps);
  return (spent(16) - spent(8)) / 8;
}

export const FAMILIES = ['First order', 'Multistep', 'Several evaluations a step', 'Stochastic'] as const;
export type Family = (typeof FAMILIES)[number];

export function familyOf(id: SamplerId): Family {
  if (isStochastic(newContender(id, 2))) return 'Stochastic';
  if (evaluationsAStep(id) > 1) return 'Several evaluations a step';
  return samplers[id].order > 1 ? 'Multistep' : 'First order';
}
