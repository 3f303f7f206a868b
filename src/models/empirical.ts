import type { Batch, Denoiser } from './types.ts';

interface Points {
  readonly n: number;
  readonly dim: number;
  readonly data: Float64Array;
}
/** One known array type in the inner loops keeps them fast. */
const inFloat64 = ({ n, dim, data }: Batch): Points => ({
  n,
  dim,
  data: data instanceof Float64Array ? data : Float64Array.from(data),
});

/**
 * A finite data set as a distribution: equal point masses. Smoothed by σ it is a mixture of narrow Gaussians, and its
 * denoiser is attention over the data, D(x) = Σ softmax(−|x − p|²/2σ²) p. Works in any dimension.
 */
function squaredDistances({ n, dim, data }: Points, x: Float64Array, at: number, out: Float64Array): number {
  let least = Infinity;
  if (dim === 2) {
    const [u, v] = [x[at]!, x[at + 1]!];
    for (let i = 0; i < n; i++) {
      const squared = (u - data[2 * i]!) ** 2 + (v - data[2 * i + 1]!) ** 2;
      out[i] = squared;
      if (squared < least) least = squared;
    }
    return least;
  }
  for (let i = 0; i < n; i++) {
    let squared = 0;
    for (let j = 0, p = i * dim; j < dim; j++, p++) {
      const d = x[at + j]! - data[p]!;
      squared += d * d;
    }
    out[i] = squared;
    if (squared < least) least = squared;
  }
  return least;
}

/**
 * Weights below e^−50 of the largest cannot move a float64 sum of 10⁶ points, and skipping them skips most of the work.
 */
const negligible = 50;

/** E[x₀ | x₀ + σz = x]; σ = 0 gives the nearest point (the mean of the nearest, if several tie). */
export function empiricalDenoiser(batch: Batch): Denoiser {
  const points = inFloat64(batch);
  const { n, dim, data } = points;
  if (n === 0) throw new RangeError('a data set needs at least one point');
  const squared = new Float64Array(n);
  const mean = dim === 2 ? meanOfPairs : meanOfRows;
  return (x, sigma) => {
    const out = new Float64Array(x.length);
    // At σ = 0 only the nearest points keep weight; infinity itself would make 0·∞ of their own exponent.
    const rate = sigma === 0 ? Number.MAX_VALUE : 1 / (2 * sigma * sigma);
    for (let at = 0; at < x.length; at += dim) {
      const least = squaredDistances(points, x, at, squared);
      for (let i = 0; i < n; i++) {
        const exponent = (squared[i]! - least) * rate;
        squared[i] = exponent > negligible ? 0 : Math.exp(-exponent);
      }
      mean(squared, data, out.subarray(at, at + dim));
    }
    return out;
  };
}

/** Weighted mean of rows; rows of weight 0, which are most of them, are skipped. */
function meanOfRows(weights: Float64Array, data: Float64Array, out: Float64Array): void {
  const dim = out.length;
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (weight === 0) continue;
    total += weight;
    for (let j = 0, p = i * dim; j < dim; j++, p++) out[j]! += weight * data[p]!;
  }
  for (let j = 0; j < dim; j++) out[j]! /= total;
}

/** The same in the plane, without the inner loop: half the time of a whole run. */
function meanOfPairs(weights: Float64Array, data: Float64Array, out: Float64Array): void {
  let [total, x, y] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    total += weight;
    x += weight * data[2 * i]!;
    y += weight * data[2 * i + 1]!;
  }
  out[0] = x / total;
  out[1] = y / total;
}

/** log p_σ(x) of each row, for σ > 0. */
export function empiricalLogDensity(batch: Batch, x: Float64Array, sigma: number): Float64Array {
  const points = inFloat64(batch);
  const { n, dim } = points;
  const squared = new Float64Array(n);
  const scale = Math.log(n) + (dim / 2) * Math.log(2 * Math.PI * sigma * sigma);
  return Float64Array.from({ length: x.length / dim }, (_, i) => {
    const least = squaredDistances(points, x, i * dim, squared);
    let sum = 0;
    for (const s of squared) sum += Math.exp((least - s) / (2 * sigma * sigma));
    return Math.log(sum) - least / (2 * sigma * sigma) - scale;
  });
}

/** Index of the nearest point to each row: for an exact data-set model, the training image that a sample became. */
export function nearest(batch: Batch, x: Float64Array): Int32Array {
  const points = inFloat64(batch);
  const squared = new Float64Array(points.n);
  return Int32Array.from({ length: x.length / points.dim }, (_, i) =>
    squared.indexOf(squaredDistances(points, x, i * points.dim, squared)),
  );
}
