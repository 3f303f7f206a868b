import type { Fields } from '../core/field.ts';
import type { Op, Reg, WeightedDraw } from '../samplers/diffusion/types.ts';

/** One state of every start: starts × numbers of a sample, row by row. */
export type States = Float64Array;
/** 1 for the starts that an ask is for; all of them where it is absent. Others are carried along and not counted. */
export type Rows = Uint8Array;

/** One noise that is tried, on all starts. */
export interface Candidate {
  /** Whose keyed noise is drawn. */
  readonly candidate: number;
  /** Registers that are filled before; without them it begins at the candidate's own noise. */
  readonly given?: Readonly<Record<Reg, States>>;
}

/** What a search wants to know, or says on the way. */
export type Ask =
  /**
   * Instructions on every start for one candidate or several, which lie in one batch and are denoised together, and the registers
   * that are wanted in the end.
   */
  | {
      readonly kind: 'run';
      readonly ops: readonly Op[];
      readonly of: readonly Candidate[];
      readonly wanted: readonly Reg[];
      readonly rows?: Rows;
      /** It waits for nothing that the ask before it told: with enough devices both would run at once. */
      readonly beside?: boolean;
    }
  /** A number for each start; more is better. */
  | { readonly kind: 'score'; readonly x: States; readonly rows?: Rows }
  /** What it would answer now. */
  | { readonly kind: 'best'; readonly x: States; readonly scores: Float64Array };

/** What is told back: registers of each candidate after a run, numbers after a score, nothing after the rest. */
export interface Told {
  readonly registers?: readonly Readonly<Record<Reg, States>>[];
  readonly scores?: Float64Array;
}

export interface Answer {
  readonly x: States;
  readonly scores: Float64Array;
  /** Of searches that choose step by step: evaluations of a start in each step, on average; the first is the choice of a start. */
  readonly perStep?: readonly number[];
}

/** A search on many starts at once: each of them chooses for itself. */
export type Searching = Generator<Ask, Answer, Told>;

/** What a search stands on. */
export interface SearchContext {
  /** The levels of the plain run, falling to 0. */
  readonly levels: readonly number[];
  readonly samples: number;
  /** Numbers of a sample. */
  readonly dim: number;
  /** Evaluations of the model that each start may spend, at most. */
  readonly budget: number;
  /** Candidates that are denoised in one evaluation, at most. It changes time alone: what is spent and found stays. */
  readonly atOnce: number;
  /** The plain sampler along falling levels to 0, as a whole run of its own. */
  solve(levels: readonly number[]): readonly Op[];
  /**
   * A piece of the plain run, from its level `from` to its level `to`: wrapped and guided as it is there. SearchError where a
   * wrapper means nothing on pieces.
   */
  piece(from: number, to: number): readonly Op[];
  /** What the plain run asks at its level `k`: register `d` is D(x; σ_k), wrapped and guided as it is there. */
  denoise(k: number): readonly Op[];
  /** Levels of the plain sampler that spend so many evaluations, as nearly as it can, and no more; null where one step costs more. */
  levelsFor(budget: number): readonly number[] | null;
  /** Keyed noise of a candidate, for all starts. Candidate 0 draws what the plain run draws. */
  noise(candidate: number, draws: readonly WeightedDraw[]): States;
}

/**
 * A search over noise: it spends evaluations on choosing among samples, where a longer run spends them on steps. Pure: what
 * it asks for is carried out elsewhere, in float64 or on a GPU.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds searches of every parameter type
export interface NoiseSearch<P = any> {
  readonly id: string;
  readonly title: string;
  readonly paper: { readonly title: string; readonly url: string };
  /** One sentence for a first-time reader. */
  readonly summary: string;
  readonly params: Fields<P>;
  /** Throws SearchError where the budget buys not even the least of it. */
  search(context: SearchContext, params: P): Searching;
}

/** What cannot be searched, and what to do instead. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
