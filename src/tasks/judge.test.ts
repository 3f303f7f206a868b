import { expect, test } from 'vitest';
import { distances, meanOf, shareOf } from './judge.ts';

test('points are apart by the line between them, pictures by the root mean square of a pixel, hidden ones alone if asked', () => {
  expect(distances([0, 0, 1, 1], [3, 4, 1, 3], 2, null)).toEqual([5, 2]);
  expect(distances([1, 1, 1, 1], [0, 0, 0, -2], 4, null)[0]).toBeCloseTo(Math.sqrt(12 / 4), 14);
  expect(distances([1, 1, 1, 1], [0, 0, 0, -2], 4, [0, 0, 1, 1])[0]).toBeCloseTo(Math.sqrt(10 / 2), 14);
  expect(distances([1, 7], [1, 0], 2, [1, 0])).toEqual([0]);
});
test('a mean has an interval from eight samples on, and none where it is not finite', () => {
  expect(meanOf([1, 2, 3])).toEqual({ value: 2, half: null });
  const { half } = meanOf([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(half).toBeCloseTo((2.364624 * Math.sqrt(6)) / Math.sqrt(8), 4); // Student, 7 degrees
  expect(meanOf([1, 2, 3, 4, 5, 6, 7, Infinity]).half).toBeNull();
});
test('a share has Wilson’s interval, also at 1', () => {
  expect(shareOf(10, 10).half).toBeCloseTo(0.1387, 3); // (0.722, 1): half of its width
  expect(shareOf(5, 10).half).toBeCloseTo(0.2634, 3);
  expect(shareOf(2, 4)).toEqual({ value: 0.5, half: null });
});
