import { describe, expect, test } from 'vitest';
import { BETWEEN_NODES, BROWNIAN_DRAW, brownianIncrement, type WeightedDraw } from './brownian.ts';
import { normals } from './normal.ts';

const dot = (a: readonly WeightedDraw[], b: readonly WeightedDraw[]) => {
  const other = new Map(b.map(([w, d]) => [d, w]));
  return a.reduce((sum, [w, d]) => sum + w * (other.get(d) ?? 0), 0);
};
const karras = Array.from(
  { length: 21 },
  (_, i) => (14.6 ** (1 / 7) + (i / 20) * (0.03 ** (1 / 7) - 14.6 ** (1 / 7))) ** 7,
);
const fine = Array.from({ length: 201 }, (_, i) => 700 * (0.002 / 700) ** (i / 200));

describe.each([1, 0.5, 0.1])('η = %d', (eta) => {
  test.each([
    ['karras', karras],
    ['fine', fine],
  ] as const)('%s: unit variance, disjoint increments independent, few draws', (_, sigmas) => {
    const steps = sigmas.slice(1).map((t, i) => brownianIncrement(sigmas[i]!, t, eta));
    steps.forEach((a, i) => {
      expect(dot(a, a)).toBeCloseTo(1, 14);
      expect(a.length).toBeLessThanOrEqual(33);
      expect(new Set(a.map(([, d]) => d)).size).toBe(a.length);
      expect(
        a.every(([w, d]) => Number.isFinite(w) && Number.isInteger(d) && d >= BROWNIAN_DRAW && d < BETWEEN_NODES),
      ).toBe(true);
      for (const b of steps.slice(i + 1)) expect(Math.abs(dot(a, b))).toBeLessThan(1e-11);
    });
  });

  test('20 and 40 steps see one path: [a, c] is the clock-weighted sum of [a, b] and [b, c]', () => {
    // Noise levels on nodes, so that the clock of the test is the clock of the tree.
    const node = (k: number) => 1e4 * (1e-4 / 1e4) ** (k / 65536);
    const tau = (sigma: number) => sigma ** (-2 * eta);
    for (const [a, b, c] of [
      [20000, 30000, 30001],
      [23456, 27001, 41000],
      [30000, 32768, 33000],
    ].map((ks) => ks.map(node)) as [number, number, number][]) {
      const whole = brownianIncrement(a, c, eta);
      const first = brownianIncrement(a, b, eta);
      const second = brownianIncrement(b, c, eta);
      const wFirst = Math.sqrt((tau(b) - tau(a)) / (tau(c) - tau(a)));
      const wSecond = Math.sqrt((tau(c) - tau(b)) / (tau(c) - tau(a)));
      for (const [w, d] of whole) {
        const at = (list: readonly WeightedDraw[]) => list.find(([, e]) => e === d)?.[0] ?? 0;
        expect(wFirst * at(first) + wSecond * at(second)).toBeCloseTo(w, 10);
      }
    }
  });
});

test('a clock of any shape: unit variance, independent increments, one path for any number of steps', () => {
  const clock = (sigma: number) => (Math.exp(sigma ** 0.3) + 10) ** -2;
  const steps = karras.slice(1).map((t, i) => brownianIncrement(karras[i]!, t, clock));
  steps.forEach((a, i) => {
    expect(dot(a, a)).toBeCloseTo(1, 14);
    for (const b of steps.slice(i + 1)) expect(Math.abs(dot(a, b))).toBeLessThan(1e-9);
  });
  const node = (k: number) => 1e4 * (1e-4 / 1e4) ** (k / 65536);
  const [a, b, c] = [20000, 30000, 41000].map(node) as [number, number, number];
  const whole = brownianIncrement(a, c, clock);
  const parts = [brownianIncrement(a, b, clock), brownianIncrement(b, c, clock)] as const;
  const share = (from: number, to: number) => Math.sqrt((clock(to) - clock(from)) / (clock(c) - clock(a)));
  expect(dot(whole, parts[0])).toBeCloseTo(share(a, b), 9);
  expect(dot(whole, parts[1])).toBeCloseTo(share(b, c), 9);
});
test('the clock σ^(−2η) as a function is the one that η names', () => {
  for (const eta of [1, 0.5]) {
    const named = new Map(brownianIncrement(7, 3, eta).map(([w, d]) => [d, w]));
    for (const [w, d] of brownianIncrement(7, 3, (sigma) => sigma ** (-2 * eta)))
      expect(w).toBeCloseTo(named.get(d) ?? 0, 9);
  }
});

test('inside one cell, or beyond the range: one draw of its own, the same every time', () => {
  const tiny = brownianIncrement(1, 0.99999);
  const other = brownianIncrement(0.99999, 0.99998);
  const far = brownianIncrement(9e5, 5e4);
  for (const list of [tiny, other, far]) expect(list).toEqual([[1, expect.any(Number)]]);
  expect(new Set([tiny, other, far].map((l) => l[0]![1])).size).toBe(3);
  expect(brownianIncrement(1, 0.99999)).toEqual(tiny);
  for (const [, d] of [...tiny, ...other, ...far]) expect(d >= BETWEEN_NODES && d < 2 ** 31).toBe(true);
});

test('drawn with keyed normals: variance 1', () => {
  // N = 40 000; 4.5 standard errors of the variance are 4.5·√(2/N) = 0.032, the smallest error seen.
  const list = brownianIncrement(3, 1.7);
  const sum = new Float64Array(40_000);
  for (const [w, draw] of list) normals(5, draw, 1, sum.length).forEach((z, i) => (sum[i]! += w * z));
  expect(Math.abs(sum.reduce((s, z) => s + z * z, 0) / sum.length - 1)).toBeLessThan(0.032);
});
