import { cfgPlusPlusPaper } from './parts/cfgPlusPlus.ts';
import { resMultistepPlan } from './parts/resMultistepPlan.ts';
import type { Sampler } from './types.ts';

/** RES multistep with CFG++, https://arxiv.org/abs/2406.08070; the name is ComfyUI's. */
export const resMultistepCfgPp: Sampler<object> = {
  id: 'res_multistep_cfg_pp',
  title: 'RES multistep CFG++',
  paper: cfgPlusPlusPaper,
  summary: 'CFG++ with the exact weights of a two-step exponential integrator.',
  order: 2,
  stochastic: () => false,
  params: {},
  plan: (sigmas) => resMultistepPlan(sigmas, { eta: 0, s_noise: 1 }, true),
};
