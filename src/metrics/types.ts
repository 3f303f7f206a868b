/** A batch of n vectors of length dim, row-major. */
export interface Batch { readonly n: number; readonly dim: number; readonly data: ArrayLike<number> }

export interface Metric {
  readonly id: string;
  readonly title: string;
  /** e.g. "data units"; empty for a pure number. */
  readonly unit: string;
  readonly summary: string;
  readonly paper?: { readonly title: string; readonly url: string };
  /** What the run is compared with: the reference solution from the same noise, fresh samples of the target, or a feature net's statistics. */
  readonly against: 'reference' | 'target' | 'features';
  readonly better: 'lower' | 'higher';
  /** True when values may be drawn on a logarithmic axis (always positive). */
  readonly log: boolean;
}
