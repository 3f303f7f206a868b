import { fusedExperts, ggufExperts } from './mixtral.ts';
import { qwen3 } from './qwen3.ts';
import type { ExpertNames, LanguageArchitecture } from './types.ts';

/** Experts by name, as files of the hub mostly have them. */
export const namedExperts: ExpertNames = {
  router: 'mlp.gate.weight',
  gate: 'mlp.experts.*.gate_proj.weight',
  up: 'mlp.experts.*.up_proj.weight',
  down: 'mlp.experts.*.down_proj.weight',
};

/** Yang et al. 2025, https://arxiv.org/abs/2505.09388: Qwen3 with 8 of 128 experts a token; published ones normalise. */
export const qwen3Moe: LanguageArchitecture = {
  ...qwen3,
  models: ['Qwen 3 MoE'],
  // Head size: the width divided among the heads where nothing is said, unlike Qwen3.
  defaults: { ...qwen3.defaults, headDim: null },
  demands: [
    ...qwen3.demands,
    { key: 'use_sliding_window', meaning: 'windows in layers of a mixture of experts', allowed: [false] },
  ],
  window: 'never',
  experts: {
    hidden: 'moe_intermediate_size',
    shared: null,
    defaults: { count: 128, used: 8, hidden: 768, shared: 0 },
    normalised: 'stated',
    ggufNormalised: true,
    someDense: true,
  },
  transformers: {
    ...qwen3.transformers,
    layer: { ...qwen3.transformers.layer, experts: [namedExperts, fusedExperts] },
  },
  gguf: { ...qwen3.gguf, architecture: 'qwen3moe', layer: { ...qwen3.gguf.layer, experts: ggufExperts } },
};
