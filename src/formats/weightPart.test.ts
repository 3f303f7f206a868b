import { describe, expect, it } from 'vitest';
import { rowBytes } from './checkpoint.ts';
import { FormatError } from './error.ts';
import { partRange, readPart, readWholePart } from './weightPart.ts';
import type { WeightPart } from './weightPlan.ts';

describe('readPart', () => {
  const part = (dtype: WeightPart['entry']['dtype'], shape: number[], more: Partial<WeightPart> = {}): WeightPart => ({
    entry: { name: 't', dtype, shape, file: 'f', begin: 100, end: 100 + 4 * shape.reduce((a, b) => a * b) },
    rowAt: 0,
    rows: shape[0]!,
    cols: shape[1] ?? 1,
    transpose: false,
    pairedHeads: null,
    ...more,
  });
  it('reads every 16-bit type at every alignment', () => {
    const words: [WeightPart['entry']['dtype'], number[], number[]][] = [
      ['BF16', [0x3f80, 0xc000, 0x0001, 0x7f7f], [1, -2, 2 ** -133, Math.fround(3.3895313892515355e38)]],
      ['F16', [0x3c00, 0xc000, 0x0001, 0x7bff], [1, -2, 2 ** -24, 65504]],
    ];
    for (const [dtype, values, expected] of words)
      for (const shift of [0, 1, 2, 3]) {
        const room = new Uint8Array(8 + shift);
        values.forEach((v, i) => room.set([v & 255, v >> 8], shift + 2 * i));
        expect([...readWholePart(part(dtype, [2, 2]), room.subarray(shift))]).toEqual(expected);
      }
  });
  it('turns a Conv1D over, also in slices and larger than a tile', () => {
    const [rows, cols] = [70, 45];
    const stored = Float32Array.from({ length: rows * cols }, (_, i) => i); // [cols, rows]
    const conv = part('F32', [cols, rows], { rows, cols, transpose: true });
    const bytes = new Uint8Array(stored.buffer);
    expect(partRange(conv, 3, 2)).toEqual({ begin: 100, end: 100 + 4 * rows * cols });
    const slice = readPart(conv, bytes, 33, 37);
    for (let r = 0; r < 37; r++) for (let c = 0; c < cols; c++) expect(slice[r * cols + c]).toBe(c * rows + 33 + r);
  });
  it('asks for whole heads where pairs are stored', () => {
    const paired = part('F32', [8, 3], { pairedHeads: 4 });
    expect(partRange(paired, 1, 2)).toEqual({ begin: 100, end: 100 + 4 * 12 });
    expect(partRange(paired, 3, 2)).toEqual({ begin: 100, end: 100 + 8 * 12 });
  });
  it('reads block formats row by row', () => {
    // Q8_0: d = 1 and 2, q = 0 … 31.
    const q8 = part('Q8_0', [2, 32]);
    const bytes = new Uint8Array(68);
    for (const [row, d] of [0x3c00, 0x4000].entries())
      bytes.set([d & 255, d >> 8, ...Array.from({ length: 32 }, (_, i) => i)], row * 34);
    expect(partRange(q8, 1, 1)).toEqual({ begin: 134, end: 168 });
    expect([...readPart(q8, bytes.subarray(34), 1, 1)]).toEqual(Array.from({ length: 32 }, (_, i) => 2 * i));
    expect(() => rowBytes('Q4_K', 100, 't')).toThrow('rows of 100 numbers, but Q4_K stores blocks of 256');
    expect(() => rowBytes('Q4_K', 100, 't')).toThrow(FormatError);
  });
  it('refuses rows and bytes that are not there', () => {
    const p = part('F32', [2, 2]);
    for (const [first, count] of [
      [-1, 1],
      [0, 3],
      [2, 1],
      [0, 0],
      [0.5, 1],
    ] as const)
      expect(() => partRange(p, first, count)).toThrow(RangeError);
    expect(() => readPart(p, new Uint8Array(7), 0, 1)).toThrow('take 8 bytes, got 7');
    expect(() => readPart(p, new Uint8Array(8), 0, 1, new Float32Array(3))).toThrow('room for 3 numbers');
  });
});
