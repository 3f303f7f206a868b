import type { WeightFormat } from '../../core/weightFormat.ts';
import type { Amendment } from '../../models/diffusers/run.ts';
import type { GraphRows, GraphTexts } from '../../models/diffusers/types.ts';
import type { Evaluation, GpuDenoiser, Place } from '../types.ts';

/** How many samples pass through a network for one: alone, with and without their condition, or either as asked. */
export type Copies = 'one' | 'two' | 'both';

export interface GraphPlace extends Place {
  /** Samples that pass through the network together; one unless given. */
  readonly atOnce?: number;
  /** What evaluations will ask for; networks that guidance was distilled into run alone, whatever is said. */
  readonly copies: Copies;
  /** Texts under which evaluations of one side will be asked; the prompt may always be. */
  readonly alone?: readonly (keyof GraphTexts)[];
  /** Evaluations of the longest plan; as many as the argument slots hold unless given. */
  readonly evaluations?: number;
  /** Values of each evaluation that are not finite are counted. */
  readonly watch?: boolean;
}

/** One evaluation with settings of its own, so that contenders share a network. */
export interface GuidedEvaluation extends Evaluation {
  /** What the network is told of the noise level, where that is not what its table says of σ. */
  readonly time?: number;
  /** D = D_null + w·(D_cond − D_null); 1, which is none and one pass, unless given. */
  readonly guidance?: number;
  /** φ of https://arxiv.org/abs/2305.08891 where there are two passes; 0 unless given. */
  readonly rescale?: number;
  /** The side that alone answers, unguided; as `guidance` says unless given. */
  readonly side?: string;
  /** What is made of D; nothing unless given. */
  readonly amend?: Amendment | null;
}

/** Where the values of a network cease to be numbers. */
export interface Nonfinite {
  /** As diffusers names it, `down_blocks.1.resnets.0`; `sample` where the evaluation was given such values. */
  readonly block: string;
  /** Values of what it gives that are NaN or infinite. */
  readonly count: number;
}

/** Values that are no numbers, and where they begin. */
export class NonfiniteError extends Error {
  override readonly name = 'NonfiniteError';
  readonly found: Nonfinite;
  readonly hint: string;
  constructor(found: Nonfinite, format: WeightFormat) {
    const { block, count } = found;
    const values = count === 1 ? '1 value is' : `${count} values are`;
    super(
      block === 'sample'
        ? `The network was given a sample of which ${values} not finite.`
        : `The network went wrong in ${block}: ${values} not finite.`,
    );
    this.found = found;
    this.hint =
      format === 'f32' || block === 'sample'
        ? 'Take other settings; if it happens with all of them, the file may be damaged: load it again.'
        : `Load the weights as f32 instead of ${format}; activations are of 32 bits in any case.`;
  }
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
  /**
   * With `watch`: a u32 for each evaluation of the plan, of what the network gave that is not finite, summed over all
   * times that it was recorded since `prepare`. To be copied from, beside what a step shows.
   */
  readonly nonfinite: GPUBuffer | null;
  readNonfinite(): Promise<Uint32Array>;
  /**
   * Runs evaluation k of the plan again, its register x being what it was, and looks at the result of every operation:
   * where values first cease to be numbers; null where they never do. Waits for the GPU, and writes D as `encode` does.
   */
  diagnose(k: number): Promise<Nonfinite | null>;
  /** Bytes of activations: runs that are never under way at the same time share them. */
  readonly activationBytes: number;
}
