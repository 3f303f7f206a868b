/**
 * GGUF's blocks into the words that the GPU's kernels read (core/weightFormat.ts, `blockFormats`): a permutation of the
 * file's bits, block by block, so that nothing is rounded and nothing is lost. Reordering is done on whole words, for
 * models have billions of bits.
 */
import { blockFormats, weightBytes, type BlockFormat } from '../core/weightFormat.ts';
import { bytesOf, ggufTypes } from './ggufDequantise.ts';
import { FormatError } from './error.ts';

/** The 32-bit word at any byte. */
const word = (b: Uint8Array, at: number): number =>
  b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24);
const halfAt = (b: Uint8Array, at: number): number => b[at]! | (b[at + 1]! << 8);

/** The low nibbles of four bytes side by side in 16 bits; likewise their low pairs in 8 and their low bits in 4. */
function nibbles(x: number): number {
  const v = ((x & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) >>> 4)) & 0x00ff00ff;
  return (v | (v >>> 8)) & 0xffff;
}
function pairs(x: number): number {
  const v = ((x & 0x03030303) | ((x & 0x03030303) >>> 6)) & 0x000f000f;
  return (v | (v >>> 12)) & 0xff;
}
function bits(x: number): number {
  const v = ((x & 0x01010101) | ((x & 0x01010101) >>> 7)) & 0x00030003;
  return (v | (v >>> 14)) & 0xf;
}

/** Nibbles `shift` of 8 bytes as one word. */
const eight = (b: Uint8Array, at: number, shift: number): number =>
  nibbles(word(b, at) >>> shift) | (nibbles(word(b, at + 4) >>> shift) << 16);

/** 32 columns in 16 bytes: the low nibbles are the first 16, the high ones the others. */
function halves(b: Uint8Array, at: number, out: Uint32Array, to: number): void {
  out[to] = eight(b, at, 0);
  out[to + 1] = eight(b, at + 8, 0);
  out[to + 2] = eight(b, at, 4);
  out[to + 3] = eight(b, at + 8, 4);
}
/** 32 columns in one nibble (at `shift`) of each of 32 bytes. */
function column4(b: Uint8Array, at: number, shift: number, out: Uint32Array, to: number): void {
  for (let k = 0; k < 4; k++) out[to + k] = eight(b, at + 8 * k, shift);
}
/** 32 columns in one pair of bits of each of 32 bytes. */
function column2(b: Uint8Array, at: number, shift: number, out: Uint32Array, to: number): void {
  for (let k = 0; k < 2; k++) {
    let v = 0;
    for (let i = 0; i < 4; i++) v |= pairs(word(b, at + 16 * k + 4 * i) >>> shift) << (8 * i);
    out[to + k] = v;
  }
}
/** 32 columns in one bit of each of 32 bytes. */
function column1(b: Uint8Array, at: number, shift: number): number {
  let v = 0;
  for (let i = 0; i < 8; i++) v |= bits(word(b, at + 4 * i) >>> shift) << (4 * i);
  return v;
}

/** Puts half `index` of the words from `to` on. */
function putHalf(out: Uint32Array, to: number, index: number, value: number): void {
  out[to + (index >> 1)]! |= value << (16 * (index & 1));
}

/**
 * One block from byte `p`: its words to `data` from `to` on, its scales to their place; `n` counts blocks.
 */
type Repack = (b: Uint8Array, p: number, data: Uint32Array, to: number, scales: Uint32Array, n: number) => void;

/** 6-bit scales and minima of Q4_K and Q5_K: the first four of each plain, the others in nibbles and their top pairs. */
function scalesOfK(b: Uint8Array, p: number, scales: Uint32Array, at: number): void {
  const [first, second, third] = [word(b, p), word(b, p + 4), word(b, p + 8)];
  scales[at] = nibbles(first) | (nibbles(third) << 16);
  scales[at + 1] = nibbles(second) | (nibbles(third >>> 4) << 16);
  scales[at + 2] =
    pairs(first >>> 4) | (pairs(first >>> 6) << 8) | (pairs(second >>> 4) << 16) | (pairs(second >>> 6) << 24);
}

const repackers: Readonly<Record<BlockFormat, Repack>> = {
  Q8_0(b, p, data, to, scales, n) {
    putHalf(scales, 0, n, halfAt(b, p));
    for (let k = 0; k < 8; k++) data[to + k] = word(b, p + 2 + 4 * k);
  },
  Q4_0(b, p, data, to, scales, n) {
    putHalf(scales, 0, n, halfAt(b, p));
    halves(b, p + 2, data, to);
  },
  Q4_1(b, p, data, to, scales, n) {
    scales[n] = word(b, p);
    halves(b, p + 4, data, to);
  },
  Q5_0(b, p, data, to, scales, n) {
    putHalf(scales, 0, n, halfAt(b, p));
    halves(b, p + 6, data, to);
    data[to + 4] = word(b, p + 2);
  },
  Q5_1(b, p, data, to, scales, n) {
    scales[n] = word(b, p);
    halves(b, p + 8, data, to);
    data[to + 4] = word(b, p + 4);
  },
  Q2_K(b, p, data, to, scales, n) {
    scales[5 * n] = word(b, p + 80);
    for (let k = 0; k < 4; k++) scales[5 * n + 1 + k] = word(b, p + 4 * k);
    for (let g = 0; g < 8; g++) column2(b, p + 16 + 32 * (g >> 2), 2 * (g & 3), data, to + 2 * g);
  },
  Q3_K(b, p, data, to, scales, n) {
    const at = 7 * (n >> 1);
    const own = at + 3 * (n & 1);
    const [first, second, third] = [word(b, p + 96), word(b, p + 100), word(b, p + 104)];
    scales[own] = nibbles(first) | (nibbles(second) << 16);
    scales[own + 1] = nibbles(first >>> 4) | (nibbles(second >>> 4) << 16);
    let high = 0;
    for (let k = 0; k < 4; k++) high |= pairs(third >>> (2 * k)) << (8 * k);
    scales[own + 2] = high;
    putHalf(scales, at + 6, n & 1, halfAt(b, p + 108));
    for (let g = 0; g < 8; g++) {
      column2(b, p + 32 + 32 * (g >> 2), 2 * (g & 3), data, to + 3 * g);
      data[to + 3 * g + 2] = column1(b, p, g);
    }
  },
  Q4_K(b, p, data, to, scales, n) {
    scales[4 * n] = word(b, p);
    scalesOfK(b, p + 4, scales, 4 * n + 1);
    for (let g = 0; g < 8; g++) column4(b, p + 16 + 32 * (g >> 1), 4 * (g & 1), data, to + 4 * g);
  },
  Q5_K(b, p, data, to, scales, n) {
    scales[4 * n] = word(b, p);
    scalesOfK(b, p + 4, scales, 4 * n + 1);
    for (let g = 0; g < 8; g++) {
      column4(b, p + 48 + 32 * (g >> 1), 4 * (g & 1), data, to + 5 * g);
      data[to + 5 * g + 4] = column1(b, p + 16, g);
    }
  },
  Q6_K(b, p, data, to, scales, n) {
    const at = 9 * (n >> 1);
    for (let k = 0; k < 4; k++) scales[at + 4 * (n & 1) + k] = word(b, p + 192 + 4 * k);
    putHalf(scales, at + 8, n & 1, halfAt(b, p + 208));
    for (let g = 0; g < 8; g++) {
      const [h, j] = [g >> 2, g & 3];
      column4(b, p + 64 * h + 32 * (j & 1), 4 * (j >> 1), data, to + 6 * g);
      column2(b, p + 128 + 32 * h, 2 * j, data, to + 6 * g + 4);
    }
  },
  IQ4_NL(b, p, data, to, scales, n) {
    putHalf(scales, 0, n, halfAt(b, p));
    halves(b, p + 2, data, to);
  },
  IQ4_XS(b, p, data, to, scales, n) {
    scales[2 * n] = word(b, p);
    scales[2 * n + 1] = word(b, p + 4);
    for (let g = 0; g < 8; g++) halves(b, p + 8 + 16 * g, data, to + 4 * g);
  },
  MXFP4(b, p, data, to, scales, n) {
    scales[n >> 2]! |= b[p]! << (8 * (n & 3));
    halves(b, p + 1, data, to);
  },
  BF16(b, p, data, to) {
    for (let k = 0; k < 16; k++) data[to + k] = word(b, p + 4 * k);
  },
};

export interface RepackedBlocks {
  readonly data: Uint32Array<ArrayBuffer>;
  /** Empty where the format has none. */
  readonly scales: Uint32Array<ArrayBuffer>;
}

/**
 * `count` weights stored as `format` in `bytes`, in the words of the GPU. Of several calls for one matrix all but the
 * last must end with a whole unit of scales (`scaleBlocks` blocks), or the next would write its word again.
 */
export function repackBlocks(format: BlockFormat, bytes: Uint8Array, count: number): RepackedBlocks {
  const { block, words } = blockFormats[format];
  const size = (block / ggufTypes[format].block) * ggufTypes[format].bytes;
  if (count % block !== 0 || bytes.length !== bytesOf(format, count))
    throw new FormatError(
      `${count} ${format} weights in ${bytes.length} bytes are not whole blocks of ${block} in ${size} bytes`,
      'The file is damaged: download it again.',
    );
  const room = weightBytes(format, 1, count);
  const data = new Uint32Array(room.data / 4);
  const scales = new Uint32Array(room.scales / 4);
  const repack = repackers[format];
  const step = (words * block) / 32;
  for (let n = 0, p = 0, to = 0; n < count / block; n++, p += size, to += step) repack(bytes, p, data, to, scales, n);
  return { data, scales };
}

/** Where a block's binary16 numbers are: those that scale all others. */
const halfPlaces: Readonly<Partial<Record<BlockFormat, readonly number[]>>> = {
  Q8_0: [0],
  Q4_0: [0],
  Q4_1: [0, 2],
  Q5_0: [0],
  Q5_1: [0, 2],
  Q2_K: [80, 82],
  Q3_K: [108],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
  IQ4_NL: [0],
  IQ4_XS: [0],
};

/** The first block among `bytes` with a weight that float32 has no finite number for; −1 where all are finite. */
export function badBlock(format: BlockFormat, bytes: Uint8Array): number {
  const { block, bytes: size } = ggufTypes[format];
  if (format === 'BF16') {
    for (let p = 1; p < bytes.length; p += 2)
      if ((bytes[p]! & 0x7f) === 0x7f && bytes[p - 1]! & 0x80) return Math.floor(p / 2 / block);
    return -1;
  }
  // Twelve times 2^(e − 128) is the largest that an exponent makes: past 2^128 from 253 on.
  if (format === 'MXFP4') {
    for (let p = 0, n = 0; p < bytes.length; p += size, n++) if (bytes[p]! >= 253) return n;
    return -1;
  }
  const places = halfPlaces[format]!;
  for (let p = 0, n = 0; p < bytes.length; p += size, n++)
    for (const at of places) if ((bytes[p + at + 1]! & 0x7c) === 0x7c) return n;
  return -1;
}
