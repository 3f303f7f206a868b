// The kernel distance of feature nets: loaded with them, as few visits look at features.
import type { Batch } from './types.ts';

/** Products of three of d features and 1, in their order: what the cubic kernel can tell of a distribution. */
export const momentsOf = (d: number): number => ((d + 1) * (d + 2) * (d + 3)) / 6;

/** A set as the cubic kernel sees it. */
export interface CubicSet {
  /** Means of uᵢuⱼuₖ for i ≤ j ≤ k. */
  readonly moments: Float64Array;
  /** Mean kernel of two draws; NaN where a class has a single row. */
  readonly within: number;
}

/**
 * k(x, y) = (x·y/d + 1)³ is (u·v)³ with u = (x/√d, 1) and v = (y/√d, 1): the sum over i ≤ j ≤ k of uᵢuⱼuₖ·vᵢvⱼvₖ times
 * the orders of (i, j, k). So means over pairs are products of moments, and nobody walks over pairs. `itself` is the
 * sum of |u|⁶, the kernel of a row with itself.
 */
function sumMoments({ dim, data }: Batch, rows: readonly number[]): { sums: Float64Array; itself: number } {
  const sums = new Float64Array(momentsOf(dim));
  const u = new Float64Array(dim + 1).fill(1);
  const scale = 1 / Math.sqrt(dim);
  let itself = 0;
  for (const row of rows) {
    let squared = 1;
    for (let i = 0; i < dim; i++) {
      u[i] = data[row * dim + i]! * scale;
      squared += u[i]! * u[i]!;
    }
    itself += squared ** 3;
    let at = 0;
    for (let i = 0; i <= dim; i++)
      for (let j = i; j <= dim; j++) {
        const pair = u[i]! * u[j]!;
        for (let k = j; k <= dim; k++) sums[at++]! += pair * u[k]!;
      }
  }
  return { sums, itself };
}

/**
 * A row with itself is no pair of draws and would make the mean too large. Where classes were given in turn, rows are
 * no draws of the whole either: two of one class meet too rarely. So of each class the mean over its different rows
 * stands for the mean over all of them, and every pair of classes keeps its weight.
 */
export function cubicSet(batch: Batch, labels: ArrayLike<number> = []): CubicSet {
  const { n, dim } = batch;
  const classes = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const label = labels[i] ?? -1;
    const rows = classes.get(label);
    if (rows) rows.push(i);
    else classes.set(label, [i]);
  }
  const moments = new Float64Array(momentsOf(dim));
  let excess = 0;
  for (const rows of classes.values()) {
    const { sums, itself } = sumMoments(batch, rows);
    sums.forEach((v, at) => (moments[at]! += v / n));
    const among = meanCubic(dim, sums, sums); // over all pairs of its rows, summed
    excess += (itself * rows.length - among) / (rows.length - 1) / n ** 2;
  }
  return { moments, within: meanCubic(dim, moments, moments) - excess };
}

/** Mean kernel over all ordered pairs of two sets. */
export function meanCubic(dim: number, x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  let at = 0;
  for (let i = 0; i <= dim; i++)
    for (let j = i; j <= dim; j++)
      for (let k = j; k <= dim; k++) {
        const distinct = Number(i < j) + Number(j < k);
        sum += [1, 3, 6][distinct]! * x[at]! * y[at]!;
        at++;
      }
  return sum;
}

/** Unbiased MMD² under the cubic kernel. */
export const cubicMmd2 = (
  dim: number,
  x: CubicSet,
  y: { readonly moments: ArrayLike<number>; readonly within: number },
) => x.within + y.within - 2 * meanCubic(dim, x.moments, y.moments);

/** Unbiased distance of rows of given classes from a set that is known; null where a class has a single row. */
export function kidOf(
  samples: Batch,
  labels: ArrayLike<number>,
  real: { readonly moments: ArrayLike<number>; readonly within: number },
): number | null {
  const count = new Map<number, number>();
  for (let i = 0; i < samples.n; i++) count.set(labels[i] ?? -1, (count.get(labels[i] ?? -1) ?? 0) + 1);
  if (samples.n < 2 || [...count.values()].some((rows) => rows < 2)) return null;
  return cubicMmd2(samples.dim, cubicSet(samples, labels), real);
}
