import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { ListedSampler } from './types.ts';

/**
 * DPM-Solver++(2M): a second-order exponential multistep method in λ = −log σ, for the denoised value.
 * Lu et al. 2022, https://arxiv.org/abs/2211.01095, alg. 2, with α = 1. First step, and the step to σ = 0, first order.
 */
export const dpmpp2m: ListedSampler<object> = {
  id: 'dpmpp_2m',
  title: 'DPM-Solver++(2M)',
  paper: {
    title: 'DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2211.01095',
  },
  summary: 'Extrapolates the denoised picture from the last two evaluations: one evaluation a step, second order.',
  order: 2,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const d = `d${i % 2}`;
      const d1 = `d${(i + 1) % 2}`; // D now and one step ago
      const g = 1 - t / s; // −expm1(−h), h = log(s/t)
      yield denoise(s, d);
      if (i === 0 || t === 0) {
        yield combine('x', [
          [t / s, 'x'],
          [g, d],
        ]);
      } else {
        const r = Math.log(sigmas[i - 1]! / s) / Math.log(s / t); // r_i = h_{i−1}/h_i
        yield combine('x', [
          [t / s, 'x'],
          [g * (1 + 1 / (2 * r)), d],
          [-g / (2 * r), d1],
        ]); // alg. 2: D = (1 + 1/2r)·D_i − 1/2r·D_{i−1}
      }
      yield mark(i + 1, t, d);
    }
  },
};
