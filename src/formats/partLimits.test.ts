// Rows of weights in files and on the GPU, at the edges: bytes of every type, ranges, heads stored in pairs, roundings at
// the middle and at the ends.
import { describe, expect, test } from 'vitest';
import { joinCheckpoints, rowBytes, weightTypes } from './checkpoint.ts';
import { bfloatToFloat, halfToFloat, halfValue } from './half.ts';
import { halfWord, packF16, quantiseInt4, quantiseInt8, quantiseRows } from './quantise.ts';
import { partRange, readPart } from './weightPart.ts';
import type { WeightPart } from './weightPlan.ts';

describe('rows and parts', () => {
  test('bytes of a row in every type', () => {
    expect(weightTypes.map((t) => [t, rowBytes(t, 256, 'x')])).toEqual([
      ['F32', 1024],
      ['F16', 512],
      ['Q4_0', 144],
      ['Q4_1', 160],
      ['Q5_0', 176],
      ['Q5_1', 192],
      ['Q8_0', 272],
      ['Q2_K', 84],
      ['Q3_K', 110],
      ['Q4_K', 144],
      ['Q5_K', 176],
      ['Q6_K', 210],
      ['IQ4_NL', 144],
      ['IQ4_XS', 136],
      ['BF16', 512],
      ['MXFP4', 136],
    ]);
    expect(() => rowBytes('Q4_0', 48, 'x')).toThrow('tensor "x" has rows of 48 numbers, but Q4_0 stores blocks of 32');
    const part = (name: string, tensor: string) => ({
      files: [{ name, bytes: 1 }],
      tensors: new Map([[tensor, { name: tensor, dtype: 'U8' as const, shape: [1], file: name, begin: 0, end: 1 }]]),
    });
    expect(joinCheckpoints([part('a', 's'), part('b', 't')])).toMatchObject({
      files: [
        { name: 'a', bytes: 1 },
        { name: 'b', bytes: 1 },
      ],
    });
    expect(() => joinCheckpoints([part('a', 's'), part('b', 's')])).toThrow('tensor "s" is in "a" and in "b"');
    expect(() => joinCheckpoints([part('a', 's'), part('a', 't')])).toThrow('the file "a" is given twice');
  });
  const part = (some: Partial<WeightPart> = {}): WeightPart => ({
    entry: { name: 't', dtype: 'F32', shape: [8, 2], file: 'f', begin: 100, end: 164 },
    rowAt: 0,
    rows: 8,
    cols: 2,
    transpose: false,
    pairedHeads: null,
    ...some,
  });
  test('ranges: the rows that are asked for, whole heads, everything', () => {
    expect([partRange(part(), 0, 8), partRange(part(), 3, 2), partRange(part(), 7, 1)]).toEqual([
      { begin: 100, end: 164 },
      { begin: 124, end: 140 },
      { begin: 156, end: 164 },
    ]);
    const paired = part({ pairedHeads: 4 });
    expect([partRange(paired, 0, 4), partRange(paired, 3, 2), partRange(paired, 4, 1)]).toEqual([
      { begin: 100, end: 132 },
      { begin: 100, end: 164 },
      { begin: 132, end: 164 },
    ]);
    expect(partRange(part({ transpose: true }), 1, 1)).toEqual({ begin: 100, end: 164 });
    for (const [first, count] of [
      [-1, 1],
      [0, 0],
      [0, 9],
      [8, 1],
      [0.5, 1],
      [0, 1.5],
    ] as const)
      expect(() => partRange(part(), first, count)).toThrow(`rows ${first} to ${first + count} of a part with 8 rows`);
    expect(() => readPart(part(), new Uint8Array(15), 0, 2)).toThrow('rows 0 to 2 of tensor t take 16 bytes, got 15');
    expect(() => readPart(part(), new Uint8Array(16), 0, 2, new Float32Array(3))).toThrow(
      'room for 3 numbers; [2, 2] needs 4',
    );
  });
  test('heads stored in pairs come out in halves', () => {
    // Stored rows of a head of four: first half 0, 2, second half 1, 3.
    const bytes = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
    const paired = part({ pairedHeads: 4 });
    expect([...readPart(paired, bytes([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]), 0, 4)]).toEqual([
      0, 0.5, 2, 2.5, 1, 1.5, 3, 3.5,
    ]);
    expect([...readPart(paired, bytes(Array.from({ length: 16 }, (_, i) => i)), 3, 2)]).toEqual([6, 7, 8, 9]);
    expect([
      ...readPart(
        part({ transpose: true, entry: { ...part().entry, shape: [2, 8] } }),
        bytes(Array.from({ length: 16 }, (_, i) => i)),
        3,
        2,
      ),
    ]).toEqual([3, 11, 4, 12]);
  });
});

describe('roundings', () => {
  test('binary16 at its ends, both ways', () => {
    expect([0, 0x8000, 1, 0x3ff, 0x400, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0xfc00].map(halfValue)).toEqual([
      0,
      -0,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      1,
      -2,
      65504,
      Infinity,
      -Infinity,
    ]);
    expect(halfValue(0x7c01)).toBeNaN();
    expect([...halfToFloat(Uint16Array.of(0x3555, 0xffff))]).toEqual([0.333251953125, NaN]);
    expect([...bfloatToFloat(Uint16Array.of(0x3f80, 0xbfc0, 0x7f80))]).toEqual([1, -1.5, Infinity]);
    expect([65504, 65519.996, 65520, -65520, NaN, 6e-8, 2.98e-8, 2.99e-8].map(halfWord)).toEqual([
      0x7bff, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 1, 0, 1,
    ]);
    expect(() => packF16(Float32Array.of(1, 65520))).toThrow('a weight is 65520, which f16 cannot hold');
    expect(() => packF16(Float32Array.of(NaN))).toThrow('a weight is NaN, which f16 cannot hold');
  });
  test('int8: the middle goes up, the extreme is 127, nothing beyond', () => {
    const { data, scales } = quantiseInt8(Float32Array.of(127, 0.5, -0.5, 1.5, -127, 63.49, 0, 2), 1, 8);
    expect([...new Int8Array(data.buffer)]).toEqual([127, 1, 0, 2, -127, 63, 0, 2]);
    expect([...scales!]).toEqual([1]);
    expect(() => quantiseInt8(Float32Array.of(1, -Infinity), 1, 2)).toThrow(
      'a weight is -Infinity, which int8 cannot hold',
    );
    expect([...quantiseInt8(Float32Array.of(1e-45, 0), 1, 2).scales!]).toEqual([0]); // a step that float32 cannot hold
  });
  test('int4: levels −8…7 by the nearest, halves upwards; the extreme weight at −8', () => {
    const row = (...some: number[]) => Float32Array.from({ length: 32 }, (_, i) => some[i] ?? 0);
    /** Whole levels behind the first eight, which only a step of 1 meets. */
    const whole = (...some: number[]) => Float32Array.from({ length: 32 }, (_, i) => some[i] ?? (i % 15) - 7);
    const read = (values: Float32Array<ArrayBuffer>) => {
      const { data, scales } = quantiseInt4(values);
      return {
        q: Array.from({ length: 8 }, (_, i) => ((data[0]! >>> (4 * i)) & 15) - 8),
        scale: halfValue(scales![0]! & 0xffff),
      };
    };
    // The extreme at −8 with scale 1; half a level beside it the others would be off.
    expect(read(whole(-8, 7, 6.5, 6.49, -7.5, 0.5, -0.5, 0.49))).toEqual({ q: [-8, 7, 7, 6, -7, 1, 0, 0], scale: 1 });
    // Of two extremes the first: the other is clipped at 7 levels.
    expect(read(row(8, -8, 1, 2, 3, -1))).toMatchObject({ q: [-8, 7, -1, -2, -3, 1, 0, 0] });
    expect(read(row(8, -7, 1, 2, 3, -1))).toEqual({ q: [-8, 7, -1, -2, -3, 1, 0, 0], scale: -1 });
    expect(read(row())).toEqual({ q: new Array(8).fill(0), scale: expect.closeTo(0, 15) as number });
    expect(() => quantiseInt4(row(7.5 * 65520))).toThrow('which int4 cannot hold');
    expect(() => quantiseInt4(row(NaN))).toThrow('a weight is NaN, which int4 cannot hold');
  });
  test('rows that fit and rows that do not', () => {
    const of = (n: number, cols: number, format: 'f32' | 'f16' | 'int8' | 'int4') => () =>
      quantiseRows(new Float32Array(n), n / cols, cols, format);
    for (const format of ['f32', 'f16', 'int8'] as const) {
      expect(of(16, 8, format)).not.toThrow();
      expect(of(12, 12, format)).toThrow(`rows of 12 weights cannot be stored as ${format}`);
    }
    expect(of(64, 32, 'int4')).not.toThrow();
    expect(of(48, 48, 'int4')).toThrow('rows of 48 weights cannot be stored as int4');
    expect(() => quantiseRows(new Float32Array(15), 2, 8, 'f32')).toThrow('2 × 8 weights are 16 numbers, not 15');
  });
});
