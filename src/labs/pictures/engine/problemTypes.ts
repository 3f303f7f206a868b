import type { WeightFormat } from '../../../core/weightFormat.ts';
import type { GraphModel, GraphUse } from '../../../models/diffusers/types.ts';
import type { Copies, GraphPlace } from '../../../networks/graph/denoiser.ts';
import type { TransformerWeights } from '../../../networks/transformerWeights.ts';
import type { PicturePlan } from './plan.ts';
import type { StepState } from './play.ts';

/** Numbers of a run that are not drawn here: unit normals of another generator, a picture to start from. */
export interface GivenNumbers {
  /** The starting noise; null takes the keyed noise of `seed`. */
  readonly noise: Float32Array | null;
  /** The k-th drawing on the way; null for keyed noise. */
  readonly onTheWay: ((k: number) => Float32Array) | null;
  /** x₀ of the samples; null starts from noise alone. */
  readonly picture: Float32Array | null;
}
export interface RunOf {
  readonly plan: PicturePlan;
  readonly seed: number;
  readonly given: GivenNumbers;
  readonly signal: AbortSignal;
  onStep?(state: StepState): void;
}
export interface Ran {
  /** The samples: x̂ at the end, times the plan's end scale. */
  readonly x: Float32Array;
  readonly gpuMs: number | null;
  readonly wallMs: number;
}

export interface ProblemParts {
  readonly model: GraphModel;
  readonly weights: TransformerWeights;
  readonly use: GraphUse;
  readonly samples: number;
  readonly copies: Copies;
  /** Texts under which one side is asked alone. */
  readonly alone?: GraphPlace['alone'];
  /** Registers for numbers that are given: a picture, noise, and each drawing on the way. */
  readonly givenRegisters: number;
  /** What weights are kept as, for the advice when numbers overflow. */
  readonly format: WeightFormat;
  readonly owner: string;
}
