import { numberField } from '../../core/field.ts';
import { ring, slope } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * Gradient estimation: sampling read as gradient descent on the distance to the data, the gradient's error lowered with
 * the last step's. Permenter & Yuan 2023, https://arxiv.org/abs/2306.04848. A step to σ = 0 returns the denoised value.
 */
export const gradientEstimation: Sampler<{ gamma: number }> = {
  id: 'gradient_estimation',
  title: 'Gradient estimation',
  paper: {
    title: 'Interpreting and Improving Diffusion Models from an Optimization Perspective',
    url: 'https://arxiv.org/abs/2306.04848',
  },
  summary: 'Overshoots the change of the slope: first order, yet near the best at ten evaluations.',
  order: 1,
  stochastic: () => false,
  params: {
    gamma: numberField({
      label: 'γ',
      help: '1 is Euler, 2 is published; more trusts the change of the slope more.',
      default: 2,
      min: 1,
      max: 5,
    }),
  },
  *plan(sigmas, { gamma }) {
    const history = ring('e', 2);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const h = t - s;
      yield denoise(s);
      if (t === 0) {
        yield combine('x', [[1, 'd']]);
      } else {
        yield slope(s, history(i));
        // ε̄ = γ·ε_i + (1 − γ)·ε_{i−1}
        yield combine(
          'x',
          i === 0
            ? [
                [1, 'x'],
                [h, history(i)],
              ]
            : [
                [1, 'x'],
                [h * gamma, history(i)],
                [h * (1 - gamma), history(i - 1)],
              ],
        );
      }
      yield mark(i + 1, t);
    }
  },
};
