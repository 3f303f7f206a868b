import type { Paper } from '../types.ts';

/**
 * How the drafts of a place came to be. `iid`: each drawn from q. `without`: one after the other, what was drawn taken
 * out of q. `top_plus_one`: the most probable tokens of q, and one drawn from the rest, which comes last.
 */
export type DraftLaw = 'iid' | 'without' | 'top_plus_one';

/** What a rule makes of the drafts of one place. */
export interface Weighed {
  /** Drafts in the order in which they are tried, each with the probability of being taken once it is tried. */
  readonly tries: readonly { readonly token: number; readonly probability: number }[];
  /** What is drawn from when none was taken; not scaled. All zero where that cannot be. */
  readonly residual: Float64Array;
}

/**
 * A rule that takes one of several drafted tokens, or draws another, so that the token has the target's distribution.
 * `p` and `q` are distributions over the target's vocabulary (Σ = 1, q may be shorter: it gives 0 beyond).
 */
export interface AcceptanceRule {
  readonly id: string;
  readonly title: string;
  readonly paper: Paper;
  /** One sentence for a first-time reader. */
  readonly summary: string;
  readonly law: DraftLaw;
  /** `tokens`: drafts as they were drawn, at least one. */
  weigh(p: Float64Array, q: Float64Array, tokens: readonly number[]): Weighed;
  /** Expected acceptance of `n` drafts, in [0, 1]; null where it takes more than a sort of the vocabulary to know. */
  rate(p: Float64Array, q: Float64Array, n: number): number | null;
}
