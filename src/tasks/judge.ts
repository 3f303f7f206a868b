// What became of given samples, sample by sample, with intervals.
import { meanHalfWidth } from '../metrics/intervals.ts';

/** A number and half the width of its 95 % interval; null where there are too few samples for one. */
export interface Measured {
  readonly value: number;
  readonly half: number | null;
}

/** Samples from which on an interval says something. */
const LEAST = 8;

/**
 * Distance of each sample to its counterpart: of points along the line between them, of pictures the root mean square of
 * a pixel. `where`: over the numbers of a sample that are 1 alone.
 */
export function distances(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  dim: number,
  where: ArrayLike<number> | null,
): number[] {
  const count = where ? Array.from(where).reduce((n, w) => n + w, 0) : dim;
  return Array.from({ length: a.length / dim }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < dim; j++) if (!where || where[j]) sum += (a[i * dim + j]! - b[i * dim + j]!) ** 2;
    return Math.sqrt(dim > 2 ? sum / count : sum);
  });
}

export function meanOf(values: readonly number[]): Measured {
  const value = values.reduce((a, b) => a + b, 0) / values.length;
  return { value, half: values.length >= LEAST && Number.isFinite(value) ? meanHalfWidth(values) : null };
}

/** A share of n, and half of Wilson's interval (1927), which is not empty at 0 and 1. */
export function shareOf(right: number, n: number): Measured {
  const z = 1.959964;
  const p = right / n;
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return { value: p, half: n >= LEAST ? half : null };
}
