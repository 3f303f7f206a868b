import { expect, test } from 'vitest';
import { timeLeft } from './timeLeft.ts';

test('what is left takes as long as what is done, once that says something', () => {
  expect(timeLeft(3000, 0.25)).toBe(9000);
  expect(timeLeft(3000, 1)).toBe(0);
  expect(timeLeft(1199, 0.5)).toBeNull();
  expect(timeLeft(1200, 0.5)).toBe(1200);
  expect(timeLeft(60_000, 0.0199)).toBeNull();
  expect(timeLeft(60_000, 0)).toBeNull();
});
