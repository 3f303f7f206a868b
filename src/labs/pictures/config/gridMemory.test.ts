import { expect, test } from 'vitest';
import { picturesShown, sideShown } from './gridMemory.ts';

/** RGBA of a square of the longest side: more than any cell keeps. */
const bytes = (cells: number) => cells * 4 * sideShown(cells) ** 2;

test('a thousand cells of pictures of any size keep 64 MiB, and ten thousand not three times as much', () => {
  expect(bytes(1000)).toBeLessThanOrEqual(64 * 2 ** 20);
  expect(bytes(10_000)).toBeLessThan(3 * 64 * 2 ** 20);
  expect([picturesShown(16, 100), picturesShown(2, 100), picturesShown(16, 5000)]).toEqual([4, 2, 1]);
});
