import { denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import type { ListedSampler } from './types.ts';

/**
 * Euler steps on the probability-flow ODE dx/dσ = (x − D(x; σ))/σ.
 * Karras et al. 2022, https://arxiv.org/abs/2206.00364, alg. 1 without its correction.
 * In these coordinates it is DDIM with η = 0 (Song et al. 2020, https://arxiv.org/abs/2010.02502, eq. 13).
 */
export const euler: ListedSampler<object> = {
  id: 'euler',
  title: 'Euler (= DDIM)',
  paper: {
    title: 'Elucidating the Design Space of Diffusion-Based Generative Models',
    url: 'https://arxiv.org/abs/2206.00364',
  },
  summary: 'Follows the slope at the current point in a straight line: one evaluation a step, first order.',
  order: 1,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      yield eulerStep(s, t); // alg. 1, lines 4–5
      yield mark(i + 1, t);
    }
  },
};
