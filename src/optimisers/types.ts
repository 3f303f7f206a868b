import type { Fields } from '../core/field.ts';
import type { SigmaRange } from '../schedules/types.ts';

/** What a fit may ask of a model: where its own starts go. Pure but for `walk`. */
export interface FitContext {
  readonly range: SigmaRange;
  /** Steps of the schedule to be found, the last one to 0. */
  readonly steps: number;
  /** Numbers of one sample. */
  readonly dim: number;
  /**
   * The states of Euler's method along falling levels, the first the starting noise at its level: one a level, row-major.
   */
  walk(sigmas: readonly number[]): Promise<readonly Float32Array[]>;
  /** Hears how much of the work is done, 0 … 1. */
  progress(fraction: number): void;
}

export interface FittedLevels {
  /** steps + 1 levels, falling, the last 0: an explicit schedule. */
  readonly sigmas: readonly number[];
  /** The least sum of costs, in squared data units a sample. */
  readonly cost: number;
  /** Evaluations that the search spent on each sample. */
  readonly evaluations: number;
}

/** A method that finds noise levels for one model. Its result is a list: a link carries it, and nobody must search again. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds optimisers of every parameter type
export interface LevelsOptimiser<P = any> {
  readonly id: string;
  readonly title: string;
  readonly paper: { readonly title: string; readonly url: string };
  /** One sentence for a first-time reader. */
  readonly summary: string;
  readonly params: Fields<P>;
  /** Rejects with what `walk` rejects with; RangeError where there are fewer levels to choose from than steps. */
  fit(context: FitContext, params: P): Promise<FittedLevels>;
}
