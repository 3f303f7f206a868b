import { betaQuantile } from '../math/beta.ts';
import { numberField } from '../core/field.ts';
import { rampDown } from './ramp.ts';
import type { Schedule } from './types.ts';

/** The two shape parameters of a beta distribution, shared by the two schedules of this name. */
export const betaFields = {
  alpha: numberField({
    label: 'α',
    help: 'Below 1 gathers steps at the low end, above 1 keeps them away from it.',
    default: 0.6,
    min: 0.3,
    max: 5,
  }),
  beta: numberField({
    label: 'β',
    help: 'Below 1 gathers steps at the high end, above 1 keeps them away from it.',
    default: 0.6,
    min: 0.3,
    max: 5,
  }),
};

/**
 * Quantiles of a beta distribution laid over σ itself, then 0: the "beta" of A1111 and diffusers. Not `beta_time`.
 * After Lee et al. 2024, https://arxiv.org/abs/2407.12173, who choose beta-distributed time steps.
 */
export const betaSigma: Schedule<{ alpha: number; beta: number }> = {
  id: 'beta_sigma',
  title: 'Beta quantiles of σ',
  paper: {
    title:
      'Beta Sampling is All You Need: Efficient Image Generation Strategy for Diffusion Models using Stepwise Spectral Analysis',
    url: 'https://arxiv.org/abs/2407.12173',
  },
  summary: 'Steps gathered at both ends of the noise range, counted in σ.',
  params: betaFields,
  sigmas: (steps, { min, max }, { alpha, beta }) =>
    rampDown(steps, max, min, (u) => min + betaQuantile(1 - u, alpha, beta) * (max - min)),
};
