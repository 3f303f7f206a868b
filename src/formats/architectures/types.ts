import type { ConfigFields } from '../configFields.ts';
import type { Reader } from '../json.ts';
import type { TransformerConfig } from '../transformerConfig.ts';

/** Names of one layer's tensors without `.weight` or `.bias`; q, k and v are three matrices or one. */
export interface LayerNames {
  /** Norms before attention and before the feed-forward block; '' where there are none. */
  readonly norm1: string;
  readonly norm2: string;
  /** Norms of what attention and feed-forward block give; '' where there are none. */
  readonly postNorm1?: string;
  readonly postNorm2?: string;
  readonly qkv: readonly string[];
  /** Norms of queries and keys; '' where there are none. */
  readonly qNorm: string;
  readonly kNorm: string;
  readonly output: string;
  /** '' where the feed-forward block has no gate, or `up` holds the gate's rows before its own (Phi-3). */
  readonly gate: string;
  readonly up: string;
  readonly down: string;
  /** The ways in which files name the tensors of a mixture of experts; a file keeps to one of them. */
  readonly experts?: readonly ExpertNames[];
}

/**
 * Whole names of a layer's tensors. A * stands for the number of an expert; without one all experts are in one tensor of
 * three dimensions. Where `gate` and `up` are one name, an expert's gate rows are before its up rows there.
 */
export interface ExpertNames {
  readonly router: string;
  readonly gate: string;
  readonly up: string;
  readonly down: string;
  /** The shared expert, and what its gate is computed by: one row, or (`flat`) a vector. */
  readonly shared?: {
    readonly gate: string;
    readonly up: string;
    readonly down: string;
    readonly by: string;
    readonly flat?: true;
  };
}

/** How files of a mixture of experts describe it. */
export interface ExpertRule {
  /** Key of an expert's inner width in config.json; null: that of the feed-forward blocks. */
  readonly hidden: string | null;
  /** Key of the shared expert's, or null where there is none. */
  readonly shared: string | null;
  /** What transformers takes where config.json says nothing. */
  readonly defaults: {
    readonly count: number;
    readonly used: number;
    readonly hidden: number;
    readonly shared: number;
  };
  /** `stated`: by `norm_topk_prob`, false where nothing is said. */
  readonly normalised: true | 'stated';
  /** What llama.cpp does, whose files rarely say. */
  readonly ggufNormalised: boolean;
  /** `mlp_only_layers` and `decoder_sparse_step` are read. */
  readonly someDense: boolean;
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
  /** One q|k|v matrix with the rows of a head's q, k and v together (GPT-NeoX), not all q before all k. */
  readonly qkvByHead?: boolean;
  /** Norm weights are stored less this number (Gemma: 1). */
  readonly normOffset?: number;
}

/** A key of config.json whose other values would change the output in a way that this app does not run. */
export interface Demand {
  readonly key: string;
  readonly meaning: string;
  readonly allowed: readonly (string | boolean | number)[];
}

/** True or false, or the key of config.json that says so, and what its absence means. */
export type BiasRule = boolean | { readonly key: string; readonly otherwise: boolean };

/** What a record reads for itself, beside what all have. */
export type Extras = Partial<
  Pick<
    TransformerConfig,
    'byLayer' | 'scales' | 'softCap' | 'parallel' | 'slidingWindow' | 'hidden' | 'position' | 'mlp' | 'normAt'
  >
>;

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
    /** Of rotary positions; 10,000 when absent. */
    readonly ropeBase?: number;
    /** Share of a head that is rotated; 1 when absent, and then no key is read for it. */
    readonly rotary?: number;
  };
  readonly demands: readonly Demand[];
  /**
   * Sliding windows in config.json. `never`: none is read. `always`: `sliding_window`. `switched`: `sliding_window`, if
   * `use_sliding_window` is on. `stated`: `sliding_window`, if it is there. null: positions and layers are not described by these keys at all.
   */
  readonly window: 'never' | 'always' | 'stated' | 'switched' | null;

  readonly norm: 'layernorm' | 'rmsnorm';
  /** Absent: before attention and feed-forward block. */
  readonly normAt?: TransformerConfig['normAt'];
  readonly position: 'learned' | 'rope';
  readonly mlp: TransformerConfig['mlp'];
  readonly bias: { readonly qkv: BiasRule; readonly output: BiasRule; readonly mlp: BiasRule };
  /** `rope_parameters` may hold an object for each kind of layer; the common one is that of layers that see everything. */
  readonly ropeByKind?: boolean;
  /** RMSNorm of queries and keys before the rotation: of every head, or of all as one vector. */
  readonly qkNorm: TransformerConfig['qkNorm'];
  /** Fields of config.json that only this architecture has. `made` is what the common ones gave. */
  readonly extras?: (config: ConfigFields, made: TransformerConfig) => Extras;

  /** A mixture of experts. */
  readonly experts?: ExpertRule;

  readonly transformers: TensorNames;
  /** The same model inside of one that reads more than text. */
  readonly within?: {
    /** `model_type` of that one. */
    readonly modelType: string;
    /** The object of its config.json that describes this model. */
    readonly key: string;
    /** What transformers fills in where that object leaves it out. */
    readonly filled: Readonly<Record<string, unknown>>;
    /** Tensors of the rest, which is not read. */
    readonly rest: RegExp;
    /** A sentence for whoever loads it. */
    readonly notice: string;
  };
  readonly gguf: TensorNames & {
    /** `general.architecture`; null where llama.cpp has no name of its own for it. */
    readonly architecture: string | null;
    /** The same of a GGUF file's metadata; `at` is the prefix of its keys. */
    readonly extras?: (read: Reader, at: string, made: TransformerConfig) => Extras;
  };
  /** Why training/golden-language has no checkpoint of it. */
  readonly noGolden?: string;
}
