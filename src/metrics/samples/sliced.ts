import { normals } from '../../math/normal.ts';
import { metricFacts } from './facts.ts';
import type { Batch, Metric } from './types.ts';

export const projections = 64;
const directionSeed = 0x51ced;

/** `count` unit vectors, row-major. They never change with the run's seed, so values of different seeds compare. */
export function directions(dim: number, count = projections): Float64Array {
  const z = normals(directionSeed, 0, count, dim);
  for (let p = 0; p < count; p++) {
    const row = z.subarray(p * dim, (p + 1) * dim);
    const length = Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));
    row.forEach((v, j) => (row[j] = v / length));
  }
  return z;
}

/**
 * Projections of the batch's first n rows on every direction, each direction's n values sorted: row-major [directions,
 * n].
 */
export function sortedProjections(batch: Batch, to: Float64Array, n = batch.n): Float64Array {
  const { dim, data } = batch;
  const count = to.length / dim;
  const out = new Float64Array(count * n);
  for (let p = 0; p < count; p++) {
    const row = out.subarray(p * n, (p + 1) * n);
    for (let i = 0; i < n; i++) {
      let dot = 0;
      for (let j = 0; j < dim; j++) dot += data[i * dim + j]! * to[p * dim + j]!;
      row[i] = dot;
    }
    row.sort();
  }
  return out;
}

/**
 * Sliced Wasserstein distance from two tables of sorted projections of equal shape: the mean over directions of W_p^p,
 * to the power 1/p.
 */
export function slicedFromSorted(a: ArrayLike<number>, b: ArrayLike<number>, power: 1 | 2): number {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(`sliced distance needs equal non-empty tables, got ${a.length} and ${b.length} values`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i]! - b[i]!);
    sum += power === 1 ? d : d * d;
  }
  return power === 1 ? sum / a.length : Math.sqrt(sum / a.length);
}

export function slicedWasserstein(x: Batch, y: Batch, power: 1 | 2, sorted?: ArrayLike<number>): number {
  const n = Math.min(x.n, y.n);
  return slicedFromSorted(sorted && n === x.n ? sorted : projectionsOf(x, n), projectionsOf(y, n), power);
}

/**
 * SW1 and SW2 ask for the same tables, and every contender for the target's: each is made once per batch and length.
 */
const tables = new WeakMap<Batch, Map<number, Float64Array>>();
function projectionsOf(batch: Batch, n: number): Float64Array {
  const known = tables.get(batch) ?? new Map<number, Float64Array>();
  tables.set(batch, known);
  const table = known.get(n) ?? sortedProjections(batch, directions(batch.dim), n);
  known.set(n, table);
  return table;
}

const compute =
  (power: 1 | 2): Metric['compute'] =>
  ({ samples, target, sorted }) =>
    target && Math.min(samples.n, target.n) > 0 ? slicedWasserstein(samples, target, power, sorted) : null;

export const sw1: Metric = {
  ...metricFacts.sw1,
  compute: compute(1),
};
export const sw2: Metric = {
  ...metricFacts.sw2,
  compute: compute(2),
};
