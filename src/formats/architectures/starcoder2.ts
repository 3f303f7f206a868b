import { llama } from './llama.ts';
import type { LanguageArchitecture } from './types.ts';

const biased = { key: 'use_bias', otherwise: true } as const;

/** Lozhkov et al. 2024, https://arxiv.org/abs/2402.19173: layer norms, biases and GELU as GPT-2, rotation as Llama. */
export const starcoder2: LanguageArchitecture = {
  ...llama,
  models: ['StarCoder2'],
  keys: { ...llama.keys, epsilon: 'norm_epsilon' },
  defaults: {
    ...llama.defaults,
    kvHeadsAsHeads: false,
    epsilon: 1e-5,
    tied: true,
    startToken: 50256,
    endToken: 50256,
  },
  demands: [
    { key: 'hidden_act', meaning: 'activation', allowed: ['gelu_pytorch_tanh'] },
    { key: 'mlp_type', meaning: 'feed-forward blocks', allowed: ['default'] },
    { key: 'norm_type', meaning: 'norms', allowed: ['layer_norm'] },
  ],
  window: 'stated',
  norm: 'layernorm',
  mlp: 'gelu',
  bias: { qkv: biased, output: biased, mlp: biased },
  transformers: {
    ...llama.transformers,
    layer: { ...llama.transformers.layer, gate: '', up: 'mlp.c_fc', down: 'mlp.c_proj' },
  },
  gguf: {
    ...llama.gguf,
    architecture: 'starcoder2',
    layer: { ...llama.gguf.layer, gate: '' },
    pairedHeads: false,
  },
};
