import { rampDown } from './ramp.ts';
import type { Schedule } from './types.ts';

/**
 * Uniform in arctan σ, then 0: what minimises the KL bound of Align Your Steps for Gaussian data.
 * Sabour et al. 2024, https://arxiv.org/abs/2404.14507, its closed form for Gaussian data.
 */
export const klOptimal: Schedule<object> = {
  id: 'kl_optimal',
  title: 'KL optimal (Gaussian data)',
  paper: {
    title: 'Align Your Steps: Optimizing Sampling Schedules in Diffusion Models',
    url: 'https://arxiv.org/abs/2404.14507',
  },
  summary: 'The best grid, in a precise sense, when the data are one round Gaussian.',
  params: {},
  sigmas: (steps, { min, max }) =>
    rampDown(steps, max, min, (u) => Math.tan(u * Math.atan(min) + (1 - u) * Math.atan(max))),
};
