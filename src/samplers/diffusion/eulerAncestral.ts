import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import { ancestralNoise, ancestralSplit, drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/**
 * Euler ancestral: an Euler step down to σ↓, then fresh noise up to the next level.
 * Song et al. 2020, https://arxiv.org/abs/2010.02502, eq. 12 with σ from eq. 16; the name is k-diffusion's.
 */
export const eulerAncestral: Sampler<NoiseParams> = {
  id: 'euler_ancestral',
  title: 'Euler ancestral',
  paper: { title: 'Denoising Diffusion Implicit Models', url: 'https://arxiv.org/abs/2010.02502' },
  summary: 'Denoises further than asked and adds fresh noise back, at every step.',
  order: 1,
  stochastic: drawsNoise,
  params: noiseFields,
  *plan(sigmas, params) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const { down, up } = ancestralSplit(s, t, params.eta); // eq. 16
      const fresh = ancestralNoise(s, t, up, params);
      yield denoise(s);
      yield* fresh.ops;
      yield combine('x', [[down / s, 'x'], [1 - down / s, 'd'], ...fresh.terms]); // eq. 12
      yield mark(i + 1, t);
    }
  },
};
