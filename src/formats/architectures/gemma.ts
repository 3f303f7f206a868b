import { llama } from './llama.ts';
import type { LanguageArchitecture } from './types.ts';

/** Gemma Team 2024, https://arxiv.org/abs/2403.08295: GeGLU, embeddings times √width, norm weights stored less 1. */
export const gemma: LanguageArchitecture = {
  ...llama,
  models: ['Gemma'],
  defaults: {
    ...llama.defaults,
    headDim: 256,
    kvHeadsAsHeads: false,
    tied: true,
    startToken: 2,
    endToken: 1,
  },
  demands: [
    // Its first files say gelu and mean the tanh form.
    { key: 'hidden_act', meaning: 'activation', allowed: ['gelu', 'gelu_pytorch_tanh'] },
    { key: 'hidden_activation', meaning: 'activation', allowed: ['gelu_pytorch_tanh'] },
    { key: 'use_bidirectional_attention', meaning: 'tokens that see later ones', allowed: [false] },
    { key: 'sliding_window', meaning: 'gemma attends to everything', allowed: [] },
  ],
  mlp: 'geglu',
  extras: (_, { width, headDim }) => ({ scales: gemmaScales(width, headDim) }),
  transformers: { ...llama.transformers, normOffset: 1 },
  // llama.cpp's converter has added the 1.
  gguf: {
    ...llama.gguf,
    architecture: 'gemma',
    pairedHeads: false,
    extras: (_, __, { width, headDim }) => ({ scales: gemmaScales(width, headDim) }),
  },
};

export const gemmaScales = (width: number, headDim: number) => ({
  embedding: Math.sqrt(width),
  residual: 1,
  attention: 1 / Math.sqrt(headDim),
  logits: 1,
});
