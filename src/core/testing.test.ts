import { describe, expect, test } from 'vitest';
import { cartesian, pairwise } from './testing.ts';

type Axes = Readonly<Record<string, readonly unknown[]>>;
const axesOf = (...sizes: number[]): Axes =>
  Object.fromEntries(sizes.map((n, a) => [`axis${a}`, Array.from({ length: n }, (_, i) => `${a}:${i}`)]));
const pairs = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  new Set(
    rows.flatMap((row) => {
      const values = Object.entries(row).map(([name, value]) => `${name}=${String(value)}`);
      return values.flatMap((a, i) => values.slice(i + 1).map((b) => `${a} ${b}`));
    }),
  );

describe('pairwise', () => {
  // Sizes of the axes, and the rows that a greedy choice may need: the least possible is the product of the two longest.
  test.each([
    [[2, 2], 4],
    [[2, 2, 2], 5],
    [[7, 4, 3, 2], 30],
    [[5, 4, 3, 2], 22],
    [[10, 2, 2, 2], 20],
    [[3, 3, 3, 3], 12],
    [[4, 1, 3], 12],
    [[2, 2, 2, 2, 2, 2, 2, 2], 10],
  ])('of %o: all pairs meet, in at most %i rows', (sizes, most) => {
    const axes = axesOf(...sizes);
    const rows = pairwise(axes);
    expect(pairs(rows)).toEqual(pairs(cartesian(axes)));
    expect(rows.length).toBeLessThanOrEqual(most);
    const [a, b] = [...sizes].sort((x, y) => y - x) as [number, number];
    expect(rows.length).toBeGreaterThanOrEqual(a * b);
    for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(axes));
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(rows.length);
  });

  test('the same axes give the same rows', () => {
    const axes = { format: ['f32', 'int8'], rows: [1, 2, 3], bias: [true, false] } as const;
    expect(pairwise(axes)).toEqual(pairwise(axes));
    expect(pairwise(axes)[0]).toEqual({ format: 'f32', rows: 1, bias: true });
  });

  test('one axis alone is its values; with an axis without values there is none', () => {
    expect(pairwise({ rows: [1, 2, 3] })).toEqual([{ rows: 1 }, { rows: 2 }, { rows: 3 }]);
    expect(cartesian({ rows: [1, 2], empty: [] })).toEqual([]);
    expect(pairwise({ rows: [], bias: [1, 2], kind: [3, 4] })).toEqual([]);
  });
});

test('cartesian is every combination once, the last axis fastest', () => {
  const rows = cartesian({ a: [1, 2], b: ['x', 'y', 'z'] });
  expect(rows.map(({ a, b }) => `${a}${b}`)).toEqual(['1x', '1y', '1z', '2x', '2y', '2z']);
});
