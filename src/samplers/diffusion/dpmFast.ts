import { numberField } from '../../core/field.ts';
import { singlestepPlan, type Down } from './parts/singlestepPlan.ts';
import { ancestralNoise, ancestralSplit, drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/** Sizes of the groups for so many evaluations, as Lu et al. 2022, section 3.4, and k-diffusion divide them. */
export function fastGroups(evaluations: number): number[] {
  const threes = Math.floor(evaluations / 3);
  const rest = evaluations % 3;
  if (rest > 0) return [...new Array<number>(threes).fill(3), rest];
  return evaluations === 0 ? [] : [...new Array<number>(threes - 1).fill(3), 2, 1];
}

/** An ancestral step's way down, but never below the last positive level, and the noise back up. */
function downTo(least: number, s: number, t: number, params: NoiseParams): Down {
  const down = Math.max(least, ancestralSplit(s, t, params.eta).down);
  return { down, ...ancestralNoise(s, t, Math.sqrt((t - down) * (t + down)), params) };
}

/**
 * DPM-Solver-fast: as many steps of DPM-Solver-3 as the evaluations pay for, then one of lower order. Lu et al. 2022,
 * https://arxiv.org/abs/2206.00927, section 3.4. k-diffusion lays the groups of three evenly over log σ, whatever the
 * schedule; here the levels are the list's own, one evaluation each, and a list with its spacing gives its result. A last
 * step to σ = 0 returns the denoised value. With η each group goes down as an ancestral step does, and adds noise at its end,
 * as k-diffusion has it.
 */
export const dpmFast: Sampler<NoiseParams> = {
  id: 'dpm_fast',
  title: 'DPM-Solver-fast',
  paper: {
    title: 'DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps',
    url: 'https://arxiv.org/abs/2206.00927',
  },
  summary:
    'Steps of order three over three levels each, then one of lower order: third order for one count in three, less for the others.',
  order: 2.5, // between 160 and 640 steps, whose last is of first order; where the rest is two, 3
  stochastic: drawsNoise,
  params: {
    eta: numberField({
      label: noiseFields.eta.label,
      help: noiseFields.eta.help,
      default: 0,
      min: noiseFields.eta.min,
      max: noiseFields.eta.max,
    }),
    s_noise: noiseFields.s_noise,
  },
  plan: (sigmas, params) =>
    singlestepPlan(sigmas, {
      groups: fastGroups(sigmas.length - 1 - (sigmas.at(-1) === 0 ? 1 : 0)),
      value: 'epsilon',
      weights: (k, size) => (k === 2 && size === 3 ? 'heun' : 'midpoint'),
      ...(params.eta > 0 && {
        split: (s: number, t: number) =>
          downTo(
            sigmas.findLast((sigma) => sigma > 0)!,
            s,
            t,
            params,
          ),
      }),
    }),
};
