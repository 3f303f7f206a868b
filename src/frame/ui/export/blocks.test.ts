import { expect, test } from 'vitest';
import { beside, gap, partsOf, stacked, wrapped } from './blocks.ts';

/** Every character is ten pixels wide. */
const pen = { font: '', measureText: (t: string) => ({ width: 10 * t.length }) as TextMetrics };

test('lines break at spaces, and inside a word that no line holds', () => {
  expect(wrapped(pen, 'one two three', 80)).toEqual(['one two', 'three']);
  expect(wrapped(pen, 'one two three', 1000)).toEqual(['one two three']);
  expect(wrapped(pen, 'a https://x.example/#abc', 80)).toEqual(['a', 'https://', 'x.exampl', 'e/#abc']);
  expect(wrapped(pen, '', 80)).toEqual(['']);
  for (const line of wrapped(pen, 'x'.repeat(99), 5)) expect(line.length).toBe(1);
});

test('blocks know their height', () => {
  expect([stacked([gap(3), gap(4)]).height, beside([gap(3), gap(4)]).height, beside([]).height]).toEqual([7, 4, 0]);
  const tops: number[] = [];
  const mark = { height: 5, draw: (_: unknown, top: number) => void tops.push(top) };
  stacked([gap(2), mark, beside([mark, mark]), mark]).draw({} as CanvasRenderingContext2D, 10);
  expect(tops).toEqual([12, 17, 17, 22]);
});

test('a table that is too wide goes on below, each part with the first column', () => {
  expect(partsOf([100, 50, 50, 50], 1000)).toEqual([[0, 1, 2, 3]]);
  expect(partsOf([100, 50, 50, 50], 240)).toEqual([
    [0, 1, 2],
    [0, 3],
  ]);
  expect(partsOf([100, 500, 50], 240)).toEqual([
    [0, 1],
    [0, 2],
  ]);
  expect(partsOf([100], 240)).toEqual([]);
});
