import type { Call } from '../gpu/kernel.ts';
import type { TransformerConfig } from '../formats/transformerConfig.ts';
import type { DrawParams } from '../math/reference/draw.ts';
import type { TopkDrawn } from '../kernels/sampling/topk.ts';

/** Tokens appended to one sequence by a pass. */
export interface PassRow {
  readonly sequence: number;
  readonly tokens: readonly number[];
}

export interface PassOptions {
  /** Logits after the last token of each row, or after every token. */
  readonly want: 'last' | 'all';
  /** Final-norm states at the places of the logits, or after every token. */
  readonly hidden?: boolean | 'all';
  /**
   * One per row: draw on the GPU and read back a few bytes instead of the logits. With `want: 'last'` only; a pass of
   * more than 8 rows answers with logits all the same.
   */
  readonly draw?: readonly DrawParams[];
  /**
   * Logits that the head makes of the residual stream after so many layers (0 … layers − 1), as it is, without the final
   * norm; at the places of the logits. Not with `draw`.
   */
  readonly early?: readonly number[];
  /**
   * Hears of the dispatches of each pass before they are recorded, and of what is read back of them: for measuring.
   * Valid until the next pass.
   */
  readonly onPass?: (pass: RecordedPass) => void;
}

/** One pass as it goes to the GPU. Recording it again at once computes the same again. */
export interface RecordedPass {
  readonly calls: readonly Call[];
  readonly answer: { readonly buffer: GPUBuffer; readonly bytes: number };
}

export interface PassAnswer {
  /** logits[row][place]; empty rows when the pass drew. */
  readonly logits: readonly (readonly Float32Array[])[];
  readonly hidden?: readonly (readonly Float32Array[])[];
  /** early[row][place][k]. */
  readonly early?: readonly (readonly (readonly Float32Array[])[])[];
  /** Draws too close for float32 to call were made again in float64. */
  readonly drawn?: readonly TopkDrawn[];
}

/** A token's residual stream, `width` numbers, as exact as what computed it. */
export type Stream = Float32Array | Float64Array;

/** What a pass made on its way to the logits after its last token. */
export interface LookAnswer {
  /** The last token's residual stream after 0 … layers layers. */
  readonly streams: readonly Stream[];
  /** The logits after the last token. */
  readonly logits: Float32Array;
  /** Attention of one layer. */
  readonly attention: LookedAttention;
  /** GPU bytes that looking took besides what a session has; 0 on the processor. */
  readonly bytes: number;
}
export interface LookedAttention {
  readonly layer: number;
  /** Position of the first query; the others follow, up to the last token. */
  readonly first: number;
  readonly rows: number;
  /** Positions that the last query could see: all up to its own. */
  readonly keys: number;
  /** weights[(row · heads + head) · keys + position], each row summing to 1. */
  readonly weights: Float32Array;
}

/** A language model with a KV cache for several sequences. One pass at a time. */
export interface TransformerSession {
  readonly config: TransformerConfig;
  /** Tokens that one sequence may hold here. */
  readonly context: number;
  /** A new sequence: empty, or a copy of another one's cache. */
  open(from?: number): Promise<number>;
  length(sequence: number): number;
  /** Forget all but the first `length` tokens; costs nothing. */
  rollback(sequence: number, length: number): void;
  release(sequence: number): void;
  forward(rows: readonly PassRow[], options: PassOptions): Promise<PassAnswer>;
  /** Dispatches of the last pass of one token a sequence. */
  readonly dispatchesPerToken: number;
  destroy(): void;
}

/** A session that can be looked into. */
export interface LookingSession extends TransformerSession {
  /**
   * Appends tokens to a sequence as `forward` does, and tells what the pass made on its way: attention of `layer` for at
   * most the last `rows` of these tokens, fewer where memory asks for it. RangeError for a layer that there is not.
   */
  look(sequence: number, tokens: readonly number[], layer: number, rows?: number): Promise<LookAnswer>;
  /** The logits that the model's final norm and head read in residual streams of `width` numbers: the logit lens. */
  read(streams: readonly Stream[]): Promise<readonly Float32Array[]>;
}
