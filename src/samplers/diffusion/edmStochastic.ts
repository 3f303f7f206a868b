import { numberField } from '../../core/field.ts';
import { heunStep } from './parts/heunStep.ts';
import { combine, mark, noise, plainDraw, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * The stochastic sampler of EDM: adds a little noise ("churn"), then takes a Heun step from the raised level.
 * Karras et al. 2022, https://arxiv.org/abs/2206.00364, alg. 2. Defaults: section 5, ImageNet-64. Churn 0 is Heun.
 * Each step's noise is a draw of its own: churn is not the increment of one path.
 */
export const edmStochastic: Sampler<{ s_churn: number; s_tmin: number; s_tmax: number; s_noise: number }> = {
  id: 'edm_stochastic',
  title: 'EDM stochastic (Heun with churn)',
  paper: {
    title: 'Elucidating the Design Space of Diffusion-Based Generative Models',
    url: 'https://arxiv.org/abs/2206.00364',
  },
  summary: 'Raises the noise a little before every Heun step, which washes out earlier errors.',
  order: 2,
  stochastic: ({ s_churn, s_tmin, s_tmax, s_noise }) => s_churn > 0 && s_noise > 0 && s_tmax > 0 && s_tmax >= s_tmin,
  params: {
    s_churn: numberField({
      label: 'churn',
      help: 'How much noise is added, over the whole run; 0 is plain Heun.',
      default: 40,
      min: 0,
      max: 100,
    }),
    s_tmin: numberField({
      label: 'lowest σ',
      help: 'No churn below this noise level.',
      default: 0.05,
      min: 0,
      max: 10,
    }),
    s_tmax: numberField({
      label: 'highest σ',
      help: 'No churn above this noise level.',
      default: 50,
      min: 0,
      max: 1000,
    }),
    s_noise: numberField({
      label: 'noise scale',
      help: 'Multiplies the added noise; slightly above 1 makes up for lost detail.',
      default: 1.003,
      min: 0,
      max: 1.5,
      step: 0.001,
    }),
  },
  *plan(sigmas, { s_churn, s_tmin, s_tmax, s_noise }) {
    const gammaMax = Math.min(s_churn / (sigmas.length - 1), Math.SQRT2 - 1);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const gamma = s >= s_tmin && s <= s_tmax ? gammaMax : 0; // alg. 2, line 3
      const raised = s * (1 + gamma);
      const scale = s_noise * Math.sqrt(raised * raised - s * s); // lines 5–6
      if (scale > 0) {
        yield noise(plainDraw(i));
        yield combine('x', [
          [1, 'x'],
          [scale, 'noise'],
        ]); // line 6
      }
      yield mark(i + 1, t, yield* heunStep(raised, t)); // lines 7–11
    }
  },
};
