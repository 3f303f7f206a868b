import { llama } from './llama.ts';
import type { LanguageArchitecture } from './types.ts';

/** OLMo Team 2024, https://arxiv.org/abs/2501.00656: norms behind the blocks, and of queries and keys as one vector. */
export const olmo2: LanguageArchitecture = {
  ...llama,
  models: ['OLMo 2'],
  defaults: { ...llama.defaults, epsilon: 1e-5, startToken: null, endToken: 50279 },
  demands: [
    { key: 'hidden_act', meaning: 'activation', allowed: ['silu', 'swish'] },
    { key: 'mlp_bias', meaning: 'biases in the feed-forward blocks', allowed: [false] },
    { key: 'clip_qkv', meaning: 'queries, keys and values cut off', allowed: [] },
    { key: 'sliding_window', meaning: 'olmo2 attends to everything', allowed: [] },
  ],
  normAt: 'after',
  qkNorm: 'whole',
  transformers: {
    ...llama.transformers,
    layer: {
      ...llama.transformers.layer,
      norm1: '',
      norm2: '',
      postNorm1: 'post_attention_layernorm',
      postNorm2: 'post_feedforward_layernorm',
      qNorm: 'self_attn.q_norm',
      kNorm: 'self_attn.k_norm',
    },
  },
  gguf: {
    ...llama.gguf,
    architecture: 'olmo2',
    layer: {
      ...llama.gguf.layer,
      norm1: '',
      norm2: '',
      postNorm1: 'post_attention_norm',
      postNorm2: 'post_ffw_norm',
      qNorm: 'attn_q_norm',
      kNorm: 'attn_k_norm',
    },
    pairedHeads: false,
  },
};
