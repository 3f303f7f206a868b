import { heunStep } from './parts/heunStep.ts';
import { mark, start, steps } from './parts/ops.ts';
import type { ListedSampler } from './types.ts';

/**
 * Heun's method on the probability-flow ODE: the mean of the slopes at both ends of the step.
 * Karras et al. 2022, https://arxiv.org/abs/2206.00364, alg. 1. The last step, to σ = 0, is Euler's.
 */
export const heun: ListedSampler<object> = {
  id: 'heun',
  title: 'Heun',
  paper: {
    title: 'Elucidating the Design Space of Diffusion-Based Generative Models',
    url: 'https://arxiv.org/abs/2206.00364',
  },
  summary: 'Looks at both ends of the step and takes the mean slope: two evaluations a step, second order.',
  order: 2,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield mark(i + 1, t, yield* heunStep(s, t));
    }
  },
};
