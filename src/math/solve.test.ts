import { expect, test } from 'vitest';
import { solve } from './solve.ts';

test('recovers a known solution, also when a row swap is needed', () => {
  const a = [
    [0, 2, 1],
    [1, -1, 3],
    [4, 0, -2],
  ];
  const x = [3, -1, 0.5];
  const b = a.map((row) => row.reduce((s, v, i) => s + v * x[i]!, 0));
  solve(a, b).forEach((v, i) => expect(v).toBeCloseTo(x[i]!, 14));
  expect(solve([[4]], [2])).toEqual([0.5]);
});
