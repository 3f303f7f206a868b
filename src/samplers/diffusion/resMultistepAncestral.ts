import { resMultistepPlan } from './parts/resMultistepPlan.ts';
import { drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/** RES multistep, https://arxiv.org/abs/2308.02157, with ancestral noise; the name is ComfyUI's. */
export const resMultistepAncestral: Sampler<NoiseParams> = {
  id: 'res_multistep_ancestral',
  title: 'RES multistep ancestral',
  paper: {
    title: 'Improved Order Analysis and Design of Exponential Integrator for Diffusion Models Sampling',
    url: 'https://arxiv.org/abs/2308.02157',
  },
  summary: 'Two-step extrapolation that goes too far down on purpose, and adds noise back.',
  order: 2,
  stochastic: drawsNoise,
  params: noiseFields,
  plan: (sigmas, params) => resMultistepPlan(sigmas, params, false),
};
