import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import { ancestralStep, drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/**
 * Euler ancestral as ComfyUI runs it on rectified flows (and diffusers for LTX): the step is split in flow time
 * f = σ/(1 + σ), not by variances. The SDE in flow time is that of Ma et al. 2024, https://arxiv.org/abs/2401.08740; with
 * small steps both splits follow the same one, with large ones this adds less noise.
 */
export const eulerAncestralRf: Sampler<NoiseParams> = {
  id: 'euler_ancestral_rf',
  title: 'Euler ancestral, rectified flow',
  paper: {
    title: 'SiT: Exploring Flow and Diffusion-based Generative Models with Scalable Interpolant Transformers',
    url: 'https://arxiv.org/abs/2401.08740',
  },
  summary: 'Euler ancestral with the step split in flow time: less noise where steps are large.',
  order: 1,
  stochastic: drawsNoise,
  params: noiseFields,
  *plan(sigmas, params) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const { down, ops, terms } = ancestralStep('flow', s, t, params);
      yield denoise(s);
      yield* ops;
      yield combine('x', [[down / s, 'x'], [1 - down / s, 'd'], ...terms]); // Euler in flow time is Euler in σ
      yield mark(i + 1, t);
    }
  },
};
