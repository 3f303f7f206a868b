import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error -- a plain script without types
import { language, networks } from '../../scripts/verify-golden.mjs';
import { cellOf, judgeNormals } from './statistics/tests.ts';
import { normals } from '../math/normal.ts';
import { together } from './words.ts';

test.each([
  ['language', language],
  ['networks', networks],
])('golden/%s.json is what training made: else run node scripts/verify-golden.mjs', (name, make: () => string) => {
  expect(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8')).toBe(make());
});

test('normals pass; a shift, a wrong variance and a copy of a neighbour do not', () => {
  const z = normals(3, 1, 20000, 1);
  const judge = (x: Float64Array) => judgeNormals(x, { next: [x, x.subarray(1)] });
  expect(judge(z)).toMatchObject({ pass: true });
  expect(judge(z.map((v) => v + 0.05)).pass).toBe(false);
  expect(judge(z.map((v) => v * 1.06)).pass).toBe(false);
  expect(judge(z.map((v, i) => (i % 10 === 0 ? z[i + 1]! : v))).pass).toBe(false);
  expect(judge(z.map((v) => Math.round(v * 4) / 4)).pass).toBe(false);
});

test('a cell is the number of borders at or below a value', () => {
  expect([-2, 0, 0.5, 1, 9].map((x) => cellOf(x, Float64Array.of(0, 1)))).toEqual([0, 1, 1, 2, 2]);
});

test('NaN and nothing at all have failed', () => {
  expect(
    together(
      [
        { error: NaN, allowed: 1, where: 'a' },
        { error: 0, allowed: 1, where: 'b' },
      ],
      'x',
    ),
  ).toMatchObject({ pass: false, detail: expect.stringContaining('(a)') as string });
  expect(together([], 'x').pass).toBe(false);
});
