import { cfgPlusPlusPaper } from './parts/cfgPlusPlus.ts';
import { resMultistepPlan } from './parts/resMultistepPlan.ts';
import { drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/** RES multistep ancestral with CFG++, https://arxiv.org/abs/2406.08070; the name is ComfyUI's. */
export const resMultistepAncestralCfgPp: Sampler<NoiseParams> = {
  id: 'res_multistep_ancestral_cfg_pp',
  title: 'RES multistep ancestral CFG++',
  paper: cfgPlusPlusPaper,
  summary: 'CFG++ with two-step extrapolation and fresh noise at every step.',
  order: 2,
  stochastic: drawsNoise,
  params: noiseFields,
  plan: (sigmas, params) => resMultistepPlan(sigmas, params, true),
};
