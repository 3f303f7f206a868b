import { llama } from './llama.ts';
import type { LanguageArchitecture } from './types.ts';

/**
 * Llama with four multipliers (IBM Granite 3; after the maximal update parametrisation, Yang et al. 2022,
 * https://arxiv.org/abs/2203.03466).
 */
export const granite: LanguageArchitecture = {
  ...llama,
  models: ['Granite 3'],
  extras: (c) => ({
    scales: {
      embedding: c.numberOr('embedding_multiplier', 1e-6, 1e6, 1),
      residual: c.numberOr('residual_multiplier', 1e-6, 1e6, 1),
      attention: c.numberOr('attention_multiplier', 1e-6, 1e6, 1),
      logits: 1 / c.numberOr('logits_scaling', 1e-6, 1e6, 1),
    },
  }),
  gguf: {
    ...llama.gguf,
    architecture: 'granite',
    extras: (read, at, { headDim }) => {
      const number = (key: string, otherwise: number) =>
        read.has(at + key) ? read.number(at + key, 1e-6, 1e6) : otherwise;
      return {
        scales: {
          embedding: number('embedding_scale', 1),
          residual: number('residual_scale', 1),
          attention: number('attention.scale', 1 / Math.sqrt(headDim)),
          logits: 1 / number('logit_scale', 1),
        },
      };
    },
  },
};
