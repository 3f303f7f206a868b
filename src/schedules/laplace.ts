import { numberField } from '../core/field.ts';
import { rampWithin } from './ramp.ts';
import type { Schedule } from './types.ts';

/**
 * Quantiles of a Laplace distribution over log σ, then 0: σ = exp(μ − b·sgn(½ − u)·ln(1 − 2|½ − u|)). Hang et al. 2024,
 * https://arxiv.org/abs/2407.03297, the Laplace density of its table 1, made a sampling schedule as in ComfyUI; there the
 * list has no final 0, and levels outside the range are cut to its ends, where several may coincide.
 */
export const laplace: Schedule<{ mu: number; beta: number }> = {
  id: 'laplace',
  title: 'Laplace quantiles of log σ',
  paper: { title: 'Improved Noise Schedule for Diffusion Training', url: 'https://arxiv.org/abs/2407.03297' },
  summary: 'Most steps around one noise level, on either side ever fewer: where training pays most, after the paper.',
  params: {
    mu: numberField({ label: 'μ', help: 'log σ of the level in the middle.', default: 0, min: -4, max: 4 }),
    beta: numberField({ label: 'b', help: 'How far the steps reach to either side.', default: 0.5, min: 0.1, max: 3 }),
  },
  sigmas: (steps, range, { mu, beta }) =>
    rampWithin(steps, range, (u) => {
      const away = 0.5 - u; // above the middle while positive
      return Math.exp(mu - beta * Math.sign(away) * Math.log1p(-2 * Math.abs(away)));
    }),
};
