import type { GraphRows, GraphTexts } from '../../models/diffusers/types.ts';
import type { Evaluation, GpuDenoiser, Place } from '../types.ts';

/** How many samples pass through a network for one: alone, with and without their condition, or either as asked. */
export type Copies = 'one' | 'two' | 'both';

export interface GraphPlace extends Place {
  /** Samples that pass through the network together; one unless given. */
  readonly atOnce?: number;
  /** What evaluations will ask for; networks that guidance was distilled into run alone, whatever is said. */
  readonly copies: Copies;
  /** Evaluations of the longest plan; as many as the argument slots hold unless given. */
  readonly evaluations?: number;
}

/** One evaluation with settings of its own, so that contenders share a network. */
export interface GuidedEvaluation extends Evaluation {
  /** What the network is told of the noise level, where that is not what its table says of σ. */
  readonly time?: number;
  /** D = D_null + w·(D_cond − D_null); 1, which is none and one pass, unless given. */
  readonly guidance?: number;
}

/** A network of operations as a denoiser. */
export interface GraphDenoiser extends GpuDenoiser {
  /** RangeError for what the network was not built for. */
  prepare(evaluations: readonly GuidedEvaluation[]): void;
  /** Times that evaluation k of the plan runs the network for each sample. */
  passesOf(k: number): 1 | 2;
  /**
   * Cuts evaluations into pieces of about equal work, of which an evaluation of one pass has about `count` and one of two
   * passes twice as many; at least one for samples that pass together. Whole unless called. Between two pieces of an
   * evaluation nothing else may be recorded that uses the network.
   */
  cut(count: number): void;
  /** Pieces of evaluation k. */
  pieces(k: number): number;
  encodePiece(pass: GPUComputePassEncoder, k: number, i: number): void;
  /** Other texts of the same numbers of tokens; what depends on them alone is computed at once. */
  setTexts(texts: GraphTexts): void;
  setRows(rows: GraphRows): void;
  /** Bytes of activations: runs that are never under way at the same time share them. */
  readonly activationBytes: number;
}
