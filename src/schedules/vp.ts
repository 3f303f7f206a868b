import { numberField } from '../core/field.ts';
import { rampDown } from './ramp.ts';
import type { Schedule } from './types.ts';

/**
 * Uniform in the continuous time of the variance-preserving SDE, then 0. Song et al. 2021,
 * https://arxiv.org/abs/2011.13456, eq. 33: σ̂(t)² = exp(½β_d t² + β_min t) − 1. Runs between the two times of the
 * range, in equal steps of t^(1/power): Lu et al. 2022, https://arxiv.org/abs/2206.00927, appendix, for power 2.
 */
export const vp: Schedule<{ beta_d: number; beta_min: number; power: number }> = {
  id: 'vp',
  title: 'VP time',
  paper: {
    title: 'Score-Based Generative Modeling through Stochastic Differential Equations',
    url: 'https://arxiv.org/abs/2011.13456',
  },
  summary: 'Equal steps in the time of the classical continuous diffusion.',
  params: {
    beta_d: numberField({
      label: 'β_d',
      help: 'How fast the noise rate grows; 19.9 is published.',
      default: 19.9,
      min: 1,
      max: 40,
    }),
    beta_min: numberField({
      label: 'β_min',
      help: 'The noise rate at the start; .1 is published.',
      default: 0.1,
      min: 0.01,
      max: 5,
    }),
    power: numberField({
      label: 'power',
      help: 'Steps are equal in the root of this power of the time: 1 is uniform, 2 DPM-Solver’s "time_quadratic".',
      default: 1,
      min: 1,
      max: 4,
    }),
  },
  sigmas(steps, { min, max }, { beta_d, beta_min, power }) {
    const time = (sigma: number) =>
      (Math.sqrt(beta_min ** 2 + 2 * beta_d * Math.log1p(sigma * sigma)) - beta_min) / beta_d;
    const first = time(max) ** (1 / power);
    const last = time(min) ** (1 / power);
    return rampDown(steps, max, min, (u) => {
      const t = (first + u * (last - first)) ** power;
      return Math.sqrt(Math.expm1((beta_d * t * t) / 2 + beta_min * t));
    });
  },
};
