import { llama } from './llama.ts';
import { fusedExperts, ggufExperts } from './mixtral.ts';
import { namedExperts } from './qwen3Moe.ts';
import type { LanguageArchitecture } from './types.ts';

/** Muennighoff et al. 2024, https://arxiv.org/abs/2409.02060: 8 of 64 experts a token, their weights not normalised. */
export const olmoe: LanguageArchitecture = {
  ...llama,
  models: ['OLMoE'],
  defaults: { ...llama.defaults, epsilon: 1e-5, startToken: null, endToken: 50279 },
  demands: [
    { key: 'hidden_act', meaning: 'activation', allowed: ['silu', 'swish'] },
    { key: 'clip_qkv', meaning: 'queries, keys and values cut off', allowed: [] },
    { key: 'sliding_window', meaning: 'olmoe attends to everything', allowed: [] },
  ],
  qkNorm: 'whole',
  experts: {
    hidden: null,
    shared: null,
    defaults: { count: 64, used: 8, hidden: 0, shared: 0 },
    normalised: 'stated',
    ggufNormalised: false,
    someDense: false,
  },
  transformers: {
    ...llama.transformers,
    layer: {
      ...llama.transformers.layer,
      qNorm: 'self_attn.q_norm',
      kNorm: 'self_attn.k_norm',
      experts: [namedExperts, fusedExperts],
    },
  },
  gguf: {
    ...llama.gguf,
    architecture: 'olmoe',
    layer: { ...llama.gguf.layer, qNorm: 'attn_q_norm', kNorm: 'attn_k_norm', experts: ggufExperts },
    pairedHeads: false,
  },
};
