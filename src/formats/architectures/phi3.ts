import { llama } from './llama.ts';
import type { LanguageArchitecture } from './types.ts';

/** Llama with q|k|v and gate|up in one matrix each and LongRoPE: https://arxiv.org/abs/2404.14219. */
export const phi3: LanguageArchitecture = {
  ...llama,
  models: ['Phi 3/3.5/4-mini'],
  defaults: { ...llama.defaults, epsilon: 1e-5, endToken: 32000, rotary: 1 },
  demands: [
    { key: 'hidden_act', meaning: 'activation', allowed: ['silu', 'swish'] },
    { key: 'attention_bias', meaning: 'unknown for phi3', allowed: [false] },
    { key: 'mlp_bias', meaning: 'biases in the feed-forward blocks', allowed: [false] },
  ],
  window: 'stated',
  bias: { qkv: false, output: false, mlp: false },
  transformers: {
    ...llama.transformers,
    layer: { ...llama.transformers.layer, qkv: ['self_attn.qkv_proj'], gate: '', up: 'mlp.gate_up_proj' },
  },
  gguf: {
    ...llama.gguf,
    architecture: 'phi3',
    layer: { ...llama.gguf.layer, qkv: ['attn_qkv'], gate: '' },
    pairedHeads: false,
  },
};
