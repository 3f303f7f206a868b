import type { Batch } from './types.ts';

/** Pairwise metrics cost n² distances and need no more than this many samples; being unbiased, they stay centred. */
export const pairwiseLimit = 4096;

export const firstRows = (batch: Batch, n: number): Batch =>
  batch.n <= n
    ? batch
    : { n, dim: batch.dim, data: Float64Array.from({ length: n * batch.dim }, (_, at) => batch.data[at]!) };

/** Mean of f(|xᵢ − yⱼ|²) over all n·m ordered pairs; with y = x that includes the n pairs of a point with itself. */
export function meanOverPairs(x: Batch, y: Batch, f: (squared: number) => number): number {
  if (x.dim !== y.dim) throw new RangeError(`pairs need equal dimensions, got ${x.dim} and ${y.dim}`);
  const same = x === y; // then every pair is met twice: half of them are computed
  const a = Float64Array.from(x.data);
  const b = same ? a : Float64Array.from(y.data);
  const { dim } = x;
  let sum = 0;
  for (let i = 0; i < x.n; i++) {
    let row = 0;
    for (let j = same ? i + 1 : 0; j < y.n; j++) {
      let squared = 0;
      for (let k = 0; k < dim; k++) {
        const d = a[i * dim + k]! - b[j * dim + k]!;
        squared += d * d;
      }
      row += f(squared);
    }
    sum += same ? 2 * row + f(0) : row;
  }
  return sum / (x.n * y.n);
}

/** The target against itself is asked for by every contender of a comparison: computed once per target object. */
export function remember<T extends object>(compute: (key: T) => number): (key: T) => number {
  const known = new WeakMap<T, number>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
