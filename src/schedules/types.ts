import type { Fields } from '../core/field.ts';

/** The noise range a model was made for: σ̂ in units of the data, 0 < min < max. */
export interface SigmaRange {
  readonly min: number;
  readonly max: number;
}

/** A schedule gives n + 1 noise levels σ₀ > … > σ_n = 0 for n ≥ 1 steps. Pure. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds schedules of every parameter type
export interface Schedule<P = any> {
  readonly id: string;
  readonly title: string;
  readonly paper: { readonly title: string; readonly url: string };
  readonly summary: string;
  readonly params: Fields<P>;
  sigmas(steps: number, range: SigmaRange, params: P): number[];
}
