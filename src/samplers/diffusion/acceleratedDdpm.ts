import { combine, denoise, mark, noise, plainDraw, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * Accelerated DDPM: noise before the evaluation and noise after it. Li et al. 2024, https://arxiv.org/abs/2403.03852. The
 * network is asked at level s for a point that is noisier than s, on purpose. Both draws are the step's own. To σ = 0 it
 * returns the denoised value of the plain state.
 */
export const acceleratedDdpm: Sampler<object> = {
  id: 'accelerated_ddpm',
  title: 'Accelerated DDPM',
  paper: {
    title: 'Accelerating Convergence of Score-Based Diffusion Models, Provably',
    url: 'https://arxiv.org/abs/2403.03852',
  },
  summary: 'DDPM with noise on both sides of the evaluation: the order is DDPM’s, the error some times smaller.',
  order: 1,
  stochastic: () => true,
  params: {},
  *plan(sigmas) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      if (t === 0) {
        yield denoise(s);
        yield combine('x', [[1, 'd']]);
        yield mark(i + 1, t);
        continue;
      }
      const half = ((s - t) * (s + t)) / 2;
      const q = (t / s) ** 2;
      yield noise(plainDraw(i));
      yield combine('x', [
        [1, 'x'],
        [Math.sqrt(half), 'noise'],
      ]);
      yield denoise(s);
      yield noise(plainDraw(i, 1));
      yield combine('x', [
        [q, 'x'],
        [1 - q, 'd'],
        [Math.sqrt(((1 + t * t) / (1 + s * s)) * half), 'noise'],
      ]);
      yield mark(i + 1, t);
    }
  },
};
