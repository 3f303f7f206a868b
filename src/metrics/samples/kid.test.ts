// The kernel distance: pair by pair, the closed forms of Gaussians, and what small numbers do to it.
import { describe, expect, it } from 'vitest';
import { normals } from '../../math/normal.ts';
import { kernel } from './gaussianKernel.ts';
import { metrics } from './index.ts';
import { cubicMmd2, cubicSet, kidOf, meanCubic, momentsOf } from './kid.ts';
import { mmd2 } from './mmd.ts';
import type { Batch } from './types.ts';

const gaussian = (draw: number, n: number, dim: number, sd: number, shift = 0): Batch => ({
  n,
  dim,
  data: normals(31, draw, n, dim).map((v) => shift + sd * v),
});
const distance = (x: Batch, y: Batch, labels: readonly number[] = []) =>
  cubicMmd2(x.dim, cubicSet(x, labels), cubicSet(y));
const meanAndError = (values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((s, v) => s + (v - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
};

/** As it is defined, by loops over pairs. */
function byPairs(x: Batch, y: Batch): number {
  const k = (a: Batch, i: number, b: Batch, j: number) => {
    let dot = 0;
    for (let c = 0; c < a.dim; c++) dot += a.data[i * a.dim + c]! * b.data[j * a.dim + c]!;
    return (dot / a.dim + 1) ** 3;
  };
  const within = (a: Batch) => {
    let sum = 0;
    for (let i = 0; i < a.n; i++) for (let j = 0; j < a.n; j++) if (i !== j) sum += k(a, i, a, j);
    return sum / (a.n * (a.n - 1));
  };
  let cross = 0;
  for (let i = 0; i < x.n; i++) for (let j = 0; j < y.n; j++) cross += k(x, i, y, j) / (x.n * y.n);
  return within(x) + within(y) - 2 * cross;
}

describe('KID', () => {
  it.each([1, 2, 3, 5])('by moments is what pairs say, in %i dimensions', (dim) => {
    const [x, y] = [gaussian(1, 9, dim, 1.3, 0.4), gaussian(2, 7, dim, 0.6)];
    expect(distance(x, y)).toBeCloseTo(byPairs(x, y), 11);
  });
  it('by hand: in one dimension, 0 and 0 against 1 and 1, the kernel is 1, 8 and 1 across', () => {
    expect(distance({ n: 2, dim: 1, data: [0, 0] }, { n: 2, dim: 1, data: [1, 1] })).toBeCloseTo(1 + 8 - 2, 14);
    expect([momentsOf(1), momentsOf(32)]).toEqual([4, 6545]);
    expect(meanCubic(1, [1, 2, 3, 4], [1, 1, 1, 1])).toBe(1 + 3 * 2 + 3 * 3 + 4);
  });
  // E k differs in second moments alone: 3/d²·‖(a² − c²)I‖² = 3(a² − c²)²/d, .05415 for a = .9, c = 1, d = 2.
  it('of two Gaussians of other widths is 3(a² − c²)²/d', () => {
    const exact = (3 * (0.9 ** 2 - 1) ** 2) / 2;
    expect(exact).toBeCloseTo(0.05415, 12);
    const { mean, error } = meanAndError(
      Array.from({ length: 40 }, (_, r) => distance(gaussian(2 * r, 1000, 2, 0.9), gaussian(2 * r + 1, 1000, 2, 1))),
    );
    expect(error).toBeLessThan(0.007);
    expect(Math.abs(mean - exact)).toBeLessThan(3.5 * error);
  });
  it('is unbiased at 12 rows and below 0 about as often as above between draws of one law', () => {
    const values = Array.from({ length: 400 }, (_, r) =>
      distance(gaussian(2 * r, 12, 3, 1), gaussian(2 * r + 1, 12, 3, 1)),
    );
    const { mean, error } = meanAndError(values);
    expect(Math.abs(mean)).toBeLessThan(4 * error);
    expect(error).toBeLessThan(0.1);
    const below = values.filter((v) => v < 0).length;
    expect([below > 100, below < 360]).toEqual([true, true]);
  });
  it('takes classes in turn for what they are: two of each, far apart, are no nearer than draws of both', () => {
    const labels = [0, 1, 0, 1];
    // Rows of class 0 around −2, of class 1 around 2: the target is both by halves.
    const inTurn = (draw: number): Batch => {
      const { data } = gaussian(draw, 4, 1, 0.5);
      return { n: 4, dim: 1, data: Array.from(data, (v, i) => v + (labels[i]! === 0 ? -2 : 2)) };
    };
    const many = gaussian(9999, 20_000, 1, 0.5);
    const target = { ...many, data: Array.from(many.data, (v, i) => v + (i % 2 === 0 ? -2 : 2)) };
    const known = cubicSet(target);
    const of = (given: readonly number[]) =>
      meanAndError(Array.from({ length: 600 }, (_, r) => cubicMmd2(1, cubicSet(inTurn(r), given), known)));
    const { mean, error } = of(labels);
    expect(error).toBeLessThan(1.5);
    expect(Math.abs(mean)).toBeLessThan(4 * error);
    expect(of([]).mean).toBeLessThan(-20);
  });
  it('is of features, needs two of them, and moments of real ones', () => {
    const samples = gaussian(1, 20, 2, 1);
    const known = cubicSet(gaussian(2, 30, 2, 1));
    const real = { mean: new Float64Array(2), covariance: new Float64Array(4) };
    const subject = (rows: Batch, cubic = true, labels: readonly number[] = []) => ({
      samples: rows,
      features: {
        samples: rows,
        real: { ...real, ...(cubic && { kid: (x: Batch, asked: ArrayLike<number>) => kidOf(x, asked, known) }) },
        logits: rows,
        labels,
      },
    });
    expect(metrics.kid.compute(subject(samples))).toBeCloseTo(byPairs(samples, gaussian(2, 30, 2, 1)), 12);
    expect(metrics.kid.compute(subject({ n: 1, dim: 2, data: [1, 2] }))).toBeNull();
    expect(metrics.kid.compute(subject(samples, false))).toBeNull();
    const three = { n: 3, dim: 2, data: [1, 2, 3, 4, 5, 6] };
    expect(metrics.kid.compute(subject(three, true, [0, 1, 0]))).toBeNull();
    expect(metrics.kid.compute(subject(three, true, [1, 1, 1]))).toBe(metrics.kid.compute(subject(three)));
    expect(metrics.kid.compute(subject({ n: 2, dim: 2, data: [NaN, 0, 1, 1] }))).toBeNaN();
  });
});

// K(v, m²) = (b²/(b² + v))^(d/2)·exp(−m²/2(b² + v)); MMD² = K(2a²) + K(2c²) − 2K(a² + c², m²).
it('MMD² under one Gaussian kernel, m = .3 apart, widths 1: .0099254', () => {
  const exact = 2 * (1 / 3) * (1 - Math.exp(-(0.3 ** 2) / 6));
  expect(exact).toBeCloseTo(0.0099254, 7);
  const { mean, error } = meanAndError(
    Array.from({ length: 20 }, (_, r) => {
      const moved = gaussian(2 * r + 1, 600, 2, 1);
      const data = Array.from(moved.data, (v, i) => (i % 2 === 0 ? v + 0.3 : v));
      return mmd2(gaussian(2 * r, 600, 2, 1), { ...moved, data }, kernel(1, 1));
    }),
  );
  expect(error).toBeLessThan(0.0015);
  expect(Math.abs(mean - exact)).toBeLessThan(3.5 * error);
});
