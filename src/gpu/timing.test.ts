import { expect, test } from 'vitest';
import { stepOf } from './timing.ts';

test('the step of a clock is what all its stamps are multiples of', () => {
  expect(stepOf([1_234_500_000n, 1_234_700_000n, 1_300_000_000n])).toBe(100_000n);
  expect(stepOf([65_536n * 7n, 65_536n * 9n, 65_536n * 20n])).toBe(65_536n);
  expect(stepOf([1_234_500_000n, 1_234_700_003n])).toBe(1n);
});

test('later stamps refine it, and a stamp of 0 says nothing', () => {
  expect(stepOf([300_000n], stepOf([600_000n]))).toBe(300_000n);
  expect(stepOf([0n], 100_000n)).toBe(100_000n);
  expect(stepOf([])).toBe(0n);
});
