import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import { ancestralNoise, ancestralSplit, noiseFields } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/**
 * DDIM: predicts the clean picture and the noise, and mixes them again at the next level.
 * Song et al. 2020, https://arxiv.org/abs/2010.02502, eq. 12 and 16. With x̂ = x/√ᾱ and σ̂² = (1 − ᾱ)/ᾱ, eq. 16 reads
 * σ↑ = η·t·√(1 − t²/s²): so η = 0 is Euler and η = 1 is DDPM and Euler ancestral.
 */
export const ddim: Sampler<{ eta: number }> = {
  id: 'ddim',
  title: 'DDIM',
  paper: { title: 'Denoising Diffusion Implicit Models', url: 'https://arxiv.org/abs/2010.02502' },
  summary: 'Splits the state into picture and noise and mixes them at the next level; η renews part of the noise.',
  order: 1,
  stochastic: ({ eta }) => eta > 0,
  params: { eta: { ...noiseFields.eta, default: 0 } },
  *plan(sigmas, { eta }) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const { down, up } = ancestralSplit(s, t, eta); // eq. 16
      const fresh = ancestralNoise(s, t, up, { eta, s_noise: 1 });
      yield denoise(s);
      yield* fresh.ops;
      yield combine('x', [[1 - down / s, 'd'], [down / s, 'x'], ...fresh.terms]); // eq. 12: D + σ↓·(x − D)/s + σ↑·z
      yield mark(i + 1, t);
    }
  },
};
