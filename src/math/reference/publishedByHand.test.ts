// The float64 references of the kernels of published networks, on cases small enough for paper.
import { expect, test } from 'vitest';
import { crossAttention, crossAttentionRow } from './crossAttention.ts';
import { addRows, gatedAdd, geglu, geluErf, nonfinite, pointwise, resample } from './pointwise.ts';

const near = (values: readonly number[], digits = 12) => values.map((v) => expect.closeTo(v, digits) as number);
const ln = Math.log;

test('attention on other tokens: weights 1 : 3 by score; samples share keys in blocks; causal', () => {
  // Heads of width 1, so the scale is 1. Keys 0 and ln 3 for sample 0, 0 and 0 for sample 1 of k and v.
  const [q, k, v] = [
    [1, 1, 1, 1],
    [0, ln(3), 0, 0],
    [4, 8, 10, 20],
  ];
  const shape = { samples: 4, kvSamples: 2, queries: 1, keys: 2, heads: 1, dim: 1 };
  expect([...crossAttention(q, k, v, shape)]).toEqual(near([7, 7, 15, 15]));
  expect([...crossAttentionRow(q, k, v, shape, 2, 0, 0)]).toEqual(near([15]));
  const own = { samples: 1, queries: 4, keys: 4, heads: 1, dim: 1, causal: true };
  expect([...crossAttention(q, k, v, own)]).toEqual(near([4, 7, 38 / 5, 58 / 6]));
  // Two heads; keys and values beside each other behind one number, which nobody reads.
  const packed = [9, 0, 0, 1, 5, ln(3), 0, 2, 7];
  const rows = { k: { at: 1, row: 4 }, v: { at: 3, row: 4 } };
  const two = { samples: 1, queries: 1, keys: 2, heads: 2, dim: 1, ...rows };
  expect([...crossAttention([1, 1], packed, packed, two)]).toEqual(near([7 / 4, 6]));
  expect([...crossAttention([1, 1], packed, packed, { ...two, scale: 0 })]).toEqual(near([1.5, 6]));
});

test('activations: published values, and the tanh form of GELU is another function', () => {
  expect([geluErf(1), geluErf(-1), geluErf(0)]).toEqual(near([0.8413447460685429, -0.15865525393145707, 0]));
  expect(pointwise['quick_gelu']!(1, 1)).toBeCloseTo(1 / (1 + Math.exp(-1.702)), 14);
  expect([pointwise['relu']!(-2, 1), pointwise['relu']!(2, 1)]).toEqual([0, 2]);
  expect(pointwise['clamp']!(3, 3)).toBeCloseTo(3 * Math.tanh(1), 14);
  expect(Math.abs(geluErf(-1) - pointwise['gelu']!(-1, 1))).toBeGreaterThan(1e-4);
});

test('GEGLU takes values first; gates are shared by rows; tables begin again', () => {
  expect([...geglu([2, 3, 1, 0, 5, 7, 0, -1], 2, 2)]).toEqual(near([2 * geluErf(1), 0, 0, 7 * geluErf(-1)]));
  const gate = { of: [0, 2, 3, 0, 5, 7], at: 1, row: 3, rowsPerGate: 2 };
  expect([...gatedAdd([1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6], 2, gate)]).toEqual([3, 7, 7, 13, 26, 43]);
  expect([...gatedAdd([1, 1], [1, 2], 2)]).toEqual([2, 3]);
  expect([...addRows([0, 0, 0, 0, 0, 0], [1, 2, 3, 4], 2, 2)]).toEqual([1, 2, 3, 4, 1, 2]);
});

test('pictures: means of 2×2 without an odd end; the floor of the proportional place; a norm before', () => {
  const shape = { samples: 1, height: 3, width: 2, channels: 1 };
  const mean = { by: 'mean', outHeight: 1, outWidth: 1 } as const;
  expect([...resample([1, 2, 3, 6, 9, 9], shape, mean)]).toEqual([3]);
  expect([...resample([1, 2, 3, 6, 9, 9], shape, mean, 'relu', [1, -3])]).toEqual([3 / 4]);
  const wide = { by: 'nearest', outHeight: 2, outWidth: 5 } as const;
  expect([...resample([1, 2, 3, 6, 9, 8], shape, wide)]).toEqual([1, 1, 1, 2, 2, 3, 3, 3, 6, 6]);
});

test('what is no number is counted', () => expect(nonfinite([1, NaN, Infinity, -Infinity, 3e38])).toBe(3));
