import { llama } from './llama.ts';
import { fusedExperts, ggufExperts } from './mixtral.ts';
import { qwen2 } from './qwen2.ts';
import { namedExperts } from './qwen3Moe.ts';
import type { ExpertNames, LanguageArchitecture } from './types.ts';

const shared: ExpertNames['shared'] = {
  gate: 'mlp.shared_expert.gate_proj.weight',
  up: 'mlp.shared_expert.up_proj.weight',
  down: 'mlp.shared_expert.down_proj.weight',
  by: 'mlp.shared_expert_gate.weight',
};
const sharedGguf: ExpertNames['shared'] = {
  gate: 'ffn_gate_shexp.weight',
  up: 'ffn_up_shexp.weight',
  down: 'ffn_down_shexp.weight',
  by: 'ffn_gate_inp_shexp.weight',
  flat: true,
};

/**
 * Yang et al. 2024, https://arxiv.org/abs/2407.10671, and Qwen1.5-MoE: experts not normalised, beside one that all tokens
 * go through, times a sigmoid gate.
 */
export const qwen2Moe: LanguageArchitecture = {
  ...qwen2,
  models: ['Qwen 1.5/2 MoE'],
  demands: [
    { key: 'hidden_act', meaning: 'activation', allowed: ['silu', 'swish'] },
    { key: 'use_sliding_window', meaning: 'windows in layers of a mixture of experts', allowed: [false] },
  ],
  window: 'never',
  bias: { qkv: { key: 'qkv_bias', otherwise: true }, output: false, mlp: false },
  experts: {
    hidden: 'moe_intermediate_size',
    shared: 'shared_expert_intermediate_size',
    defaults: { count: 60, used: 4, hidden: 1408, shared: 5632 },
    normalised: 'stated',
    ggufNormalised: false,
    someDense: true,
  },
  transformers: {
    ...llama.transformers,
    layer: {
      ...llama.transformers.layer,
      experts: [
        { ...namedExperts, shared },
        { ...fusedExperts, shared },
      ],
    },
  },
  gguf: {
    ...qwen2.gguf,
    architecture: 'qwen2moe',
    layer: { ...qwen2.gguf.layer, experts: ggufExperts.map((names) => ({ ...names, shared: sharedGguf })) },
  },
};
