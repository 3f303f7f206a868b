import { describe, expect, test } from 'vitest';
import { bandwidthAt, better, peakFor, roofMs } from './roofline.ts';
import type { Roofline } from './types.ts';

const roofline: Roofline = {
  peakFlops: 100e9,
  matmulFlops: 40e9,
  peakFlopsF16: 180e9,
  spread: 0.02,
  measuredAt: '',
  bandwidth: [
    { bytes: 2 ** 15, read: 80e9, copy: 60e9 },
    { bytes: 2 ** 20, read: 30e9, copy: 40e9 },
    { bytes: 2 ** 25, read: 20e9, copy: 10e9 },
  ],
};

describe('bandwidth of a working set', () => {
  test('the better of reading and copying at a measured size; the ends go on', () => {
    expect(bandwidthAt(roofline.bandwidth, 2 ** 20)).toBeCloseTo(40e9, -3);
    expect(bandwidthAt(roofline.bandwidth, 1)).toBe(80e9);
    expect(bandwidthAt(roofline.bandwidth, 2 ** 30)).toBe(20e9);
  });
  test('between sizes in proportion to the logarithm', () => {
    expect(bandwidthAt(roofline.bandwidth, 2 ** 22.5)).toBeCloseTo(30e9, -3);
  });
  test('a small set is never slower than a large one, whatever its launch cost', () => {
    const points = [
      { bytes: 1024, read: 1e9, copy: 1e9 },
      { bytes: 4096, read: 9e9, copy: 1e9 },
    ];
    expect(bandwidthAt(points, 1024)).toBe(9e9);
    expect(bandwidthAt([...points].reverse(), 2000)).toBe(9e9);
  });
});

describe('least time', () => {
  test('arithmetic or memory, whichever takes longer', () => {
    expect(roofMs(roofline, { flops: 1e9, bytes: 2 ** 20 })).toEqual({ ms: 10, boundBy: 'compute' });
    const memory = roofMs(roofline, { flops: 1, bytes: 2 ** 25 });
    expect(memory.boundBy).toBe('memory');
    expect(memory.ms).toBeCloseTo((2 ** 25 / 20e9) * 1000, 9);
  });
  test('a working set that is larger than what is moved lies in a farther cache', () => {
    expect(roofMs(roofline, { flops: 0, bytes: 1024 }, { workingSet: 2 ** 25 }).ms).toBeGreaterThan(
      roofMs(roofline, { flops: 0, bytes: 1024 }).ms,
    );
  });
  test('16-bit and packed arithmetic have roofs of their own', () => {
    expect(peakFor(roofline, ['shader-f16'])).toBe(180e9);
    expect(peakFor({ peakFlops: 5, peakFlopsF16: null }, ['shader-f16'])).toBe(5);
    expect(peakFor(roofline, ['packed_4x8_integer_dot_product'])).toBe(400e9);
    expect(peakFor(roofline, ['chromium-experimental-subgroup-matrix'])).toBe(Infinity);
    expect(peakFor(roofline, ['subgroups'])).toBe(100e9);
  });
});

test('of two measurements the best of each counts', () => {
  const other: Roofline = {
    ...roofline,
    peakFlops: 90e9,
    matmulFlops: 50e9,
    peakFlopsF16: null,
    bandwidth: roofline.bandwidth.map((p) => ({ bytes: p.bytes, read: p.read * 2, copy: 1 })),
  };
  const both = better(roofline, other);
  expect([both.peakFlops, both.matmulFlops, both.peakFlopsF16]).toEqual([100e9, 50e9, 180e9]);
  expect(both.bandwidth[1]).toEqual({ bytes: 2 ** 20, read: 60e9, copy: 40e9 });
});
