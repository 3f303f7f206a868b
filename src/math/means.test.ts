import { expect, test } from 'vitest';
import { measureMeans, registersOfMean, type Mean } from './means.ts';

const registers: Record<string, Float64Array> = {
  a: Float64Array.of(1, -2, 3, 4),
  b: Float64Array.of(0, 1, -1, 8),
};
const read = (reg: string) => registers[reg]!;
const difference: Mean = {
  terms: [
    [1, 'a'],
    [-1, 'b'],
  ],
  power: 1,
};

test('means of |a − b| and of its square, of the run and of each sample', () => {
  expect([...measureMeans([difference], 'run', read, 2)]).toEqual([(1 + 3 + 4 + 4) / 4]);
  expect([...measureMeans([difference, { ...difference, power: 2 }], 'sample', read, 2)]).toEqual([2, 4, 5, 16]);
});

test('a scale divides each element by max(absolute, relative·max of its registers)', () => {
  const scale = { absolute: 0.5, relative: 0.25, of: ['a', 'b'] };
  // sizes 1 2 3 8: scales 0.5, 0.5, 0.75, 2
  expect([...measureMeans([{ ...difference, scale }], 'run', read, 2)]).toEqual([(2 + 6 + 4 / 0.75 + 2) / 4]);
  // Each element by its own size alone: the last of a, not of b, halves nothing.
  expect([...measureMeans([{ ...difference, scale: { ...scale, of: ['a'] } }], 'sample', read, 2)]).toEqual([
    4,
    (4 / 0.75 + 4) / 2,
  ]);
});

test('what is no number stays none, and each register is named once', () => {
  const bad = (reg: string) => (reg === 'a' ? Float64Array.of(1, NaN, 3, 4) : registers[reg]!);
  expect([...measureMeans([difference], 'sample', bad, 2)]).toEqual([NaN, 4]);
  expect(registersOfMean({ ...difference, scale: { absolute: 1, relative: 1, of: ['b', 'c'] } })).toEqual([
    'a',
    'b',
    'c',
  ]);
});
