import type { LanguageArchitectureId } from './architectures/index.ts';
import type { RopeKind } from './rope.ts';

/** How a layer knows where a token stands. `none`: not at all (NoPE). */
export type Position =
  | { readonly kind: 'learned' }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'rope';
      /**
       * `headDim`/2 inverse frequencies in radians per token, scaling applied; 0 for pairs that are not rotated
       * (`rotaryDim`).
       */
      readonly inverseFrequencies: readonly number[];
      readonly scaling: RopeKind;
      /** Factor on the rotated numbers of q and k (YaRN, LongRoPE); absent: 1. */
      readonly amplitude?: number;
      /** LongRoPE: the frequencies of sessions that hold more than `above` tokens. */
      readonly long?: { readonly above: number; readonly inverseFrequencies: readonly number[] };
    };

/** Factors that some models put on their signals. */
export interface Scales {
  /** On token embeddings. */
  readonly embedding: number;
  /** On what attention and feed-forward block add to the residual stream. */
  readonly residual: number;
  /** On q·k, in place of 1/√headDim. */
  readonly attention: number;
  /** On logits. */
  readonly logits: number;
}

/** What one layer's attention sees, and where it stands. */
export interface LayerAttention {
  /** Keys seen by a query, counting itself; null when all. */
  readonly window: number | null;
  readonly position: Position;
}

/** Feed-forward blocks of which a token goes through a few (Shazeer et al. 2017, https://arxiv.org/abs/1701.06538). */
export interface Experts {
  readonly count: number;
  /** Experts of a token: those with the largest router logits, of equal ones the first. */
  readonly used: number;
  /** Inner width of one. */
  readonly hidden: number;
  /** Their weights are a softmax among the chosen; false: among all, so that they add up to less than 1. */
  readonly normalised: boolean;
  /** Inner width of an expert that all tokens go through, times a sigmoid gate (Qwen2-MoE); null: none. */
  readonly shared: number | null;
  /** Layers with a plain feed-forward block instead, ascending. */
  readonly dense: readonly number[];
}

/**
 * What a decoder-only transformer is, whatever file it came from: `config.json` of a hub repository and GGUF metadata
 * both become this. The weight names and shapes that go with it are in weightPlan.ts.
 */
export interface TransformerConfig {
  /** Id in architectures/: decides weight names, nothing else. */
  readonly architecture: LanguageArchitectureId;
  readonly vocab: number;
  readonly layers: number;
  /** Residual stream, `hidden_size`. */
  readonly width: number;
  readonly heads: number;
  /** Key and value heads; divides `heads`. */
  readonly kvHeads: number;
  readonly headDim: number;
  /** Inner width of the feed-forward block, `intermediate_size`. */
  readonly hidden: number;
  /** Longest sequence the model was made for, in tokens. */
  readonly context: number;
  readonly norm: { readonly kind: 'layernorm' | 'rmsnorm'; readonly epsilon: number };
  /**
   * Norms before attention and feed-forward block, on what they give before it is added (OLMo 2), or both (Gemma 2);
   * absent: before.
   */
  readonly normAt?: 'before' | 'after' | 'both';
  /** Attention and feed-forward block read the same residual stream and are added together (GPT-NeoX). */
  readonly parallel?: boolean;
  readonly position: Position;
  /** Numbers of a head that are rotated, the first ones in the file; absent: all. */
  readonly rotaryDim?: number;
  /** gelu: its tanh form; gelu_erf: the exact one; swiglu and geglu (tanh form) have a gate. */
  readonly mlp: 'gelu' | 'gelu_erf' | 'swiglu' | 'geglu';
  /** A mixture of experts in place of the feed-forward blocks; absent: none. */
  readonly experts?: Experts;
  readonly bias: { readonly qkv: boolean; readonly output: boolean; readonly mlp: boolean };
  /** RMSNorm on every query and key head before RoPE (Qwen3), or on all of them as one vector (OLMo 2). */
  readonly qkNorm: boolean | 'whole';
  /** The output head is the token embedding. */
  readonly tied: boolean;
  /** Keys seen by a query, counting itself; null when all. */
  readonly slidingWindow: number | null;
  /** One for each layer where they differ; else slidingWindow and position are every layer's. */
  readonly byLayer?: readonly LayerAttention[];
  /** Absent: 1, 1, 1/√headDim, 1. */
  readonly scales?: Scales;
  /** c·tanh(v/c) on attention scores before the softmax, and on logits (Gemma 2); null: none. */
  readonly softCap?: { readonly attention: number | null; readonly logits: number | null };
  /** Token ids that end a text. */
  readonly endTokens: readonly number[];
  /** Token put before every text, or null. */
  readonly startToken: number | null;
}

export const isGated = ({ mlp }: Pick<TransformerConfig, 'mlp'>): boolean => mlp === 'swiglu' || mlp === 'geglu';

export const scalesOf = ({ scales, headDim }: Pick<TransformerConfig, 'scales' | 'headDim'>): Scales =>
  scales ?? { embedding: 1, residual: 1, attention: 1 / Math.sqrt(headDim), logits: 1 };

export const attentionOf = (
  { byLayer, slidingWindow, position }: Pick<TransformerConfig, 'byLayer' | 'slidingWindow' | 'position'>,
  layer: number,
): LayerAttention => byLayer?.[layer] ?? { window: slidingWindow, position };

/** The experts of a layer; null where it has a plain feed-forward block. */
export const expertsAt = ({ experts }: Pick<TransformerConfig, 'experts'>, layer: number): Experts | null =>
  experts && !experts.dense.includes(layer) ? experts : null;

/** The frequencies that a session holding up to `context` tokens uses. */
export const frequenciesFor = (position: Extract<Position, { kind: 'rope' }>, context: number): readonly number[] =>
  position.long && context > position.long.above ? position.long.inverseFrequencies : position.inverseFrequencies;
