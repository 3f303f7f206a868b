import { llama } from './llama.ts';
import { qwen2 } from './qwen2.ts';
import type { LanguageArchitecture } from './types.ts';

/** Qwen2 with norms on query and key heads instead of biases: https://arxiv.org/abs/2505.09388. */
export const qwen3: LanguageArchitecture = {
  ...qwen2,
  models: ['Qwen 3'],
  defaults: { ...qwen2.defaults, headDim: 128 },
  demands: qwen2.demands.filter(({ key }) => key !== 'attention_bias'),
  bias: llama.bias,
  qkNorm: true,
  transformers: {
    ...llama.transformers,
    layer: { ...llama.transformers.layer, qNorm: 'self_attn.q_norm', kNorm: 'self_attn.k_norm' },
  },
  gguf: {
    ...qwen2.gguf,
    architecture: 'qwen3',
    layer: { ...llama.gguf.layer, qNorm: 'attn_q_norm', kNorm: 'attn_k_norm' },
  },
};
