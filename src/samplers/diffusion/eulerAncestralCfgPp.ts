import { cfgPlusPlusPaper, cfgPlusPlusStep, denoiseBoth } from './parts/cfgPlusPlus.ts';
import { mark, start, steps } from './parts/ops.ts';
import { ancestralNoise, ancestralSplit, drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/** Euler ancestral with CFG++: https://arxiv.org/abs/2406.08070 down to σ↓, then fresh noise; the name is ComfyUI's. */
export const eulerAncestralCfgPp: Sampler<NoiseParams> = {
  id: 'euler_ancestral_cfg_pp',
  title: 'Euler ancestral CFG++',
  paper: cfgPlusPlusPaper,
  summary: 'CFG++ that denoises further than asked and adds fresh noise back.',
  order: 1,
  stochastic: drawsNoise,
  params: noiseFields,
  *plan(sigmas, params) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const { down, up } = ancestralSplit(s, t, params.eta);
      const fresh = ancestralNoise(s, t, up, params);
      yield* denoiseBoth(s);
      yield* fresh.ops;
      yield cfgPlusPlusStep(s, down, fresh.terms);
      yield mark(i + 1, t);
    }
  },
};
