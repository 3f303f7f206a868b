import { describe, expect, test } from 'vitest';
import { normals } from '../../math/normal.ts';
import { kernel } from './gaussianKernel.ts';
import { judge } from './index.ts';
import { leaveOut, PARTS, partsLeftOut, sortedWithout } from './leaveOut.ts';
import { pairSums } from './pairSums.ts';
import { meanOverPairs } from './pairwise.ts';
import { directions, sortedProjections } from './sliced.ts';
import type { Batch, Subject } from './types.ts';

const cloud = (draw: number, n: number, dim = 2, scale = 1): Batch => ({
  n,
  dim,
  data: normals(7, draw, n, dim).map((v) => scale * v),
});

describe('sums over pairs', () => {
  test.each([1, 2, 3])('are the plain means of distances and kernels in %i dimensions', (dim) => {
    const [x, y] = [cloud(1, 37, dim), cloud(2, 23, dim, 3)];
    const k = kernel(1.3);
    const { distance, kernel: kernels } = pairSums(x, y, 1.3).all;
    expect(distance.xy).toBeCloseTo(meanOverPairs(x, y, Math.sqrt), 13);
    expect(distance.xx).toBeCloseTo(meanOverPairs(x, x, Math.sqrt), 13);
    expect(kernels.xy).toBeCloseTo(meanOverPairs(x, y, k), 15);
    expect(kernels.xx).toBeCloseTo(meanOverPairs(x, x, k), 15);
  });
  // The narrowest width is the 256th power of the first exponential, whose last bit (1e-16) so counts 256 times.
  test('the kernel is as exact as one by Math.exp wherever it is not nothing, and nothing far away', () => {
    const byExp = kernel(1);
    let [worst, worstByExp] = [0, 0];
    for (let i = 0; i <= 4000; i++) {
      const squared = 126 * (i / 4000) ** 2;
      const exact = [1, 4, 16, 64, 256].reduce((sum, f) => sum + Math.exp((-f * squared) / 2) / 5, 0);
      const row: Batch = { n: 1, dim: 1, data: [Math.sqrt(squared)] };
      const got = pairSums(row, { n: 1, dim: 1, data: [0] }, 1).all.kernel.xy;
      worst = Math.max(worst, Math.abs(got / exact - 1));
      worstByExp = Math.max(worstByExp, Math.abs(byExp(squared) / exact - 1));
    }
    expect(worst).toBeLessThan(2e-14);
    expect(worst).toBeLessThan(3 * worstByExp);
    for (const d of [12, 1e3, 1e200, Infinity])
      expect(pairSums({ n: 1, dim: 1, data: [d] }, { n: 1, dim: 1, data: [0] }, 1).all.kernel.xy).toBeLessThan(1e-27);
  });
  test('a point that is no number makes them no number', () => {
    const { distance, kernel: kernels } = pairSums({ n: 2, dim: 2, data: [NaN, 0, 1, 1] }, cloud(1, 5), 1).all;
    expect([distance.xy, distance.xx, kernels.xy, kernels.xx]).toEqual([NaN, NaN, NaN, NaN]);
  });
  test('without a part they are those of the other rows', () => {
    const [x, y] = [cloud(1, 19), cloud(2, 11)];
    const sums = pairSums(x, y, 0.7, 4);
    for (const part of [0, 1, 2, 3]) {
      const kept = Array.from({ length: 19 }, (_, i) => i).filter((i) => i % 4 !== part);
      const rest = { n: kept.length, dim: 2, data: kept.flatMap((i) => [x.data[2 * i]!, x.data[2 * i + 1]!]) };
      const [got, alone] = [sums.without(part), pairSums(rest, y, 0.7).all];
      for (const of of ['distance', 'kernel'] as const)
        for (const pair of ['xy', 'xx'] as const) expect(got[of][pair]).toBeCloseTo(alone[of][pair], 14);
    }
  });
});

describe('replicates', () => {
  test.each([
    ['as many as the target', 64, 64],
    ['a number that the parts do not divide', 75, 64],
    ['fewer than the target', 40, 512],
    ['more than are looked at', 1100, 1200],
  ])('summed once judge as each alone: %s', (_, n, m) => {
    const subject: Subject = { samples: cloud(1, n), reference: cloud(3, n), target: cloud(2, m) };
    const without = partsLeftOut(subject)!;
    for (let part = 0; part < PARTS; part++) {
      const [got, alone] = [judge(without(part)), judge(leaveOut(subject, part)!)];
      expect(Object.keys(got)).toEqual(Object.keys(alone));
      for (const [id, value] of Object.entries(alone)) expect(got[id as 'sw1'], id).toBeCloseTo(value, 12);
    }
  });
  test('there are none of too few rows', () => expect(partsLeftOut({ samples: cloud(1, 15) })).toBeNull());
  test('sorted values are taken out one for one, also equal ones, and such as are no number', () => {
    const all = Float64Array.of(1, 2, 2, 3, -1, 0, 5, NaN);
    expect([...sortedWithout(all, Float64Array.of(2, 3, 0, NaN), 2)]).toEqual([1, 2, -1, 5]);
    const samples = cloud(1, 16);
    const to = directions(2);
    const half = { n: 8, dim: 2, data: Array.from(samples.data).slice(0, 16) };
    const rest = { n: 8, dim: 2, data: Array.from(samples.data).slice(16) };
    expect(sortedWithout(sortedProjections(samples, to), sortedProjections(half, to), 64)).toEqual(
      sortedProjections(rest, to),
    );
  });
});
