import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * DPM-Solver-2 as k-diffusion has it: the midpoint method, the midpoint taken in log σ.
 * Lu et al. 2022, https://arxiv.org/abs/2206.00927, alg. 1 with r₁ = ½ (the paper weighs by e^h, k-diffusion by the
 * change of σ; both are the same step: σ_t(e^h − 1) = s − t). The step to σ = 0 is Euler's.
 */
export const dpm2: Sampler<object> = {
  id: 'dpm_2',
  title: 'DPM-Solver-2',
  paper: {
    title: 'DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps',
    url: 'https://arxiv.org/abs/2206.00927',
  },
  summary: 'Takes the slope halfway, in log σ, and uses it for the whole step: two evaluations a step, second order.',
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
      const middle = Math.sqrt(s * t);
      const h = t - s;
      yield eulerStep(s, middle, 'y'); // alg. 1: u, at the midpoint
      yield denoise(middle, 'e', 'y');
      yield combine('x', [
        [1, 'x'],
        [h / middle, 'y'],
        [-h / middle, 'e'],
      ]); // alg. 1: the whole step with the slope at u
      yield mark(i + 1, t, 'e');
    }
  },
};
