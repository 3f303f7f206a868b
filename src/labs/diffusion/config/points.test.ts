// Drawn points as they stand in a link: 1/4096 apart, inside ±8, little-endian.
import { describe, expect, test } from 'vitest';
import { MAX_POINTS } from './fields.ts';
import { formatPoints, parsePoints, snapPoint } from './points.ts';

describe('drawn points', () => {
  test.each([
    [
      [0.9999, -0.9999],
      [1, -1],
    ],
    [
      [1 / 3, -2 / 3],
      [1365 / 4096, -2731 / 4096],
    ],
    [
      [0.49 / 4096, 0.51 / 4096],
      [0, 1 / 4096],
    ],
    [
      [-0.49 / 4096, -0.51 / 4096],
      [0, -1 / 4096],
    ],
    [
      [7.9997, 8],
      [32767 / 4096, 32767 / 4096],
    ],
    [
      [-8, -8.1],
      [-8, -8],
    ],
    [
      [99, -99],
      [32767 / 4096, -8],
    ],
    [
      [5, -3],
      [5, -3],
    ],
  ] as const)('%j snaps to %j', (point, want) => {
    expect(snapPoint(point)).toEqual(want); // 0 is never −0
    expect(parsePoints(formatPoints([point]))).toEqual([want]);
  });

  test('the text, word for word', () => {
    // 4096 is 1000 in hexadecimal: bytes 00 10, and −4096 is 00 F0; 8191 is FF 1F, −32768 is 00 80.
    expect(formatPoints([[1, -1]])).toBe('ABAA8A');
    expect(
      formatPoints([
        [1, -1],
        [8191 / 4096, -8],
      ]),
    ).toBe('ABAA8P8fAIA');
    expect(parsePoints('ABAA8P8fAIA')).toEqual([
      [1, -1],
      [8191 / 4096, -8],
    ]);
    expect(formatPoints([])).toBe('');
    expect(parsePoints('')).toEqual([]);
  });

  test('as many as may be, and one more; what holds none says why', () => {
    expect(MAX_POINTS).toBe(4096);
    const many = (n: number) => formatPoints(Array.from({ length: n }, (_, i) => [i / 4096, -i / 4096] as const));
    expect(parsePoints(many(4096))).toHaveLength(4096);
    expect((parsePoints(many(4096)) as unknown[]).at(-1)).toEqual([4095 / 4096, -4095 / 4096]);
    expect(parsePoints(many(4097))).toBe('it holds 4097 points; at most 4096 are allowed');
    expect(parsePoints('AAAA')).toBe('its 3 bytes are not whole points of 4 bytes');
    expect(parsePoints('AAA')).toBe('its 2 bytes are not whole points of 4 bytes');
    expect(parsePoints('A')).toBe('it is not base64url text');
  });
});
