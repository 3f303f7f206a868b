import type { About } from './about.ts';
import type { Picture } from './tiles.ts';
import type { Instructions, Op, Reg } from '../../samplers/diffusion/types.ts';
import type { Weights } from './weights.ts';
import type { Batch, RealFeatures } from '../../metrics/samples/types.ts';
import type { KernelChoices } from '../../core/kernelVersions.ts';
import type { ExitHeads, ModelCard } from '../../models/types.ts';
import type { ModelFile } from '../../models/networks/index.ts';

/** What a run needs besides its plan. A problem is prepared once and serves every contender, seed and step count. */
export interface ProblemKey {
  readonly card: ModelCard;
  readonly learned: boolean;
  readonly points: readonly (readonly [number, number])[];
  readonly samples: number;
  /** How often the same starts stand among the samples, one copy after another: candidates that are denoised together. Once unless given. */
  readonly copies?: number;
  readonly guidance: number;
  /** Class of all samples; −1: every class in turn, or no class where the model is a mixture. */
  readonly label: number;
  /** Whether a plan asks for the weaker model of the card, which is loaded beside it; not unless given. */
  readonly weaker?: boolean;
  /** Kernel versions that override the device's own choice. */
  readonly kernels: KernelChoices;
}

/** A state after one step. `x` is n·dim numbers, row-major, in x̂ coordinates. */
export interface Mark {
  readonly step: number;
  readonly sigma: number;
  readonly x: Float32Array;
}

/** A step as the reader sees it. */
export interface StepFrame {
  readonly step: number;
  readonly sigma: number;
  readonly picture: Picture;
}

export interface RunOptions {
  readonly seed: number;
  /** Whose noise each copy of the starts draws, one seed a copy; `seed` for all that is one copy. */
  readonly seeds?: readonly number[];
  /** Use the closed form even where the problem is learned, as the reference solution does. */
  readonly exact?: boolean;
  /** Registers that are filled before the plan, samples·dim numbers each; with `x` among them nothing is drawn to start from. */
  readonly given?: Readonly<Record<Reg, Float32Array<ArrayBuffer>>>;
  /** Heads for evaluations that leave the network early by fitted ones. */
  readonly heads?: ExitHeads | null;
  readonly signal: AbortSignal;
  /**
   * Called once for each step as its picture arrives; late ones come at the end. Absent: only the last state is kept.
   */
  readonly onFrame?: (frame: StepFrame) => void;
}

/**
 * `marks` are the states that were kept, in step order, the last always among them; all of them when `onFrame` was
 * given and they fit.
 */
export interface Finished {
  /** What was carried out: the list that was given, or what an adaptive plan decided. */
  readonly ops: readonly Op[];
  readonly x: Float32Array;
  readonly marks: readonly Mark[];
  /** What the given registers hold in the end. */
  readonly given?: Readonly<Record<Reg, Float32Array>>;
  readonly gpuMs: number | null;
  readonly wallMs: number;
}

/** Features and class scores of n images from a model's feature net, and the net's statistics over real images. */
export interface Features {
  readonly features: Float32Array;
  readonly featureDim: number;
  readonly logits: Float32Array;
  readonly classes: number;
  readonly real: RealFeatures;
}

/** What a GPU can add up for the metrics that compare with a target; see metrics/types.ts. */
export interface Reductions {
  readonly pairs: { readonly xy: number; readonly xx: number };
  readonly sorted?: Float32Array;
}

export interface Problem {
  readonly key: ProblemKey;
  /** Network passes that an evaluation of `main` costs (2 with guidance). */
  readonly passes: number;
  /** What tells its model from others: digits of its weights, or a name. What was fitted says of which it was. */
  readonly identity: string;
  /** Multiply-adds of a pass on one sample, by count; null for closed forms. */
  readonly workOfPass: number | null;
  /** Origin and licence of what was loaded; null for closed forms. */
  readonly about: About | null;
  /** Sentences about what was asked of this problem and is not available here. */
  readonly remarks: readonly string[];
  run(instructions: Instructions, options: RunOptions): Promise<Finished>;
  /** Feature net of image models; null where the model has none. */
  features(x: Float32Array): Promise<Features | null>;
  /**
   * Sums over pairs and sorted projections against the problem's one target, or null where the processor is as quick.
   */
  reduce(x: Float32Array, target: Batch): Promise<Reductions | null>;
  /** Frees everything once the work in hand has ended. */
  destroy(): Promise<void>;
}

/**
 * Weights of a model folder, checked. `onCard` hears of the model's card as soon as it is known, so that kernels
 * compile while weights download.
 */
export type LoadWeights = (folder: string, signal: AbortSignal, onCard?: (info: ModelFile) => void) => Promise<Weights>;

/** Where runs are computed: the float64 reference or the GPU. */
export interface Backend {
  readonly kind: 'cpu' | 'webgpu';
  prepare(key: ProblemKey, signal: AbortSignal): Promise<Problem>;
}
