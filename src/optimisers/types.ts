import type { Fields, ParamValue } from '../core/field.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import type { SigmaRange } from '../schedules/types.ts';

/** What a fit tries: everything that it may change of a contender. */
export interface Candidate {
  /** steps + 1 levels, falling, the last 0: an explicit schedule. */
  readonly sigmas: readonly number[];
  /** Levels that the denoiser is told, one for each level above 0, where they are others. */
  readonly asked?: readonly number[];
  /** Of the sampler, beside those that it has. */
  readonly params?: Readonly<Record<string, ParamValue>>;
}

/** What a fit shows beside its result. */
export type Evidence =
  /** Costs of steps from level i to level j, row-major with (levels)² entries, NaN where there is no step, and the path through them. */
  | {
      readonly kind: 'path';
      readonly title: string;
      readonly levels: readonly number[];
      readonly costs: Float32Array;
      readonly path: readonly number[];
    }
  /** What each interval of two lists contributes to a sum that a good list makes small. */
  | {
      readonly kind: 'terms';
      readonly title: string;
      readonly before: { readonly sigmas: readonly number[]; readonly terms: readonly number[] };
      readonly after: { readonly sigmas: readonly number[]; readonly terms: readonly number[] };
    }
  /**
   * How far the states of all steps are from where all sweeps lead: at the start, then after each sweep; `shares`: how much of
   * the correction each sweep takes.
   */
  | {
      readonly kind: 'sweeps';
      readonly title: string;
      readonly shares: readonly number[];
      readonly before: readonly number[];
      readonly after: readonly number[];
    };

export interface Found extends Candidate {
  /** The least sum of costs, for methods that make a sum small. */
  readonly cost?: number;
  readonly evidence?: readonly Evidence[];
}

export interface FitNews {
  /** How much of the work is done, 0 … 1. */
  readonly fraction: number;
  /** The best so far on held-out starts, and how far its ends are from where they should be. Absent: none yet, or the same. */
  readonly best?: { readonly candidate: Candidate; readonly train: number; readonly valid: number };
  /** Where the search stands: mean distances of what it tries now. */
  readonly now?: { readonly train: number; readonly valid: number };
}

/** What a fit may ask of a model. Starts are of seeds that no reader's run uses, and held-out ones are others again. */
export interface FitContext {
  readonly range: SigmaRange;
  /** Steps of the schedule to be found, the last one to 0. */
  readonly steps: number;
  /** Numbers of one sample. */
  readonly dim: number;
  /** What there is before the fit; given back as it is where nothing was better. */
  readonly start: Candidate;
  /** Of searches that draw at random. */
  readonly seed: number;
  /**
   * The states of Euler's method along falling levels, the first the starting noise at its level: one a level, row-major.
   */
  walk(sigmas: readonly number[]): Promise<readonly Float32Array[]>;
  /** The states that the frames of a plan show, on the training starts. */
  states(ops: readonly Op[]): Promise<readonly Float32Array[]>;
  /** D along one path of noise a sample, from samples of the model: one a level, in the order of the levels, which fall. */
  noised(sigmas: readonly number[]): Promise<readonly Float32Array[]>;
  /** Distance of each sample's end to where a fine solution ends, by a candidate, on one of two sets of starts. */
  distances(candidate: Candidate, on: 'train' | 'valid'): Promise<Float64Array>;
  progress(news: FitNews): void;
}

/** What a fit is asked to do, as far as its price depends on it. */
export interface FitSize {
  readonly steps: number;
  /** Evaluations of one run of the sampler. */
  readonly nfe: number;
}

/**
 * A method that fits a contender to one model. Its result is a list, or numbers: a link carries it, and nobody must search
 * again.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds optimisers of every parameter type
export interface ScheduleOptimiser<P = any> {
  readonly id: string;
  readonly title: string;
  readonly paper: { readonly title: string; readonly url: string };
  /** One sentence for a first-time reader. */
  readonly summary: string;
  readonly tunes: 'levels' | 'asked' | 'coefficients' | 'choices';
  /** The only sampler that has what it tunes, with what it needs of it; absent: any. */
  readonly sampler?: 'composed' | 'bespoke' | 'pcm';
  /** Whether it looks at where runs end, so that they must be functions of their starts. */
  readonly needsEnds: boolean;
  readonly params: Fields<P>;
  /** What suits networks that take long. */
  readonly forImages?: Partial<P>;
  /** Evaluations that it will spend on each sample, about. */
  evaluations(size: FitSize, params: P): number;
  /** Rejects with what the context rejects with; RangeError where there are fewer levels to choose from than steps. */
  fit(context: FitContext, params: P): Promise<Found>;
}

export const mean = (values: ArrayLike<number>): number =>
  (Array.prototype.reduce.call(values, (sum: unknown, v: unknown) => (sum as number) + (v as number), 0) as number) /
  values.length;
