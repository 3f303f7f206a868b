import type { TransformerConfig } from '../transformerConfig.ts';
import { llama } from './llama.ts';
import type { LanguageArchitecture } from './types.ts';

/** Layers that do not rotate: those whose number, from one on, `every` divides. */
const unrotated = ({ layers, position }: TransformerConfig, rotated: (layer: number) => boolean) => ({
  byLayer: Array.from({ length: layers }, (_, i) => ({
    window: null,
    position: rotated(i) ? position : ({ kind: 'none' } as const),
  })),
});

/** Llama without positions in every fourth layer (Yang et al. 2025, https://arxiv.org/abs/2501.18795). */
export const smollm3: LanguageArchitecture = {
  ...llama,
  models: ['SmolLM3'],
  defaults: { ...llama.defaults, tied: true, startToken: 128000, endToken: 128001, ropeBase: 2e6 },
  demands: [
    { key: 'hidden_act', meaning: 'activation', allowed: ['silu', 'swish'] },
    { key: 'mlp_bias', meaning: 'biases in the feed-forward blocks', allowed: [false] },
    { key: 'use_sliding_window', meaning: 'windows in the layers without positions', allowed: [false] },
  ],
  extras: (c, made) => {
    const every = c.integerOr('no_rope_layer_interval', 1, 512, 4);
    if (!c.read.has('no_rope_layers')) return unrotated(made, (i) => (i + 1) % every !== 0);
    const list = c.read.list('no_rope_layers', 512);
    if (list.length !== made.layers || !list.every((v) => v === 0 || v === 1))
      c.read.fail('no_rope_layers', `${made.layers} zeros and ones, 1 for a layer that rotates`);
    return unrotated(made, (i) => list[i] === 1);
  },
  gguf: {
    ...llama.gguf,
    architecture: 'smollm3',
    // llama.cpp's files do not say which; it leaves every fourth one alone.
    extras: (_, __, made) => unrotated(made, (i) => (i + 1) % 4 !== 0),
  },
};
