import { phi } from '../../math/expIntegral.ts';
import { ring } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { ListedSampler } from './types.ts';

/**
 * RES, multistep, order 2: the two-step exponential method with exact φ weights.
 * Zhang et al. 2023, https://arxiv.org/abs/2308.02157, its two-step multistep method, with α = 1 and λ = −log σ.
 * It differs from DPM-Solver++(2M) only in the weight of the change of D: hφ₂ instead of half of hφ₁.
 */
export const resMultistep: ListedSampler<object> = {
  id: 'res_multistep',
  title: 'RES multistep',
  paper: {
    title: 'Improved Order Analysis and Design of Exponential Integrator for Diffusion Models Sampling',
    url: 'https://arxiv.org/abs/2308.02157',
  },
  summary: 'Two-step extrapolation with the exact weights of an exponential integrator: one evaluation a step.',
  order: 2,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    const history = ring('d', 2);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const d = history(i);
      const g = 1 - t / s; // g = hφ₁(−h)
      yield denoise(s, d);
      if (i === 0 || t === 0) {
        yield combine('x', [
          [t / s, 'x'],
          [g, d],
        ]);
      } else {
        const h = Math.log(s / t);
        const c = (h * phi(2, -h) * h) / Math.log(sigmas[i - 1]! / s); // h·b₂, b₂ = φ₂/c₂, c₂ = −h_{i−1}/h_i
        yield combine('x', [
          [t / s, 'x'],
          [g + c, d],
          [-c, history(i - 1)],
        ]);
      }
      yield mark(i + 1, t, d);
    }
  },
};
