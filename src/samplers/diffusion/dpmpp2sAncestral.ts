import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import { ancestralNoise, ancestralSplit, drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/**
 * DPM-Solver++(2S) down to σ↓, then fresh noise up to the next level.
 * Lu et al. 2022, https://arxiv.org/abs/2211.01095, alg. 1 with r = ½; the split is DDIM's,
 * https://arxiv.org/abs/2010.02502, eq. 16.
 */
export const dpmpp2sAncestral: Sampler<NoiseParams> = {
  id: 'dpmpp_2s_ancestral',
  title: 'DPM-Solver++(2S) ancestral',
  paper: {
    title: 'DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2211.01095',
  },
  summary: 'A two-stage step that goes too far down on purpose, and adds noise back.',
  order: 2,
  stochastic: drawsNoise,
  params: noiseFields,
  *plan(sigmas, params) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const { down, up } = ancestralSplit(s, t, params.eta);
      yield denoise(s);
      if (down === 0) {
        yield eulerStep(s, t);
        yield mark(i + 1, t);
        continue;
      }
      const inner = Math.sqrt(s * down);
      const fresh = ancestralNoise(s, t, up, params);
      yield eulerStep(s, inner, 'y'); // alg. 1, towards σ↓
      yield denoise(inner, 'e', 'y');
      yield* fresh.ops;
      yield combine('x', [[down / s, 'x'], [1 - down / s, 'e'], ...fresh.terms]); // alg. 1 with 1/2r = 1, then σ↑ of noise
      yield mark(i + 1, t, 'e');
    }
  },
};
