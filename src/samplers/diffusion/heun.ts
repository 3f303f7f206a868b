import { combine, denoise, eulerStep, mark, start, steps } from '../ops.ts';
import type { Sampler } from '../types.ts';

/**
 * Heun's method on the probability-flow ODE: the mean of the slopes at both ends of the step.
 * Karras et al. 2022, https://arxiv.org/abs/2206.00364, alg. 1. The last step, to σ = 0, is Euler's.
 */
export const heun: Sampler<object> = {
  id: 'heun',
  title: 'Heun',
  paper: { title: 'Elucidating the Design Space of Diffusion-Based Generative Models', url: 'https://arxiv.org/abs/2206.00364' },
  summary: 'Looks at both ends of the step and takes the mean slope: two evaluations a step, second order.',
  order: 2,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t === 0) {
        yield eulerStep(s, t);
        yield mark(i + 1, t);
        continue;
      }
      yield eulerStep(s, t, 'y'); // alg. 1, line 5
      yield denoise(t, 'e', 'y'); // line 7
      const h = t - s;
      // line 8: x + h·½[(x − D(x; s))/s + (y − D(y; t))/t]
      yield combine('x', [[1 + h / (2 * s), 'x'], [-h / (2 * s), 'd'], [h / (2 * t), 'y'], [-h / (2 * t), 'e']]);
      yield mark(i + 1, t, 'e');
    }
  },
};
