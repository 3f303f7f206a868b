/** Names of one layer's tensors without `.weight` or `.bias`; q, k and v are three matrices or one. */
export interface LayerNames {
  readonly norm1: string;
  readonly norm2: string;
  readonly qkv: readonly string[];
  /** Norms of every query and key head; '' where there are none. */
  readonly qNorm: string;
  readonly kNorm: string;
  readonly output: string;
  /** '' where the feed-forward block has no gate. */
  readonly gate: string;
  readonly up: string;
  readonly down: string;
}

/** How one kind of file names and arranges a model's tensors. */
export interface TensorNames {
  /** What all names but the head's begin with, the usual one first: exports of the bare model leave it out. */
  readonly prefixes: readonly string[];
  readonly embedding: string;
  /** Learned positions; '' where they are rotary. */
  readonly positions: string;
  readonly finalNorm: string;
  /** The output head, which has no prefix. */
  readonly head: string;
  /** The names of layer 3 begin with `${layers}.3.`. */
  readonly layers: string;
  readonly layer: LayerNames;
  /** Linear weights stored [in, out] (GPT-2's Conv1D). */
  readonly transposed: boolean;
  /** Rows of q and k stored in rotary pairs (2j, 2j + 1) instead of halves (j, j + headDim/2), as llama.cpp does. */
  readonly pairedHeads: boolean;
}

/** A key of config.json whose other values would change the output in a way that this app does not run. */
export interface Demand {
  readonly key: string;
  readonly meaning: string;
  readonly allowed: readonly (string | boolean | number)[];
}

/** True or false, or the key of config.json that says so (absent: false). */
export type BiasRule = boolean | 'attention_bias';

/**
 * One decoder-only architecture: everything that tells it from the others, in files and in the forward pass. What is
 * common to all is in configJson.ts, ggufConfig.ts and weightNames.ts; the kernels know only TransformerConfig.
 */
export interface LanguageArchitecture {
  /** Published models that have it, as messages name them. */
  readonly models: readonly string[];

  /** Keys of config.json; null where there is no such key. */
  readonly keys: {
    readonly width: string;
    readonly heads: string;
    readonly headDim: string | null;
    readonly kvHeads: string | null;
    readonly layers: string;
    readonly hidden: string;
    readonly context: string;
    readonly epsilon: string;
  };
  /** What transformers takes where config.json says nothing. */
  readonly defaults: {
    /** null: the width divided among the heads. */
    readonly headDim: number | null;
    /** One key and value head per query head; false: it must be stated. */
    readonly kvHeadsAsHeads: boolean;
    /** Times the width; null: it must be stated. */
    readonly hiddenPerWidth: number | null;
    readonly epsilon: number;
    readonly tied: boolean;
    readonly startToken: number | null;
    readonly endToken: number | null;
  };
  readonly demands: readonly Demand[];
  /**
   * Sliding windows in config.json. `never`: none is read. `always`: `sliding_window`. `switched`: `sliding_window`, if
   * `use_sliding_window` is on. null: positions and layers are not described by these keys at all.
   */
  readonly window: 'never' | 'always' | 'switched' | null;

  readonly norm: 'layernorm' | 'rmsnorm';
  readonly position: 'learned' | 'rope';
  readonly mlp: 'gelu' | 'swiglu';
  readonly bias: { readonly qkv: BiasRule; readonly output: BiasRule; readonly mlp: boolean };
  /** RMSNorm on every query and key head before the rotation. */
  readonly qkNorm: boolean;

  readonly transformers: TensorNames;
  readonly gguf: TensorNames & {
    /** `general.architecture`; null where llama.cpp has no name of its own for it. */
    readonly architecture: string | null;
  };
  /** Why training/golden-language has no checkpoint of it. */
  readonly noGolden?: string;
}
