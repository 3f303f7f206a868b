import type { Graph } from '../graph/types.ts';
import type { Scalars } from '../parameterisation.ts';

/** A network that is told its noise level by an embedding, and what else it is told. */
export interface GraphModel {
  /** The network for that many samples; inputs `sample`, `embedding` and perhaps `context`, output `out`. */
  graph(samples: number, texts: number): Graph;
  /** c_in, c_noise, c_skip and c_out of a level. */
  scalars(sigma: number): Scalars;
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
    time(noise: number): Float64Array;
  };
}
/** What samples are conditioned on. */
export interface GraphUse {
  /** Rows that are added to the embedding of the time; a sample has the number of one. */
  readonly rows: readonly Float64Array[];
  /** Row of each sample, and of each sample without its condition. */
  readonly row: (sample: number) => number;
  readonly nullRow: (sample: number) => number;
  /** States of the prompt and of the negative prompt, (tokens, width) each; null for networks that read no text. */
  readonly texts: { readonly prompt: Float32Array; readonly negative: Float32Array } | null;
  /** D = D_null + w·(D_cond − D_null). Anything but 1 runs the network twice, as one batch: conditions first. */
  readonly guidance: number;
}
