import { singlestepPlan } from './parts/singlestepPlan.ts';
import type { Sampler } from './types.ts';

/** Sizes of the groups for so many evaluations, as Lu et al. 2022, section 3.4, and k-diffusion divide them. */
export function fastGroups(evaluations: number): number[] {
  const threes = Math.floor(evaluations / 3);
  const rest = evaluations % 3;
  if (rest > 0) return [...new Array<number>(threes).fill(3), rest];
  return evaluations === 0 ? [] : [...new Array<number>(threes - 1).fill(3), 2, 1];
}

/**
 * DPM-Solver-fast: as many steps of DPM-Solver-3 as the evaluations pay for, then one of lower order. Lu et al. 2022,
 * https://arxiv.org/abs/2206.00927, section 3.4. k-diffusion lays the groups of three evenly over log σ, whatever the
 * schedule; here the levels are the list's own, one evaluation each, and a list with its spacing gives its result. A last
 * step to σ = 0 returns the denoised value.
 */
export const dpmFast: Sampler<object> = {
  id: 'dpm_fast',
  title: 'DPM-Solver-fast',
  paper: {
    title: 'DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps',
    url: 'https://arxiv.org/abs/2206.00927',
  },
  summary:
    'Steps of order three over three levels each, then one of lower order: third order for one count in three, less for the others.',
  order: 2.5, // between 160 and 640 steps, whose last is of first order; where the rest is two, 3
  stochastic: () => false,
  params: {},
  plan: (sigmas) =>
    singlestepPlan(sigmas, {
      groups: fastGroups(sigmas.length - 1 - (sigmas.at(-1) === 0 ? 1 : 0)),
      value: 'epsilon',
      weights: (k, size) => (k === 2 && size === 3 ? 'heun' : 'midpoint'),
    }),
};
