import { llama } from './llama.ts';
import type { LanguageArchitecture } from './types.ts';

const biased = { key: 'attention_bias', otherwise: true } as const;

/**
 * Black et al. 2022, https://arxiv.org/abs/2204.06745, and Pythia, https://arxiv.org/abs/2304.01373: attention and
 * feed-forward block side by side, a quarter of each head rotated.
 */
export const gptNeox: LanguageArchitecture = {
  ...llama,
  models: ['GPT-NeoX', 'Pythia'],
  keys: { ...llama.keys, headDim: null, kvHeads: null, epsilon: 'layer_norm_eps' },
  defaults: { ...llama.defaults, epsilon: 1e-5, startToken: 0, endToken: 2, rotary: 0.25 },
  demands: [
    { key: 'hidden_act', meaning: 'activation', allowed: ['gelu', 'gelu_new', 'gelu_pytorch_tanh', 'gelu_fast'] },
    { key: 'sliding_window', meaning: 'gpt_neox attends to everything', allowed: [] },
  ],
  norm: 'layernorm',
  mlp: 'gelu_erf',
  bias: { qkv: biased, output: biased, mlp: true },
  extras: (c) => ({
    parallel: c.flag('use_parallel_residual', true),
    mlp: c.textOr('hidden_act', 'gelu') === 'gelu' ? 'gelu_erf' : 'gelu',
  }),
  transformers: {
    prefixes: ['gpt_neox.', ''],
    embedding: 'embed_in',
    positions: '',
    finalNorm: 'final_layer_norm',
    head: 'embed_out',
    layers: 'layers',
    layer: {
      norm1: 'input_layernorm',
      norm2: 'post_attention_layernorm',
      qkv: ['attention.query_key_value'],
      qNorm: '',
      kNorm: '',
      output: 'attention.dense',
      gate: '',
      up: 'mlp.dense_h_to_4h',
      down: 'mlp.dense_4h_to_h',
    },
    transposed: false,
    pairedHeads: false,
    qkvByHead: true,
  },
  gguf: {
    ...llama.gguf,
    architecture: 'gptneox',
    layer: { ...llama.gguf.layer, qkv: ['attn_qkv'], gate: '' },
    pairedHeads: false,
    extras: (read, at) => ({ parallel: read.value(`${at}use_parallel_residual`) !== false }),
  },
};
