import type { Fields } from '../../core/field.ts';

/** What a verifier may look at: n samples, row by row, and what the model at hand has to say of them. */
export interface Seen {
  readonly x: Float64Array;
  readonly n: number;
  /** Numbers of a sample. */
  readonly dim: number;
  /** log p of each row under the target smoothed by the smallest noise level; null where it is not known. */
  readonly logDensity: ((x: Float64Array) => Float64Array) | null;
  /** Class scores of a feature net, row by row; null where there is none or nobody needs them. */
  readonly logits: ArrayLike<number> | null;
  readonly classes: number;
  /** The class that each sample was asked to be; −1 for none. */
  readonly labels: ArrayLike<number>;
}

/** Judges samples one by one: more is better. A search makes this number large, whatever else it costs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds verifiers of every parameter type
export interface Verifier<P = any> {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** One sentence for a first-time reader. */
  readonly summary: string;
  /** What it must be given: a density, a feature net, a feature net and classes; any model will do where it says none. */
  readonly needs: 'density' | 'features' | 'classes' | null;
  /** Why a high score is no good sample, where that is plain beforehand. */
  readonly hackable: string | null;
  readonly params: Fields<P>;
  score(seen: Seen, params: P): Float64Array;
}

/** A number for each sample. */
export const byRow = (n: number, of: (row: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => of(i));

/** log softmax of a row of class scores. */
export function logShares(logits: ArrayLike<number>, row: number, classes: number): number[] {
  const own = Array.from({ length: classes }, (_, c) => logits[row * classes + c]!);
  const top = Math.max(...own);
  const total = top + Math.log(own.reduce((sum, v) => sum + Math.exp(v - top), 0));
  return own.map((v) => v - total);
}
