import { numberField } from '../../core/field.ts';
import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * DPM-Solver++(2S): a second-order exponential singlestep method for the denoised value.
 * Lu et al. 2022, https://arxiv.org/abs/2211.01095, alg. 1, with α = 1 and λ = −log σ. The step to σ = 0 is first
 * order.
 */
export const dpmpp2s: Sampler<{ r: number }> = {
  id: 'dpmpp_2s',
  title: 'DPM-Solver++(2S)',
  paper: {
    title: 'DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2211.01095',
  },
  summary: 'Denoises at an inner point of the step and uses that picture: two evaluations a step, second order.',
  order: 2,
  stochastic: () => false,
  params: {
    r: numberField({
      label: 'r',
      help: 'Where the inner point lies, as a share of the step in log σ.',
      default: 0.5,
      min: 0.1,
      max: 1,
    }),
  },
  *plan(sigmas, { r }) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t === 0) {
        yield eulerStep(s, t);
        yield mark(i + 1, t);
        continue;
      }
      const inner = s * (t / s) ** r;
      const g = 1 - t / s; // g = −expm1(−h)
      yield eulerStep(s, inner, 'y'); // alg. 1: first order to the inner point
      yield denoise(inner, 'e', 'y');
      yield combine('x', [
        [t / s, 'x'],
        [g * (1 - 1 / (2 * r)), 'd'],
        [g / (2 * r), 'e'],
      ]); // alg. 1: D = (1 − 1/2r)·D(s) + 1/2r·D(inner)
      yield mark(i + 1, t, 'e');
    }
  },
};
