import { describe, expect, test } from 'vitest';
import { guide, guideScalars, quantileOf, type Guide } from './guide.ts';

const at = (a: number[], b: number[], by: Guide, dim = a.length) => [
  ...guide(Float64Array.from(a), Float64Array.from(b), dim, by),
];
const near = (got: number[], want: number[]) =>
  want.forEach((v, i) => expect(got[i], `number ${i}`).toBeCloseTo(v, 13));

describe('project', () => {
  test('the part along b, and what is left of a', () => {
    near(at([3, 4], [2, 0], { kind: 'project', keep: 0, along: 1 }), [3, 0]);
    near(at([3, 4], [2, 0], { kind: 'project', keep: 1, along: -1 }), [0, 4]);
    near(at([3, 4], [1, 1], { kind: 'project', keep: 2, along: 0.5 }), [6 + 1.75, 8 + 1.75]);
  });
  test('nothing lies along nothing', () => {
    near(at([3, 4], [0, 0], { kind: 'project', keep: 1, along: -1 }), [3, 4]);
  });
});

test('bound: the length, only where it is longer', () => {
  near(at([3, 4, 0.3, 0.4], [0, 0, 0, 0], { kind: 'bound', radius: 1 }, 2), [0.6, 0.8, 0.3, 0.4]);
  near(at([3, 4], [0, 0], { kind: 'bound', radius: Infinity }), [3, 4]);
});

test('deviation: a share of the way, about means, each sample by itself', () => {
  // a: mean 5, deviation 2; b: deviation 1, then 4.
  near(at([3, 7, 3, 7], [9, 11, 0, 8], { kind: 'deviation', share: 0.5 }, 2), [2.25, 5.25, 4.5, 10.5]);
  near(at([5, 5], [1, 3], { kind: 'deviation', share: 0.7 }), [5, 5]);
});

describe('threshold', () => {
  const by = { kind: 'threshold', quantile: 0.5, limit: 1 } as const;
  test('clipped at the quantile of sizes and brought to the limit', () => {
    near(at([4, -2, 1, 0.5, -8], [0, 0, 0, 0, 0], by), [1, -1, 0.5, 0.25, -1]);
  });
  test('within the limit nothing is scaled up', () => near(at([0.5, -0.2, 0.9], [0, 0, 0], by), [0.5, -0.2, 0.9]));
  test('nothing but zeros stays', () => near(at([0, 0], [0, 0], { ...by, limit: 0 }), [0, 0]));
});

test('mimic: about the mean, with the other one’s reach as the limit', () => {
  // a − 2: −4 −1 0 5, sizes 0 1 4 5, quantile ⅔ is 4; b − 1: reach 2. s = 4.
  const [a, b] = [
    [-2, 1, 2, 7],
    [-1, 1, 1, 3],
  ];
  near(at(a!, b!, { kind: 'mimic', quantile: 2 / 3 }), [0, 1.5, 2, 4]);
  // The reach is the larger one: nothing is done.
  near(at(a!, [-9, 1, 1, 11], { kind: 'mimic', quantile: 2 / 3 }), a!);
});

test('a quantile lies between two order statistics', () => {
  const values = Float64Array.of(4, 1, 3, 2);
  expect([0, 1 / 3, 0.5, 1].map((q) => quantileOf(values, q))).toEqual([1, 2, 2.5, 4]);
});

test('every scalar of a kind is told', () => {
  expect(guideScalars({ kind: 'project', keep: 1, along: 2 })).toEqual([1, 2]);
  expect(guideScalars({ kind: 'threshold', quantile: 0.9, limit: 3 })).toEqual([0.9, 3]);
  expect(
    [
      { kind: 'bound', radius: 5 } as const,
      { kind: 'deviation', share: 6 } as const,
      { kind: 'mimic', quantile: 7 } as const,
    ].map(guideScalars),
  ).toEqual([[5], [6], [7]]);
});
