import { brownianIncrement } from '../../math/brownian.ts';
import { numberField } from '../../math/field.ts';
import { ancestralSplit } from '../ancestral.ts';
import { combine, denoise, mark, noise, start, steps } from '../ops.ts';
import type { Sampler } from '../types.ts';

/**
 * Euler ancestral: an Euler step down to σ↓, then fresh noise up to the next level.
 * Song et al. 2020, https://arxiv.org/abs/2010.02502, eq. 12 with σ from eq. 16; the name is k-diffusion's.
 */
export const eulerAncestral: Sampler<{ eta: number; s_noise: number }> = {
  id: 'euler_ancestral',
  title: 'Euler ancestral',
  paper: { title: 'Denoising Diffusion Implicit Models', url: 'https://arxiv.org/abs/2010.02502' },
  summary: 'Denoises further than asked and adds fresh noise back, at every step.',
  order: 1,
  stochastic: ({ eta, s_noise }) => eta > 0 && s_noise > 0,
  params: {
    eta: numberField({ label: 'η', help: 'How much of the noise is renewed: 0 is Euler, 1 is the full ancestral step.', default: 1, min: 0, max: 1 }),
    s_noise: numberField({ label: 'noise scale', help: 'Multiplies the fresh noise; 1 keeps the right variance.', default: 1, min: 0, max: 1.5 }),
  },
  *plan(sigmas, { eta, s_noise }) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const { down, up } = ancestralSplit(s, t, eta), scale = up * s_noise;
      yield denoise(s);
      if (scale > 0) yield noise(brownianIncrement(s, t));
      yield combine('x', [[down / s, 'x'], [1 - down / s, 'd'], ...(scale > 0 ? [[scale, 'noise'] as const] : [])]); // eq. 12
      yield mark(i + 1, t);
    }
  },
};
