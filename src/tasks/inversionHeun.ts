import { roundTrip } from './parts/roundTrip.ts';
import type { TaskMethod } from './types.ts';

/**
 * The same walk with the mean of the slopes at both ends of a step, and back by Heun.
 * Karras et al. 2022, https://arxiv.org/abs/2206.00364, alg. 1, with rising levels.
 */
export const inversionHeun: TaskMethod<object> = {
  id: 'inversion_heun',
  task: 'invert',
  title: 'Inversion by Heun',
  paper: {
    title: 'Elucidating the Design Space of Diffusion-Based Generative Models',
    url: 'https://arxiv.org/abs/2206.00364',
  },
  summary: 'Inverts with two evaluations a step: the round trip closes far better once steps are small enough.',
  given: ['given'],
  roles: ['source'],
  steps: 25,
  params: {},
  stochastic: () => false,
  plan: (levels, _, told) => roundTrip('heun', levels, told),
};
