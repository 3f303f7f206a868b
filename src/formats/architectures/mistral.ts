import { llama } from './llama.ts';
import type { LanguageArchitecture } from './types.ts';

/** Llama with a sliding window in every layer: Jiang et al. 2023, https://arxiv.org/abs/2310.06825. */
export const mistral: LanguageArchitecture = {
  ...llama,
  models: ['Mistral'],
  defaults: { ...llama.defaults, kvHeadsAsHeads: false },
  demands: [
    { key: 'hidden_act', meaning: 'activation', allowed: ['silu', 'swish'] },
    { key: 'mlp_bias', meaning: 'biases in the feed-forward blocks', allowed: [false] },
    { key: 'attention_bias', meaning: 'unknown for mistral', allowed: [false] },
    { key: 'use_sliding_window', meaning: 'unknown for mistral', allowed: [true] },
  ],
  window: 'always',
  bias: { qkv: false, output: false, mlp: false },
  // Its GGUF files call themselves llama.
  gguf: { ...llama.gguf, architecture: null },
};
