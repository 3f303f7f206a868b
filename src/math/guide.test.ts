import { describe, expect, test } from 'vitest';
import { guide, guideScalars, quantileOf, type Guide } from './guide.ts';

const at = (a: number[], b: number[], by: Guide, dim = a.length) => [
  ...guide(Float64Array.from(a), Float64Array.from(b), dim, by),
];
const near = (got: number[], want: number[]) =>
  want.forEach((v, i) => expect(got[i], `number ${i}`).toBeCloseTo(v, 13));

test('a projection onto a third vector: how far a goes along b, taken along that', () => {
  const by = { kind: 'project', keep: 0, along: 1 } as const;
  const of = (...v: number[]) => Float64Array.from(v);
  // ⟨a, b⟩/⟨b, b⟩ is 1.5 in the first sample and nothing in the second, whose b is 0.
  expect([...guide(of(3, 4, 5, 6), of(2, 0, 0, 0), 2, by, of(7, 1, 7, 1))]).toEqual([10.5, 1.5, 0, 0]);
  expect([...guide(of(3, 4), of(2, 0), 2, { ...by, keep: 1 }, of(0, 1))]).toEqual([3, 5.5]);
});

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

test('unit: the norm asked for becomes the size, and zero stays', () => {
  near(at([3, -4, 0, 0], [9, 9, 9, 9], { kind: 'unit', norm: 'rms', size: 1 }), [1.2, -1.6, 0, 0]);
  near(at([3, -4], [0, 0], { kind: 'unit', norm: 'max', size: 2 }), [1.5, -2]);
  near(at([3, -4, 0, 0], [0, 0, 0, 0], { kind: 'unit', norm: 'max', size: 1 }, 2), [0.75, -1, 0, 0]);
  near(
    at([3e-200, 4e-200], [0, 0], { kind: 'unit', norm: 'rms', size: 1 }),
    [3, 4].map((v) => v / Math.sqrt(12.5)),
  );
});

test('affine: two matrices and a vector, by rows, of points alone', () => {
  const matrix = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  near(at([1, 10, 0, 0], [100, 1000, 0, 0], { kind: 'affine', matrix }, 2), [6530, 8753, 9, 10]);
  expect(() => at([1, 2, 3], [1, 2, 3], { kind: 'affine', matrix })).toThrow('not of 3 numbers');
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
      { kind: 'unit', norm: 'max', size: 8 } as const,
      { kind: 'unit', norm: 'rms', size: 8 } as const,
      { kind: 'affine', matrix: [1, 2] } as const,
    ].map(guideScalars),
  ).toEqual([[5], [6], [7], [1, 8], [0, 8], [1, 2]]);
});
