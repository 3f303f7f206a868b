import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../models/graph/builder.ts';
import { cutAt, workOf } from './work.ts';

describe('the work of operations', () => {
  test('is that of their products, and a little for what is only moved', () => {
    const b = new GraphBuilder();
    const x = b.input('x', { samples: 2, height: 4, width: 6, channels: 8 });
    const y = b.conv('conv', x, 16);
    const q = b.linear('q', y, 24);
    const slice = (at: number) => ({ of: q, at });
    b.attention({ q: slice(0), k: slice(8), v: slice(16) }, 2, 4);
    b.mean(y);
    const [conv, linear, attention, mean] = b.finish().ops.map(workOf);
    const pixels = 2 * 4 * 6;
    expect(conv).toBe(pixels * 16 * 9 * 8 + 8 * pixels * 16);
    expect(linear).toBe(pixels * 24 * 16 + 8 * pixels * 24);
    expect(attention).toBe(2 * pixels * 24 * 8 + 8 * pixels * 8);
    expect(mean).toBe((8 * pixels * 16) / 4);
  });
});

describe('cutting', () => {
  test.each([
    [[1, 1, 1, 1, 1, 1], 2, [2, 4, 6]],
    [[1, 1, 1, 1, 1], 2.5, [3, 5]],
    [[1, 1, 1, 1], 4, [4]],
    [[1, 9, 1, 1], 6, [2, 4]],
    [[1, 4, 1], 3, [2, 3]],
    [[0.1, 0.1, 0.1], 0.15, [2, 3]],
    [[0.1, 0.1, 0.1, 0.1], 0.2, [2, 4]],
    [[1, 2, 3], Infinity, [3]],
    [[1, 2, 3], 0, [1, 2, 3]],
    [[], 5, []],
  ])('%j by %d ends at %j', (work, most, ends) => {
    expect(cutAt(work, most)).toEqual(ends);
  });

  test('makes equal pieces of unequal calls, in order and none empty', () => {
    const work = Array.from({ length: 400 }, (_, i) => 1 + 30 * Math.sin(i) ** 8);
    const total = work.reduce((a, b) => a + b, 0);
    for (const pieces of [2, 7, 40]) {
      const ends = cutAt(work, total / pieces);
      expect(ends).toHaveLength(pieces);
      ends.forEach((end, i) => {
        expect(end).toBeGreaterThan(ends[i - 1] ?? 0);
        const own = work.slice(ends[i - 1] ?? 0, end).reduce((a, b) => a + b, 0);
        expect(Math.abs(own - total / pieces)).toBeLessThanOrEqual(31);
      });
    }
  });
});
