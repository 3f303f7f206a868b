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
    const { block, bytes: stride } = ggufTypes[format];
    const bytes = new Uint8Array(5 * stride);
    expect(badBlock(format, bytes)).toBe(-1);
    const found: number[] = [];
    for (let at = 0; at < 2 * stride; at++) {
      const spoilt = bytes.slice();
      spoilt.fill(0xff, at, at + 2);
      if (badBlock(format, spoilt) >= 0) found.push(badBlock(format, spoilt));
    }
    // Each half that scales others, at both of the bytes that a run of two of all ones can begin to spoil it from.
    const halves = { Q4_1: 2, Q5_1: 2, Q2_K: 2, Q4_K: 2, Q5_K: 2 }[format as 'Q4_1'] ?? 1;
    if (block === 32 || block === 256)
      expect(found.filter((n) => n === 0).length).toBe(format === 'MXFP4' ? 1 : 2 * halves);
    expect(found).toContain(1);
  });
});
