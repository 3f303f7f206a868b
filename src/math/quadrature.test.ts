import { expect, test } from 'vitest';
import { integrate } from './quadrature.ts';

test('exact for polynomials up to degree 31', () => {
  for (const degree of [0, 1, 2, 7, 16, 31])
    expect(integrate((x) => x ** degree, 0, 2) / (2 ** (degree + 1) / (degree + 1))).toBeCloseTo(1, 13);
});

test('runs backwards, and in pieces', () => {
  expect(integrate(Math.exp, 3, -1, 4)).toBeCloseTo(Math.exp(-1) - Math.exp(3), 12);
});
