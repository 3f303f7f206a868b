import { llama } from './llama.ts';
import type { LanguageArchitecture } from './types.ts';

/** Llama with biases on q, k and v and a window that can be switched on: https://arxiv.org/abs/2407.10671. */
export const qwen2: LanguageArchitecture = {
  ...llama,
  models: ['Qwen 2/2.5'],
  defaults: { ...llama.defaults, kvHeadsAsHeads: false, startToken: null, endToken: null },
  demands: [
    { key: 'hidden_act', meaning: 'activation', allowed: ['silu', 'swish'] },
    { key: 'mlp_bias', meaning: 'biases in the feed-forward blocks', allowed: [false] },
    { key: 'attention_bias', meaning: 'unknown for qwen2', allowed: [true] },
  ],
  window: 'switched',
  bias: { qkv: true, output: false, mlp: false },
  gguf: { ...llama.gguf, architecture: 'qwen2', pairedHeads: false },
};
