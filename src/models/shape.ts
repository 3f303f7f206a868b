/** A batch of n vectors of length dim, row-major. */
export interface Batch {
  readonly n: number;
  readonly dim: number;
  readonly data: ArrayLike<number>;
}

/** The noise range a model was made for: σ̂ in units of the data, 0 < min < max. */
export interface SigmaRange {
  readonly min: number;
  readonly max: number;
}

/** One sample: a point of the plane, or an image (C, H, W) with values in [−1, 1]. `dim` is the product. */
export type ModelShape =
  | { readonly kind: 'point'; readonly dim: 2 }
  | {
      readonly kind: 'image';
      readonly dim: number;
      readonly channels: 1 | 3;
      readonly height: number;
      readonly width: number;
    };
