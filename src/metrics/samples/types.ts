/** A batch of n vectors of length dim, row-major. */
export interface Batch {
  readonly n: number;
  readonly dim: number;
  readonly data: ArrayLike<number>;
}

/** What is known of the features of real images. */
export interface RealFeatures {
  readonly mean: Float64Array;
  /** Divided by their number less one. */
  readonly covariance: Float64Array;
  /** The kernel distance (kid.ts) of features of images that were asked to be of these classes; null where it is not defined. */
  readonly kid?: (samples: Batch, labels: ArrayLike<number>) => number | null;
}

/**
 * What a finished run can be judged by. Only `samples` is always there; a metric whose inputs are missing gives null
 * (a stochastic sampler has no paired reference, an image model no density).
 */
export interface Subject {
  readonly samples: Batch;
  /** Endpoints of the reference solution from the same noise, row for row. */
  readonly reference?: Batch;
  /** Fresh independent samples of the target. */
  readonly target?: Batch;
  /**
   * Mean distances between samples and target and among samples, over all ordered pairs of the first `pairwiseLimit`
   * rows, when they were summed before.
   */
  readonly pairs?: { readonly xy: number; readonly xx: number };
  /** The same of MMD's kernel. */
  readonly kernels?: { readonly xy: number; readonly xx: number };
  /** Sorted projections of all samples, row-major [projections, n], when they were sorted before. */
  readonly sorted?: ArrayLike<number>;
  /** log p of each row of an n·dim array, under the target smoothed by the smallest noise level. */
  readonly logDensity?: (x: Float64Array) => Float64Array;
  /** Components of a mixture target: their true weights, and the most responsible one of each row. */
  readonly modes?: { readonly weights: ArrayLike<number>; assign(x: Float64Array): ArrayLike<number> };
  /** log p of each sample under the flow that made it, in nats, for numbers of this many a sample; where it was asked for. */
  readonly flow?: { readonly nats: ArrayLike<number>; readonly dim: number; readonly bytes: boolean };
  /** A feature net's view of the samples, and the same net's moments over real images. */
  readonly features?: {
    readonly samples: Batch;
    readonly real: RealFeatures;
    /** Class scores of each sample, and the class that it was asked to be. */
    readonly logits: Batch;
    readonly labels: ArrayLike<number>;
  };
}

export interface MetricFacts {
  readonly id: string;
  readonly title: string;
  /** e.g. "data units"; empty for a pure number. */
  readonly unit: string;
  readonly summary: string;
  readonly paper?: { readonly title: string; readonly url: string };
  /**
   * What the run is compared with: the reference solution from the same noise, fresh samples of the target, a feature
   * net's statistics, or its own flow, which is followed only when somebody asks.
   */
  readonly against: 'reference' | 'target' | 'features' | 'flow';
  readonly better: 'lower' | 'higher';
  /** True when values may be drawn on a logarithmic axis (always positive). */
  readonly log: boolean;
  /** The largest value that there can be, where there is one. */
  readonly most?: number;
}

export interface Metric extends MetricFacts {
  /**
   * The value in float64, or null where the metric does not apply. A sample that is not finite makes it Infinity or
   * NaN, never a good value.
   */
  compute(subject: Subject): number | null;
}
