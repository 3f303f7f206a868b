import type { Graph } from '../graph/types.ts';
import type { Scalars } from '../parameterisation.ts';

/** A network that is told its noise level by an embedding, and what else it is told. */
export interface GraphModel {
  /** The network for that many samples; inputs `sample`, `embedding` and perhaps `context`, output `out`. */
  graph(samples: number, texts: number): Graph;
  /** c_in, c_noise, c_skip and c_out of a level. */
  scalars(sigma: number): Scalars;
  /** Of what is denoised; an `out` of more, such as a learned variance beside the noise, is read in its first channels. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /**
   * Side of the squares whose pixels the graph's `sample` and `out` have as one token, (dy, dx, channel); 1, pixels with
   * their channels, unless given.
   */
  readonly patch?: number;
  readonly embedding: {
    readonly width: number;
    /** A guidance weight was distilled into the network: `time` is told it, and nothing runs twice. */
    readonly distilled?: boolean;
    /** `guidance` is 1, which is none, unless given; it is read by networks that it was distilled into. */
    time(noise: number, guidance?: number): Float64Array;
  };
}
/** States of the prompt and of the negative prompt, (tokens, width) each. */
export interface GraphTexts {
  readonly prompt: Float32Array;
  readonly negative: Float32Array;
  /** Of no text at all, where something is asked without either. */
  readonly empty?: Float32Array;
}
/** A condition under which an evaluation may be answered by itself, in one pass. */
export interface GraphSide {
  readonly name: string;
  readonly row: (sample: number) => number;
  /** What networks that read text are given. */
  readonly text: keyof GraphTexts;
}
/** Rows that are added to the embedding of the time; a sample has the number of one. */
export interface GraphRows {
  readonly rows: readonly Float64Array[];
  /** Row of each sample, and of each sample without its condition. */
  readonly row: (sample: number) => number;
  readonly nullRow: (sample: number) => number;
  readonly sides?: readonly GraphSide[];
}
/** What samples are conditioned on; texts are null for networks that read none. */
export interface GraphUse extends GraphRows {
  readonly texts: GraphTexts | null;
}
