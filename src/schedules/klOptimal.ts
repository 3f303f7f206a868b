import { numberField } from '../core/field.ts';
import { rampDown } from './ramp.ts';
import type { Schedule } from './types.ts';

/**
 * Uniform in arctan(σ/c), then 0. Sabour et al. 2024, https://arxiv.org/abs/2404.14507, its closed form for Gaussian data
 * of deviation c = 1. Known as the minimiser of the paper's KL bound, which it is not: with D = c²x/(c² + σ²) and
 * σ = c·tan θ an Euler step multiplies the exact value by the cosine of its Δθ, and equal Δθ make the end point of Euler
 * as exact as it can be. (The bound itself is 17 times its least value on this grid: σ from 20 to .02, ten steps.)
 */
export const klOptimal: Schedule<{ c: number }> = {
  id: 'kl_optimal',
  title: 'KL optimal (Gaussian data)',
  paper: {
    title: 'Align Your Steps: Optimizing Sampling Schedules in Diffusion Models',
    url: 'https://arxiv.org/abs/2404.14507',
  },
  summary: 'The grid on which Euler ends nearest to the truth when the data are one round Gaussian.',
  params: {
    c: numberField({ label: 'c', help: 'Deviation of the data.', default: 1, min: 0.05, max: 20, log: true }),
  },
  sigmas: (steps, { min, max }, { c }) =>
    rampDown(steps, max, min, (u) => c * Math.tan(u * Math.atan(min / c) + (1 - u) * Math.atan(max / c))),
};
