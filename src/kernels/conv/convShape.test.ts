import { describe, expect, test } from 'vitest';
import { convBands, convColumns, convFlops, convRows, convSize, rowsRead } from './convShape.ts';

test('sizes are PyTorch’s', () => {
  expect(convSize(32, { kernel: 3 })).toBe(32);
  expect(convSize(33, { kernel: 3, stride: 2 })).toBe(17);
  expect(convSize(32, { kernel: 3, stride: 2 })).toBe(16);
  expect(convSize(32, { kernel: 3, stride: 2, padding: 'after' })).toBe(16);
  expect(convSize(33, { kernel: 3, stride: 2, padding: 'after' })).toBe(16);
  expect(convSize(16, { kernel: 3, upsample: true })).toBe(32);
  expect(convSize(16, { kernel: 1 })).toBe(16);
  expect(convSize(16, { kernel: 3, padding: 'none' })).toBe(14);
});

describe('a band reads', () => {
  const shape = { samples: 1, height: 16, width: 8, channels: [4] as const, kernel: 3 };
  test('a row more above and below, within the picture', () => {
    expect(rowsRead({ first: 0, rows: 16 }, shape)).toEqual({ first: 0, rows: 16 });
    expect(rowsRead({ first: 4, rows: 3 }, shape)).toEqual({ first: 3, rows: 5 });
  });
  test('by the stride', () => {
    expect(rowsRead({ first: 2, rows: 2 }, { ...shape, stride: 2 })).toEqual({ first: 3, rows: 5 });
    expect(rowsRead({ first: 2, rows: 2 }, { ...shape, stride: 2, padding: 'after' })).toEqual({ first: 4, rows: 5 });
    expect(rowsRead({ first: 7, rows: 1 }, { ...shape, stride: 2, padding: 'after' })).toEqual({ first: 14, rows: 2 });
  });
  test('half the rows of a picture that is doubled', () => {
    expect(rowsRead({ first: 8, rows: 4 }, { ...shape, upsample: true })).toEqual({ first: 3, rows: 4 });
  });
  test('and bands cover the picture, each within the operations allowed', () => {
    const each = convFlops(shape, 6, 1);
    expect(each).toBe(2 * 8 * 6 * 9 * 4);
    expect(convBands(shape, 6, 5.5 * each)).toEqual([
      { first: 0, rows: 5 },
      { first: 5, rows: 5 },
      { first: 10, rows: 5 },
      { first: 15, rows: 1 },
    ]);
    expect(convBands(shape, 6, 1)).toHaveLength(16);
  });
});

test('weights are laid out by output, tap and channel, channels filled up to eight', () => {
  const given = Float32Array.from({ length: 2 * 3 * 9 }, (_, i) => i + 1);
  const rows = convRows(given, { outputs: 2, channels: 3, kernel: 3 });
  expect(rows).toHaveLength(2 * convColumns(3, 3));
  expect(convColumns(3, 3)).toBe(72);
  for (let o = 0; o < 2; o++)
    for (let tap = 0; tap < 9; tap++)
      expect([...rows.subarray((o * 9 + tap) * 8, (o * 9 + tap) * 8 + 8)]).toEqual([
        ...[0, 1, 2].map((c) => given[(o * 3 + c) * 9 + tap]),
        0,
        0,
        0,
        0,
        0,
      ]);
  expect(() => convRows(given, { outputs: 2, channels: 4, kernel: 3 })).toThrow('has 72 weights, not 54');
});
