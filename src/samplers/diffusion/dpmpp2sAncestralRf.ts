import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import { ancestralStep, drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/**
 * DPM-Solver++(2S) ancestral as ComfyUI runs it on rectified flows: the step is split in flow time, the rest is the same,
 * as λ = log((1 − f)/f) = −log σ. Lu et al. 2022, https://arxiv.org/abs/2211.01095, alg. 1 with r = ½.
 */
export const dpmpp2sAncestralRf: Sampler<NoiseParams> = {
  id: 'dpmpp_2s_ancestral_rf',
  title: 'DPM-Solver++(2S) ancestral, rectified flow',
  paper: {
    title: 'DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2211.01095',
  },
  summary: 'DPM-Solver++(2S) ancestral with the step split in flow time: less noise where steps are large.',
  order: 2,
  stochastic: drawsNoise,
  params: noiseFields,
  *plan(sigmas, params) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const { down, ops, terms } = ancestralStep('flow', s, t, params);
      yield denoise(s);
      if (down === 0) {
        yield eulerStep(s, t);
        yield mark(i + 1, t);
        continue;
      }
      const inner = Math.sqrt(s * down);
      yield eulerStep(s, inner, 'y');
      yield denoise(inner, 'e', 'y');
      yield* ops;
      yield combine('x', [[down / s, 'x'], [1 - down / s, 'e'], ...terms]);
      yield mark(i + 1, t, 'e');
    }
  },
};
