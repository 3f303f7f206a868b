import { describe, expect, it } from 'vitest';
import { symmetricEigen } from './eigen.ts';
import { frechetDistance, moments } from './frechet.ts';
import { normals } from './normal.ts';

describe('symmetricEigen', () => {
  it('solves a 2×2 by hand', () => {
    const { values, vectors } = symmetricEigen([2, 1, 1, 2], 2);
    expect([...values]).toEqual([expect.closeTo(1, 14), expect.closeTo(3, 14)]);
    expect(Math.abs(vectors[2]! - vectors[3]!)).toBeLessThan(1e-14);
  });
  it.each([1, 2, 5, 32])('rebuilds a random matrix of size %i, with orthonormal vectors', (n) => {
    const z = normals(1, 2, n, n);
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a[i * n + j] = z[i * n + j]! + z[j * n + i]!;
    const { values, vectors } = symmetricEigen(a, n);
    for (let i = 0; i < n; i++) {
      if (i > 0) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]!);
      for (let j = 0; j < n; j++) {
        let [rebuilt, dot] = [0, 0];
        for (let e = 0; e < n; e++) {
          rebuilt += values[e]! * vectors[e * n + i]! * vectors[e * n + j]!;
          dot += vectors[i * n + e]! * vectors[j * n + e]!;
        }
        expect(rebuilt).toBeCloseTo(a[i * n + j]!, 11);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
      }
    }
  });
  it('keeps tiny eigenvalues beside large ones, and is diagonal on a diagonal', () => {
    expect([...symmetricEigen([1e8, 0, 0, 1e-8], 2).values]).toEqual([1e-8, 1e8]);
    expect([...symmetricEigen([0, 0, 0, 0], 2).values]).toEqual([0, 0]);
    expect(symmetricEigen([NaN, 0, 0, 1], 2).values.every(Number.isNaN)).toBe(true);
  });
});

describe('frechetDistance', () => {
  const eye = (n: number, by = 1) => Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? by : 0));
  const zero = (n: number) => new Float64Array(n);
  it('of isotropic Gaussians is |Δμ|² + d (s₁ − s₂)²', () => {
    expect(
      frechetDistance({ mean: zero(32), covariance: eye(32, 4) }, { mean: zero(32).fill(0.5), covariance: eye(32, 9) }),
    ).toBeCloseTo(32 * 0.25 + 32, 9);
  });
  it('of commuting covariances is Σ (√λ − √μ)²; of equal ones 0; rank-deficient ones are fine', () => {
    const a = { mean: zero(2), covariance: Float64Array.of(4, 0, 0, 0) };
    const b = { mean: zero(2), covariance: Float64Array.of(1, 0, 0, 9) };
    expect(frechetDistance(a, b)).toBeCloseTo(1 + 9, 12);
    expect(frechetDistance(a, a)).toBeCloseTo(0, 12);
  });
  it('of rotated covariances matches the 2×2 closed form tr √M = √(tr M + 2 √det M)', () => {
    const [c1, c2] = [Float64Array.of(2, 0.5, 0.5, 1), Float64Array.of(1, -0.3, -0.3, 3)];
    const det = (c: Float64Array) => c[0]! * c[3]! - c[1]! * c[2]!;
    const trace = c1[0]! * c2[0]! + c1[1]! * c2[2]! + c1[2]! * c2[1]! + c1[3]! * c2[3]!;
    const expected = 3 + 4 - 2 * Math.sqrt(trace + 2 * Math.sqrt(det(c1) * det(c2)));
    expect(frechetDistance({ mean: zero(2), covariance: c1 }, { mean: zero(2), covariance: c2 })).toBeCloseTo(
      expected,
      12,
    );
  });
});

it('moments of four hand-made points', () => {
  const { mean, covariance } = moments([0, 0, 2, 0, 0, 4, 2, 4], 4, 2);
  expect([...mean]).toEqual([1, 2]);
  expect([...covariance]).toEqual([4 / 3, 0, 0, 16 / 3]);
});
