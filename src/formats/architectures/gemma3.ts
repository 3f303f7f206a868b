import { inverseFrequencies } from '../rope.ts';
import { ropeOfKind } from '../ropeConfig.ts';
import type { Position } from '../transformerConfig.ts';
import {
  alternating,
  cappedAndScaled,
  cappedAndScaledOfGguf,
  gemma2,
  slidingLayers,
  slidingLayersOfGguf,
  windowOf,
  windowOfGguf,
} from './gemma2.ts';
import type { LanguageArchitecture } from './types.ts';

/** No caps any more. */
const caps = { attention: null, logits: null };

const plainRope = (headDim: number, base: number): Position => ({
  kind: 'rope',
  inverseFrequencies: inverseFrequencies(headDim, base, { kind: 'none' }),
  scaling: 'none',
});

/**
 * Gemma Team 2025, https://arxiv.org/abs/2503.19786: Gemma 2 with norms of queries and keys instead of caps, one layer in
 * six that sees everything, and a rotary base for each kind of layer. Of the models that see pictures, the part that
 * reads text.
 */
export const gemma3: LanguageArchitecture = {
  ...gemma2,
  models: ['Gemma 3'],
  defaults: { ...gemma2.defaults, ropeBase: 1e6 },
  demands: gemma2.demands,
  qkNorm: true,
  ropeByKind: true,
  extras: (c, made) => {
    const stated = ['sliding_window_pattern', '_sliding_window_pattern'].find((key) => c.read.has(key));
    const period = stated === undefined ? 6 : c.read.integer(stated, 1, 512);
    const { headDim, context } = made;
    const base = c.numberOr('rope_local_base_freq', 1.001, 1e12, 1e4);
    const local = ropeOfKind(c, 'sliding_attention', { headDim, context, base });
    return {
      ...cappedAndScaled(c, made, caps),
      ...alternating(made, slidingLayers(c, made.layers, period), windowOf(c), local),
    };
  },
  transformers: {
    ...gemma2.transformers,
    prefixes: [...gemma2.transformers.prefixes, 'language_model.model.', 'model.language_model.'],
    layer: { ...gemma2.transformers.layer, qNorm: 'self_attn.q_norm', kNorm: 'self_attn.k_norm' },
  },
  within: {
    modelType: 'gemma3',
    key: 'text_config',
    // transformers' Gemma3TextConfig.
    filled: {
      vocab_size: 262208,
      hidden_size: 2304,
      intermediate_size: 9216,
      num_hidden_layers: 26,
      num_attention_heads: 8,
      num_key_value_heads: 4,
      max_position_embeddings: 131072,
    },
    rest: /(^|\.)(vision_tower|multi_modal_projector)\./,
    notice: 'This model sees pictures too. Only the part that reads and writes text is loaded and run.',
  },
  gguf: {
    ...gemma2.gguf,
    architecture: 'gemma3',
    layer: { ...gemma2.gguf.layer, qNorm: 'attn_q_norm', kNorm: 'attn_k_norm' },
    extras: (read, at, made) => {
      const key = `${at}rope.freq_base_swa`;
      const local = plainRope(made.headDim, read.has(key) ? read.number(key, 1.001, 1e12) : 1e4);
      const sliding = slidingLayersOfGguf(read, at, made.layers, 6);
      return {
        ...cappedAndScaledOfGguf(read, at, made, caps, 62),
        // Files without a window have layers that all see everything.
        ...(read.has(`${at}attention.sliding_window`)
          ? alternating(made, sliding, windowOfGguf(read, at), local)
          : { slidingWindow: null }),
      };
    },
  },
};
