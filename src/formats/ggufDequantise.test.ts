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
    expect(new Set(expected).size).toBeGreaterThan(count / 4);
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
