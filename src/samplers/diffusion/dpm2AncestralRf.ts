import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import { ancestralStep, drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

const flowTime = (sigma: number) => sigma / (1 + sigma);

/**
 * DPM2 ancestral as ComfyUI runs it on rectified flows: split, midpoint and slope are all in flow time f = σ/(1 + σ). The
 * state is z = (1 − f)x̂ and its velocity v = (z − D)/f; the midpoint is the geometric mean of two flow times. The SDE:
 * Ma et al. 2024, https://arxiv.org/abs/2401.08740.
 */
export const dpm2AncestralRf: Sampler<NoiseParams> = {
  id: 'dpm_2_ancestral_rf',
  title: 'DPM-Solver-2 ancestral, rectified flow',
  paper: {
    title: 'SiT: Exploring Flow and Diffusion-based Generative Models with Scalable Interpolant Transformers',
    url: 'https://arxiv.org/abs/2401.08740',
  },
  summary: 'The midpoint method in flow time, with a step split in flow time and noise added back.',
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
      const middle = Math.sqrt(flowTime(s) * flowTime(down));
      const sigma = middle / (1 - middle);
      const g = (flowTime(down) - flowTime(s)) / middle;
      const back = 1 + down; // 1/(1 − f↓): from z to x̂
      yield eulerStep(s, sigma, 'y');
      yield denoise(sigma, 'e', 'y');
      yield* ops;
      yield combine('x', [[back / (1 + s), 'x'], [back * g * (1 - middle), 'y'], [-back * g, 'e'], ...terms]); // z + (f↓ − f)·v(y)
      yield mark(i + 1, t, 'e');
    }
  },
};
