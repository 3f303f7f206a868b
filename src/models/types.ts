import type { NetworkFacts } from '../core/part.ts';
import type { Asked } from '../core/role.ts';
import type { Batch, ModelShape, SigmaRange } from './shape.ts';

export type { Batch, ModelShape, SigmaRange };

/**
 * D(x̂; σ̂) ≈ E[x₀ | x̂ = x₀ + σ̂·z] in float64: x is n·dim numbers, row-major; the result is a new array of that
 * length.
 */
export type Denoiser = (x: Float64Array, sigma: number) => Float64Array;

/** D of a model that answers in several roles. */
export interface RoleDenoiser {
  (x: Float64Array, sigma: number, asked?: Asked): Float64Array;
  /** The same for one run, with nothing kept of an earlier one; absent where nothing is ever kept. */
  begin?(heads: ExitHeads | null): RoleDenoiser;
}

/** The head for a depth at a level: [per, d] weights and a bias, from a block's tokens to its patches. */
export interface ExitHead {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}
/** Heads that were fitted to leave a network early. */
export interface ExitHeads {
  /** Levels that they were fitted at, falling; others take the nearest one's. */
  readonly levels: readonly number[];
  /** At each level, those after 1, 2, … blocks. */
  readonly heads: readonly (readonly ExitHead[])[];
}

/**
 * What is sampled, as data: enough for a menu, the URL codec and the validation. Weights and kernels live elsewhere.
 */
export interface ModelCard {
  readonly id: string;
  readonly title: string;
  /** One sentence for a first-time reader. */
  readonly summary: string;
  readonly shape: ModelShape;
  /** The noise range in data units: runs start at σ = max; min is the last level above 0. */
  readonly range: SigmaRange;
  /** How D is computed: a closed form, the closed form over bundled images, or the network that model.json describes. */
  readonly kind: 'mixture' | 'points' | 'drawn' | 'dataset' | 'network';
  /** A trained network of the same target exists, so the exact/learned switch is offered. */
  readonly learned: boolean;
  /**
   * Class names, for conditional models; empty when unconditional. Of a mixture, classes are groups of components, and
   * without one the whole of it is sampled.
   */
  readonly classes: readonly string[];
  /** The network guides inside an evaluation (which then costs two network passes unless guidance = 1). */
  readonly guidance: boolean;
  /** Folder under models/ that holds model.json and weights.safetensors, for `dataset` and `network`. */
  readonly folder?: string;
  /** What model.json says of a transformer, parts of which can be left out. */
  readonly network?: NetworkFacts;
  /** It answers for pictures of half the size too. */
  readonly halves?: true;
  /** Folder of a weaker network of the same samples and classes, for autoguidance. */
  readonly weak?: string;
  /** Folder of real images of the same kind, as a data set. */
  readonly real?: string;
  /** Folder of the feature net that gives FD and class accuracy. */
  readonly features?: string;
  /** Sensible numbers of samples: what a first run shows, and the most a run may ask for. */
  readonly samples: { readonly default: number; readonly max: number };
  /**
   * Steps of the reference solution (RK4 in log σ for closed forms, UniPC-3 for networks): `nfe` evaluations in all.
   */
  readonly reference: { readonly sampler: 'rk4' | 'unipc'; readonly steps: number };
  /** Half-width of the square that 2-D canvases show, in data units. */
  readonly view?: number;
}
