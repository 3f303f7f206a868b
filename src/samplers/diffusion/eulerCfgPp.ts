import { cfgPlusPlusPaper, cfgPlusPlusStep, denoiseBoth } from './parts/cfgPlusPlus.ts';
import { mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/** Euler with CFG++, https://arxiv.org/abs/2406.08070, algorithm 2; the name is ComfyUI's. */
export const eulerCfgPp: Sampler<object> = {
  id: 'euler_cfg_pp',
  title: 'Euler CFG++',
  paper: cfgPlusPlusPaper,
  summary: 'Lands on the guided guess and adds the unguided noise: w from 0 to 1 instead of 1 to 10.',
  order: 1,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield* denoiseBoth(s);
      yield cfgPlusPlusStep(s, t);
      yield mark(i + 1, t);
    }
  },
};
