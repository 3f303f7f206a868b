import { describe, expect, test } from 'vitest';
import { dequantise } from '../math/reference/quant.ts';
import { ropeTurns } from '../math/rope.ts';
import { weightBytes, weightFormats } from '../core/weightFormat.ts';
import { halfValue } from './half.ts';
import { halfWord, packF16, quantiseInt4, quantiseInt8, quantiseRows } from './quantise.ts';

/** Bell-shaped, as weights are: sums of three values of a fixed sequence. */
const weights = (count: number, seed = 1) =>
  Float32Array.from(
    { length: count },
    (_, i) => Math.sin((i + seed) * 12.9898) + Math.sin((i + seed) * 78.233) + Math.cos(i * 0.7071 * seed),
  );
const error = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0);

describe('binary16', () => {
  test('every finite word comes back from its own value', () => {
    for (let word = 0; word < 65536; word++)
      if (((word >> 10) & 31) !== 31 && halfWord(halfValue(word)) !== word)
        expect(halfWord(halfValue(word))).toBe(word);
  });
  test('between two words the nearer one, at the middle the even one, subnormals too', () => {
    for (const word of [0, 1, 2, 511, 1022, 1023, 1024, 1025, 15360, 15361, 31742]) {
      const low = halfValue(word);
      const high = halfValue(word + 1);
      const middle = (low + high) / 2;
      const step = high - low;
      expect(halfWord(middle)).toBe(word % 2 === 0 ? word : word + 1);
      expect(halfWord(Math.fround(middle + step * 2 ** -8))).toBe(word + 1);
      expect(halfWord(Math.fround(-middle + step * 2 ** -8))).toBe(0x8000 + word);
    }
    expect(halfWord(65519)).toBe(0x7bff);
    expect(halfWord(65520)).toBe(0x7c00);
    expect(halfWord(2 ** -26)).toBe(0);
  });
  test('two a word, low half first, an odd one out', () =>
    expect(Array.from(packF16(Float32Array.of(1, -2, 0.5)))).toEqual([0xc0003c00, 0x3800]));
});

test('int8: the extreme of a row is 127 steps, nothing is off by more than half a step, zeros stay', () => {
  const values = weights(3 * 64);
  values.fill(0, 64, 128);
  const { data, scales } = quantiseInt8(values, 3, 64);
  const back = dequantise('int8', data, scales, 3, 64);
  const bytes = new Int8Array(data.buffer);
  expect(Math.max(...bytes.subarray(0, 64).map(Math.abs))).toBe(127);
  values.forEach((v, i) => expect(Math.abs(v - back[i]!)).toBeLessThanOrEqual(0.5001 * scales![Math.floor(i / 64)]!));
  expect(scales![1]).toBe(0);
  expect(back.subarray(64, 128).every((v) => v === 0)).toBe(true);
});

test('int4: per group the best of three scales, by an error that counts more where weights are larger', () => {
  const values = weights(32 * 40, 3);
  const { data, scales } = quantiseInt4(values);
  const back = dequantise('int4', data, scales, 40, 32);
  const used = new Set<number>();
  for (let g = 0; g < 40; g++) {
    const group = values.subarray(32 * g, 32 * g + 32);
    const extreme = group.reduce((m, v) => (Math.abs(v) > Math.abs(m) ? v : m), 0);
    const weighted = (other: ArrayLike<number>) => group.reduce((sum, v, i) => sum + (v * (v - other[i]!)) ** 2, 0);
    const places = [-8.5, -8, -7.5];
    const tries = places.map((q) => {
      const scale = halfValue(halfWord(extreme / q));
      return weighted(group.map((v) => scale * Math.max(-8, Math.min(7, Math.round(v / scale)))));
    });
    used.add(places[tries.indexOf(Math.min(...tries))]!);
    expect(weighted(back.subarray(32 * g, 32 * g + 32))).toBeCloseTo(Math.min(...tries), 6);
  }
  expect([...used].sort()).toEqual([-7.5, -8, -8.5]);
});
test('int4: what lies on the grid of a Q4_0 file comes back as it was', () => {
  const random = weights(32 * 40, 5);
  for (const scale of [0.03125, -0.5]) {
    // Every group of such a file has its extreme at −8.
    const values = random.map((v, i) => (i % 32 === 3 ? -8 : Math.max(-8, Math.min(7, Math.round(3 * v)))) * scale + 0);
    const { data, scales } = quantiseInt4(values);
    expect(Float32Array.from(dequantise('int4', data, scales, 40, 32), (v) => v + 0)).toEqual(values);
  }
});

test.each(weightFormats)(
  '%s: rows packed in two calls are the rows packed in one, and as many bytes as announced',
  (format) => {
    const values = weights(6 * 96, 2);
    const whole = quantiseRows(values, 6, 96, format);
    const bytes = weightBytes(format, 6, 96);
    expect(whole.data.byteLength).toBe(bytes.data);
    expect(whole.scales?.byteLength ?? 0).toBe(bytes.scales);
    const parts = [
      quantiseRows(values.slice(0, 4 * 96), 4, 96, format),
      quantiseRows(values.slice(4 * 96), 2, 96, format),
    ];
    expect(parts.flatMap((p) => Array.from(p.data))).toEqual(Array.from(whole.data));
    expect(parts.flatMap((p) => Array.from(p.scales ?? []))).toEqual(Array.from(whole.scales ?? []));
    const relative = Math.sqrt(
      error(values, dequantise(format, whole.data, whole.scales, 6, 96)) /
        error(values, new Float32Array(values.length)),
    );
    expect(relative).toBeLessThan({ f32: 1e-12, f16: 5e-4, int8: 0.008, int4: 0.09 }[format]);
    expect(relative).toBeGreaterThan({ f32: -1, f16: 1e-5, int8: 1e-3, int4: 0.02 }[format]);
  },
);

test('what cannot be stored is refused with its value', () => {
  const bad = (v: number) => Float32Array.from({ length: 32 }, (_, i) => (i === 9 ? v : 0.1));
  for (const format of ['f16', 'int8', 'int4'] as const) {
    expect(() => quantiseRows(bad(NaN), 1, 32, format)).toThrow('NaN');
    expect(() => quantiseRows(bad(-Infinity), 1, 32, format)).toThrow('-Infinity');
  }
  expect(() => quantiseRows(bad(70_000), 1, 32, 'f16')).toThrow('70000');
  expect(() => quantiseRows(bad(1e6), 1, 32, 'int4')).toThrow('1000000');
  expect(() => quantiseRows(new Float32Array(48), 1, 48, 'int4')).toThrow('rows of 48 weights');
  expect(() => quantiseRows(new Float32Array(12), 1, 12, 'f16')).toThrow('rows of 12 weights');
  expect(() => quantiseRows(new Float32Array(12), 2, 8, 'f32')).toThrow('16 numbers, not 12');
});

test('rotary frequencies in 44-bit turns: exact to 2^-24 of a turn at position 131,072', () => {
  const inverse = [1, 0.5, 0.1, 1e-3, 3.3e-5, 1e-6, 2 * Math.PI, 7];
  const words = ropeTurns(inverse);
  inverse.forEach((f, j) => {
    for (const position of [0, 1, 511, 8191, 100_000, 131_072]) {
      const phase = (Math.imul(position, words[2 * j]!) + (Math.imul(position, words[2 * j + 1]!) >>> 12)) >>> 0;
      const turns = (position * f) / (2 * Math.PI);
      const off = phase / 2 ** 32 - (turns - Math.floor(turns));
      expect(Math.abs(off - Math.round(off))).toBeLessThan(2 ** -24 / 4);
    }
  });
  expect(() => ropeTurns([1, NaN])).toThrow('inverse frequency 1 is NaN');
});
