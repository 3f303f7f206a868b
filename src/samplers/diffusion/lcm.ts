import { combine, denoise, mark, noise, plainDraw, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * Sampling of latent consistency models: denoise to the end, then add the noise of the next level anew.
 * Luo et al. 2023, https://arxiv.org/abs/2310.04378, algorithm 3: z = f(ẑ, τ), ẑ' = α(τ')·z + σ(τ')·ε, which is
 * x̂' = f + σ̂'·ε in these coordinates. Each step's noise is its own draw: nothing of the step before is left in it.
 */
export const lcm: Sampler<object> = {
  id: 'lcm',
  title: 'LCM',
  paper: {
    title: 'Latent Consistency Models: Synthesizing High-Resolution Images with Few-Step Inference',
    url: 'https://arxiv.org/abs/2310.04378',
  },
  summary:
    'Denoises to the end and adds the next level’s noise anew: for networks distilled to do so. Others give the mean, and lose contrast.',
  order: 0,
  stochastic: () => true,
  params: {},
  *plan(sigmas) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t > 0) {
        yield noise(plainDraw(i));
        yield combine('x', [
          [1, 'd'],
          [t, 'noise'],
        ]); // algorithm 3, line 4
      } else yield combine('x', [[1, 'd']]);
      yield mark(i + 1, t);
    }
  },
};
