import { expect, test } from 'vitest';
import { cholesky, logDet, solveCholesky } from './cholesky.ts';

test('a matrix by hand: factor, solution, determinant', () => {
  // [[4, 2, -2], [2, 10, 2], [-2, 2, 6]] = L·Lᵀ with rows (2), (1, 3), (-1, 1, 2); its determinant is (2·3·2)².
  const l = cholesky(Float64Array.of(4, NaN, NaN, 2, 10, NaN, -2, 2, 6), 3);
  expect([...l]).toEqual([2, 0, 0, 1, 3, 0, -1, 1, 2]);
  expect([...solveCholesky(l, 3, Float64Array.of(2, 28, 20))]).toEqual([1, 2, 3]);
  expect(logDet(l, 3)).toBeCloseTo(Math.log(144), 14);
});
test('what is not positive definite is refused with the pivot', () => {
  expect(() => cholesky(Float64Array.of(1, 0, 2, 1), 2)).toThrow(/pivot 1 is -3/);
});
