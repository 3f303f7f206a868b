import { describe, expect, test } from 'vitest';
import { NORMAL_KEY, normals } from './normal.ts';
import { philox4x32 } from './philox.ts';

test('layout: word r0 of counter (element >> 2, sample, draw, 0) gives elements 4k and 4k + 1, r2 the next two', () => {
  const z = normals(7, 3, 2, 8);
  const r = philox4x32(1, 1, 3, 0, 7, NORMAL_KEY, new Uint32Array(4)); // sample 1, elements 4..7
  const pair = (a: number, b: number) => {
    const radius = Math.sqrt(-2 * Math.log(((a >>> 8) + 1) / 2 ** 24));
    const angle = 2 * Math.PI * ((b >>> 8) / 2 ** 24);
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  };
  [...pair(r[0]!, r[1]!), ...pair(r[2]!, r[3]!)].forEach((want, k) => expect(z[8 + 4 + k]).toBeCloseTo(want, 12));
});

test('a value depends on (seed, sample, draw, element) only', () => {
  const all = normals(1, 2, 5, 11);
  expect([...normals(1, 2, 1, 11, undefined, 3)]).toEqual([...all.slice(33, 44)]); // alone or in a batch
  expect([...normals(1, 2, 5, 6).slice(6, 12)]).toEqual([...all.slice(11, 17)]); // wider vectors only add elements
  for (const other of [normals(2, 2, 5, 11), normals(1, 3, 5, 11), normals(0x80000001, 2, 5, 11)])
    expect(other[0]).not.toBe(all[0]);
  expect([...normals(-1, 2, 1, 4)]).toEqual([...normals(0xffffffff, 2, 1, 4)]); // the seed is a u32
  expect([...normals(0, 0, 64, 3)].every(Number.isFinite)).toBe(true);
});

describe('statistics of N = 400 000 normals', () => {
  // Thresholds are 4.5 standard errors (6.8e-6 two-sided, one fixed seed): mean 1/√N → 0.0071; variance √(2/N) →
  // 0.0101; fourth moment √(96/N) → 0.070; correlation 1/√N → 0.0071. Smaller biases than these pass unseen.
  const N = 400_000;
  const z = normals(12345, 1, N / 4, 4);
  const mean = (f: (i: number) => number, n = N) => {
    let s = 0;
    for (let i = 0; i < n; i++) s += f(i);
    return s / n;
  };
  test('mean, variance, fourth moment', () => {
    expect(Math.abs(mean((i) => z[i]!))).toBeLessThan(0.0071);
    expect(Math.abs(mean((i) => z[i]! ** 2) - 1)).toBeLessThan(0.0101);
    expect(Math.abs(mean((i) => z[i]! ** 4) - 3)).toBeLessThan(0.07);
  });
  test('elements, samples, draws and seeds are uncorrelated, and so are their squares', () => {
    const others = {
      nextElement: z.subarray(1),
      nextSample: z.subarray(4),
      draw: normals(12345, 2, N / 4, 4),
      seed: normals(12346, 1, N / 4, 4),
    };
    for (const other of Object.values(others)) {
      const n = N - 4;
      expect(Math.abs(mean((i) => z[i]! * other[i]!, n))).toBeLessThan(0.0071);
      // standard error 2/√N
      expect(Math.abs(mean((i) => (z[i]! ** 2 - 1) * (other[i]! ** 2 - 1), n))).toBeLessThan(0.0143);
    }
  });
  test('distribution: Kolmogorov-Smirnov distance to the normal law', () => {
    // 1.95/√N = 0.0031 is the 0.1 % point: a shift of about 0.008 or a scale error of about 1.3 % is the smallest seen.
    const sorted = Float64Array.from(z).sort();
    const cdf = (x: number) => 0.5 * (1 + erf(x / Math.SQRT2));
    let worst = 0;
    for (let i = 0; i < N; i++) worst = Math.max(worst, Math.abs(cdf(sorted[i]!) - (i + 0.5) / N));
    expect(worst).toBeLessThan(0.0031);
  });
});

/** Abramowitz and Stegun 7.1.26, error below 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const y =
    1 -
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  return x < 0 ? -y : y;
}
