import { describe, expect, test } from 'vitest';
import { blockFormatIds, blockFormats, weightBytes, type BlockFormat } from '../core/weightFormat.ts';
import { ggufTypes } from './ggufDequantise.ts';
import { badBlock, repackBlocks } from './ggufRepack.ts';

/** As many weights as fill one unit of scales, so that nothing is padded; and their bytes. */
function unit(format: BlockFormat): readonly [count: number, bytes: number] {
  const { block, scaleBlocks } = blockFormats[format];
  const count = block * scaleBlocks;
  return [count, (count / ggufTypes[format].block) * ggufTypes[format].bytes];
}
const wordsOf = (format: BlockFormat, bytes: Uint8Array, count: number): number[] => {
  const { data, scales } = repackBlocks(format, bytes, count);
  return [...data, ...scales];
};

/** Where a run of two spoilt bytes may begin: a half at p is no number when its byte p + 1 is. */
const half = (...places: number[]) => places.flatMap((p) => [p, p + 1]);
const spoilable: Readonly<Record<BlockFormat, readonly number[]>> = {
  Q8_0: half(0),
  Q4_0: half(0),
  Q4_1: half(0, 2),
  Q5_0: half(0),
  Q5_1: half(0, 2),
  Q2_K: half(80, 82).slice(0, 3),
  Q3_K: half(108).slice(0, 1),
  Q4_K: half(0, 2),
  Q5_K: half(0, 2),
  Q6_K: half(208).slice(0, 1),
  IQ4_NL: half(0),
  IQ4_XS: half(0),
  MXFP4: [0],
  BF16: [0],
};

describe.each(blockFormatIds)('%s', (format) => {
  const [count, size] = unit(format);
  test('repacking is a permutation of the file’s bits: each goes to a place of its own, and none is lost', () => {
    const places = new Map<number, number>();
    for (let bit = 0; bit < 8 * size; bit++) {
      const bytes = new Uint8Array(size);
      bytes[bit >> 3] = 1 << (bit & 7);
      const words = wordsOf(format, bytes, count);
      expect(words.length * 4).toBe(size);
      const set = words.flatMap((w, i) => (w === 0 ? [] : [32 * i + Math.log2(w >>> 0)]));
      if (set.length !== 1 || !Number.isInteger(set[0])) throw new Error(`bit ${bit} went to ${set.join(', ')}`);
      places.set(set[0]!, bit);
    }
    expect(places.size).toBe(8 * size);
    // And back: unrepack(repack(b)) = b by that very permutation, for bytes of any value at any address.
    const given = Uint8Array.from({ length: 3 * size + 1 }, (_, i) => (37 * i * i + 11 * i + (i >> 3)) & 255).subarray(
      1,
    );
    const words = wordsOf(format, given, 3 * count);
    const { data } = weightBytes(format, 1, count);
    const back = new Uint8Array(3 * size);
    for (const [to, bit] of places)
      for (let n = 0; n < 3; n++) {
        const scale = to - 8 * data;
        const at = scale < 0 ? to + 8 * n * data : 24 * data + scale + 8 * n * (size - data);
        back[n * size + (bit >> 3)]! |= ((words[at >> 5]! >>> (at & 31)) & 1) << (bit & 7);
      }
    expect(back).toEqual(given);
  });

  test('costs the file’s own bytes, and a unit of scales at most', () => {
    const { block, scaleBlocks, scaleWords } = blockFormats[format];
    for (const blocks of [1, 2, 3, 64, 1001]) {
      const { data, scales } = weightBytes(format, blocks, block);
      const stored = blocks * (block / ggufTypes[format].block) * ggufTypes[format].bytes;
      expect(data + scales - stored).toBeGreaterThanOrEqual(0);
      expect(data + scales - stored).toBeLessThan(Math.max(1, 4 * scaleWords));
      if (blocks % scaleBlocks === 0) expect(data + scales).toBe(stored);
    }
  });

  test('weights that are not whole blocks, or whose scales are no numbers, are refused', () => {
    expect(() => repackBlocks(format, new Uint8Array(size - 1), count)).toThrow(
      `${count} ${format} weights in ${size - 1}`,
    );
    expect(() => repackBlocks(format, new Uint8Array(size), count - 8)).toThrow(`${count - 8} ${format} weights in`);
    const { bytes: stride } = ggufTypes[format];
    const bytes = new Uint8Array(5 * stride);
    expect(badBlock(format, bytes)).toBe(-1);
    // Two bytes of all ones, from every byte of two blocks: they spoil what scales other numbers, and nothing else.
    const found = Array.from({ length: 2 * stride }, (_, at) => {
      const spoilt = bytes.slice();
      spoilt.fill(0xff, at, at + 2);
      return badBlock(format, spoilt);
    });
    const first = found.slice(0, stride - 1).flatMap((n, at) => (n === 0 ? [at] : []));
    expect(first).toEqual(spoilable[format]);
    expect(found.slice(stride).flatMap((n, at) => (n === 1 && at < stride - 1 ? [at] : []))).toEqual(spoilable[format]);
  });
});
