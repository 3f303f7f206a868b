import { describe, expect, test } from 'vitest';
import { gaussian } from '../samplers/diffusion/testing.ts';
import { karras } from '../schedules/karras.ts';
import { klOptimal } from '../schedules/klOptimal.ts';
import { klubTable } from './aysComputed.ts';
import { cheapestPath } from './cheapestPath.ts';
import { context, fit, RANGE, toy4 } from './testing.ts';

/** The bound of one step on a Gaussian of deviation c, in closed form. */
function exact(s: number, t: number, c = 1): number {
  const F = (u: number) => -1 / (2 * c * c * u * u) - Math.log(u) / c ** 4 + Math.log(c * c + u * u) / (2 * c ** 4);
  return c ** 4 * (F(s) - F(t) - (1 / (2 * t * t) - 1 / (2 * s * s)) / (c * c + s * s));
}
const sum = (list: readonly number[]) => list.slice(1).reduce((total, t, i) => total + exact(list[i]!, t), 0);
const positive = (list: readonly number[]) => list.slice(0, -1);
const even = (count: number) => Array.from({ length: count + 1 }, (_, i) => 20 * (0.02 / 20) ** (i / count));

describe('the bound of Align Your Steps on one Gaussian', () => {
  test.each([
    [10, 6.39844, 3.78455, 34.119],
    [5, 31.996, 13.379, 121.36],
  ])('%i intervals: Karras %f, exponential %f, arctan %f', (n, ofKarras, ofExponential, ofArctan) => {
    expect(sum(positive(karras.sigmas(n + 1, RANGE, { rho: 7 })))).toBeCloseTo(ofKarras, 3);
    expect(sum(even(n))).toBeCloseTo(ofExponential, 3);
    expect(sum(positive(klOptimal.sigmas(n + 1, RANGE, { c: 1 }))) / ofArctan).toBeCloseTo(1, 3);
  });
  test.each([
    [10, 2.02035, [20, 0.916, 0.5135, 0.3249, 0.2137, 0.1428, 0.096, 0.0648, 0.0438, 0.0296, 0.02]],
    [5, 5.53842, [20, 0.5135, 0.2137, 0.096, 0.0438, 0.02]],
  ])('%i intervals: its least value, by dynamic programming, and where', (n, least, levels) => {
    const grid = even(600);
    const { path, cost } = cheapestPath((i, j) => exact(grid[i]!, grid[j]!), 600, n);
    expect(cost / least).toBeCloseTo(1, 3);
    path.forEach((i, k) => expect(Math.abs(grid[i]! / levels[k]! - 1)).toBeLessThan(0.012));
  });
  test('the table from paths of noise is the closed form, within what chance leaves', async () => {
    const grid = even(240);
    const denoised = await context(gaussian(1), 11, { train: 4096 }).noised(grid);
    const table = klubTable(grid, denoised, 2);
    // Two coordinates, each a Gaussian of its own.
    for (const [i, j] of [
      [0, 4],
      [0, 80],
      [40, 120],
      [120, 160],
      [200, 240],
    ] as const)
      expect(table[i * 241 + j]! / (2 * exact(grid[i]!, grid[j]!))).toBeCloseTo(1, 1);
    expect(table[5 * 241 + 5]).toBeNaN();
  });
});

test('on four Gaussians: what each list comes to, and the least', async () => {
  // NumPy, 2,048 paths, 121 levels, ten intervals: least 2.98, Karras 9.28, exponential 5.50.
  const c = context(toy4, 11, { train: 2048 });
  const { cost, evidence, sigmas } = await fit('ays_computed', c, { levels: 120 });
  expect(cost! / 2.98).toBeGreaterThan(0.9);
  expect(cost! / 2.98).toBeLessThan(1.1);
  const terms = evidence![0]!;
  if (terms.kind !== 'terms') throw new Error('the first evidence is the bound by step');
  const total = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  expect(total(terms.before.terms) / 9.28).toBeGreaterThan(0.85);
  expect(total(terms.before.terms) / 9.28).toBeLessThan(1.15);
  expect(total(terms.after.terms)).toBeCloseTo(cost!, 5);
  expect(terms.after.sigmas).toEqual(sigmas);
  // The bound is loose: its best levels are not Euler's.
  expect(c.fresh({ sigmas }).toSorted()[200]).toBeGreaterThan(0.12);
});
