import type { Fields } from '../core/field.ts';

/** A law of two tokens and what noises it. */
export interface Problem {
  /** Probabilities of the pairs, row-major [values, values]. */
  readonly p: Float64Array;
  readonly values: number;
  readonly process: Process;
}

/** What becomes of each token in a step, by the state (a, b) of both: row-major [states², states], rows sum to 1. */
export interface Kernel {
  readonly a: Float64Array;
  readonly b: Float64Array;
}
/**
 * A step of a sampler, both tokens apart, from one evaluation at its start. `euler`: chances are rates times the step.
 * `tweedie`: each token's own law at the step's end, given both at its start, which is exact for one token.
 */
export type Rule = 'euler' | 'tweedie';

/**
 * A noising of tokens in continuous time, of each by itself: at time t a token is still its own with probability 1 − t. Laws
 * of states are row-major [states, states].
 */
export interface Process {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** States of a token, of so many values. */
  states(values: number): number;
  /** Where a sampler starts: a time, and the states that are equally likely there. */
  readonly start: number;
  starts(values: number): readonly number[];
  /** The law of states at a time. */
  marginal(p: Float64Array, values: number, t: number): Float64Array;
  /**
   * Laws of the state at a time given each start, of the exact reverse process: what a teacher of ever more steps comes to.
   * Row-major [starts, states²].
   */
  teacher(p: Float64Array, values: number, t: number): Float64Array;
  /** Rates of the exact reverse process at a time, in units of t, by state: the rate of forward times the concrete score. */
  rates(p: Float64Array, values: number, t: number): Kernel;
  /** One token's exact law at s < t, given both at t; scores are multiplied by `scale` first. */
  tweedie(p: Float64Array, values: number, t: number, s: number, scale: number): Kernel;
}

/** What a sampler of so many steps needs: times from the process's start down to 0, and a scale of the scores at each step. */
export interface Course {
  readonly times: readonly number[];
  readonly scales: readonly number[];
}

/** A sampler of tokens: a rule, and how it comes to its course. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds methods of every parameter type
export interface DiscreteMethod<P = any> {
  readonly id: string;
  readonly title: string;
  readonly paper: { readonly title: string; readonly url: string };
  /** One sentence for a first-time reader. */
  readonly summary: string;
  readonly params: Fields<P>;
  rule(params: P): Rule;
  /** Yields how far it is, from 0 to 1. */
  learn(problem: Problem, steps: number, params: P): Generator<number, Course>;
}
