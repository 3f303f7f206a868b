import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError } from './error.ts';
import { bytesOf, dequantise, ggufTypeOf, ggufTypes, type GgufType } from './ggufDequantise.ts';

const folder = new URL('../../training/golden-gguf/', import.meta.url);
const data = new Uint8Array(readFileSync(new URL('blocks.bin', folder)));
const { blocks } = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as {
  blocks: Record<GgufType, { begin: number; bytes: number; count: number }>;
};

describe('dequantise', () => {
  it.each(Object.keys(ggufTypes) as GgufType[])('decodes %s bit for bit as the reference', (type) => {
    const { begin, bytes, count } = blocks[type];
    expect(bytesOf(type, count)).toBe(bytes);
    const expected = new Uint32Array(data.slice(begin + bytes, begin + bytes + 4 * count).buffer);
    // At an odd address, into the middle of an array: neither may matter.
    const shifted = new Uint8Array(bytes + 1);
    shifted.set(data.subarray(begin, begin + bytes), 1);
    const out = new Float32Array(count + 2).fill(7);
    dequantise(type, shifted.subarray(1), count, out.subarray(1, count + 1));
    expect([...new Uint32Array(out.slice(1, count + 1).buffer)]).toEqual([...expected]);
    expect([out[0], out[count + 1]]).toEqual([7, 7]);
    expect(new Set(expected).size).toBeGreaterThan(count / 6); // Q2_K has four weights a scale
  });
  // By numpy from the formulas of ggml's headers, not from the package that made the golden file.
  it.each([
    ['Q2_K', [1.03125, 0, 0.34375, 0.6875], 0.1640625, 77.46875, -3.5751953125, 59.92138671875],
    ['Q3_K', [2.53125, -3.375, 0.84375, -1.6875], 1.3125, 29.9375, -11.28515625, 555.376953125],
    ['Q4_K', [10.2578125, -0.3984375, 4.4453125, 9.2890625], 1.7890625, 1767.25, -41.138671875, 24471.259765625],
    ['Q5_K', [25.7578125, -0.3984375, 19.9453125, 9.2890625], 3.6640625, 3697.75, -22.794921875, 102282.517578125],
    ['Q6_K', [-44.71875, 53, 18.21875, -16.5625], -1.875, 144.125, 563.265625, 462793.22265625],
    ['IQ4_NL', [-1.09375, 0.78125, 3.53125, -1.53125], 0.03125, -8.03125, 3.828125, 131.1455078125],
    ['IQ4_XS', [2.03125, -0.03125, -2.15625, 2.59375], -0.5, -343.90625, 102.8203125, 237296.2470703125],
    ['MXFP4', [0, 0.1875, -0.0625, -0.375], 0.1875, 0.78125, 0.6875, 1.1103515625],
  ] as const)('one block of %s by hand', (type, first, last, sum, dot, squares) => {
    const { block, bytes } = ggufTypes[type];
    const stored = Uint8Array.from({ length: bytes }, (_, i) => (37 * i + 11) % 256);
    const d = { Q2_K: 80, Q3_K: 108, Q6_K: 208 }[type as string] ?? 0;
    if (type === 'MXFP4') stored[0] = 123;
    else stored.set([0, 0x28], d); // 1/32
    if (type === 'Q2_K' || type === 'Q4_K' || type === 'Q5_K') stored.set([0, 0x20], d + 2); // 1/128
    const w = new Float32Array(block);
    dequantise(type, stored, block, w);
    const x = w.map((_, j) => (((7 * j) % 13) - 6) / 8);
    const total = (f: (v: number, j: number) => number) => w.reduce((t, v, j) => t + f(v, j), 0);
    expect([[...w.subarray(0, 4)], w[block - 1]]).toEqual([first, last]);
    expect([total((v) => v), total((v, j) => v * x[j]!), total((v) => v * v)]).toEqual([sum, dot, squares]);
  });
  it('refuses what does not fit', () => {
    expect(() => bytesOf('Q4_0', 33)).toThrow(/33 weights do not fill whole Q4_0 blocks of 32/);
    expect(() => bytesOf('F32', -1)).toThrow(FormatError);
    expect(() => bytesOf('F32', NaN)).toThrow(FormatError);
    expect(() => dequantise('Q8_0', new Uint8Array(35), 32, new Float32Array(32))).toThrow(
      /take 34 bytes, but 35 are given/,
    );
    expect(() => dequantise('Q8_0', new Uint8Array(34), 32, new Float32Array(31))).toThrow(
      /32 weights do not fit 31 places/,
    );
  });
  it('names the types that it does not read', () => {
    expect(ggufTypeOf(12, 'x')).toBe('Q4_K');
    expect(() => ggufTypeOf(19, 'tensor "a"')).toThrow(/tensor "a" has the number type IQ1_S; this app reads F32, /);
    expect(() => ggufTypeOf(4, 'tensor "a"')).toThrow(/number type 4;/);
  });
});
