import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import type { ExpertNames, LanguageArchitecture } from './types.ts';

/** How llama.cpp's converter names the experts of all mixtures: three tensors of three dimensions, or gates and ups in one. */
export const ggufExperts: readonly ExpertNames[] = [
  {
    router: 'ffn_gate_inp.weight',
    gate: 'ffn_gate_exps.weight',
    up: 'ffn_up_exps.weight',
    down: 'ffn_down_exps.weight',
  },
  {
    router: 'ffn_gate_inp.weight',
    gate: 'ffn_gate_up_exps.weight',
    up: 'ffn_gate_up_exps.weight',
    down: 'ffn_down_exps.weight',
  },
];

/** As transformers 5 holds and may store them. */
export const fusedExperts: ExpertNames = {
  router: 'mlp.gate.weight',
  gate: 'mlp.experts.gate_up_proj',
  up: 'mlp.experts.gate_up_proj',
  down: 'mlp.experts.down_proj',
};

/** Jiang et al. 2024, https://arxiv.org/abs/2401.04088: Mistral with 2 of 8 experts a token, their weights a softmax. */
export const mixtral: LanguageArchitecture = {
  ...mistral,
  models: ['Mixtral'],
  defaults: { ...mistral.defaults, epsilon: 1e-5, ropeBase: 1e6 },
  window: 'stated',
  experts: {
    hidden: null,
    shared: null,
    defaults: { count: 8, used: 2, hidden: 0, shared: 0 },
    normalised: true,
    ggufNormalised: true,
    someDense: false,
  },
  transformers: {
    ...llama.transformers,
    layer: {
      ...llama.transformers.layer,
      experts: [
        {
          router: 'block_sparse_moe.gate.weight',
          gate: 'block_sparse_moe.experts.*.w1.weight',
          up: 'block_sparse_moe.experts.*.w3.weight',
          down: 'block_sparse_moe.experts.*.w2.weight',
        },
        fusedExperts,
      ],
    },
  },
  gguf: { ...llama.gguf, architecture: 'llama', layer: { ...llama.gguf.layer, experts: ggufExperts } },
};
