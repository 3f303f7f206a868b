import { numberField } from '../../core/field.ts';
import { noiseFields } from './parts/stochastic.ts';
import { combine, denoise, mark, noise, plainDraw, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

interface Params {
  sigma_min: number;
  s_noise: number;
}

/**
 * Multistep sampling of consistency models, whose network f leads to the trajectory's point at the least level ε, not to
 * 0. Song et al. 2023, https://arxiv.org/abs/2303.01469, algorithm 1: x̂' = f(x̂, τ) + √(τ'² − ε²)·z, so that what is
 * added makes up the noise of level τ'. At ε or below nothing is added.
 */
export const consistency: Sampler<Params> = {
  id: 'consistency',
  title: 'Consistency (multistep)',
  paper: { title: 'Consistency Models', url: 'https://arxiv.org/abs/2303.01469' },
  summary:
    'Jumps to the end of the trajectory and adds noise up to the next level: for consistency models. Others give the mean, and lose contrast.',
  order: 0,
  stochastic: ({ s_noise }) => s_noise > 0,
  params: {
    sigma_min: numberField({
      label: 'ε',
      help: 'The level that the network leads to; 0 is LCM’s rule.',
      default: 0.002,
      min: 0,
      max: 0.1,
      step: 0.001,
    }),
    s_noise: noiseFields.s_noise,
  },
  *plan(sigmas, { sigma_min, s_noise }) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const fresh = t > sigma_min ? s_noise * Math.sqrt((t - sigma_min) * (t + sigma_min)) : 0;
      yield denoise(s);
      if (fresh > 0) {
        yield noise(plainDraw(i));
        yield combine('x', [
          [1, 'd'],
          [fresh, 'noise'],
        ]); // algorithm 1, lines 4–5
      } else yield combine('x', [[1, 'd']]);
      yield mark(i + 1, t);
    }
  },
};
