import type { Batch, Denoiser } from './types.ts';

interface Points { readonly n: number; readonly dim: number; readonly data: Float64Array }
/** One known array type in the inner loops keeps them fast. */
const inFloat64 = ({ n, dim, data }: Batch): Points => ({ n, dim, data: data instanceof Float64Array ? data : Float64Array.from(data) });

/**
 * A finite data set as a distribution: equal point masses. Smoothed by σ it is a mixture of narrow Gaussians, and its
 * denoiser is attention over the data, D(x) = Σ softmax(−|x − p|²/2σ²) p. Works in any dimension.
 */
function squaredDistances({ n, dim, data }: Points, x: Float64Array, at: number, out: Float64Array): number {
  let least = Infinity;
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

/** Weights below e^−50 of the largest cannot move a float64 sum of 10⁶ points, and skipping them skips most of the work. */
const negligible = 50;

/** E[x₀ | x₀ + σz = x]; σ = 0 gives the nearest point (the mean of the nearest, if several tie). */
export function empiricalDenoiser(batch: Batch): Denoiser {
  const points = inFloat64(batch);
  const { n, dim, data } = points;
  if (n === 0) throw new RangeError('a data set needs at least one point');
  const squared = new Float64Array(n);
  return (x, sigma) => {
    const out = new Float64Array(x.length);
    for (let at = 0; at < x.length; at += dim) {
      const least = squaredDistances(points, x, at, squared);
      let total = 0;
      for (let i = 0; i < n; i++) {
        const excess = squared[i]! - least;
        const exponent = sigma === 0 ? (excess === 0 ? 0 : Infinity) : excess / (2 * sigma * sigma);
        if (exponent > negligible) continue;
        const weight = Math.exp(-exponent);
        total += weight;
        for (let j = 0, p = i * dim; j < dim; j++, p++) out[at + j]! += weight * data[p]!;
      }
      for (let j = 0; j < dim; j++) out[at + j]! /= total;
    }
    return out;
  };
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
  return Int32Array.from({ length: x.length / points.dim }, (_, i) => squared.indexOf(squaredDistances(points, x, i * points.dim, squared)));
}
