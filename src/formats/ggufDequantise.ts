import { FormatError, shown } from './error.ts';
import { halfValue } from './half.ts';

/**
 * The number types of GGUF tensors that this app reads, as blocks of `block` consecutive weights of a row in `bytes`
 * bytes. Layouts and formulas: ggml's block structures (https://github.com/ggml-org/ggml, docs/gguf.md and
 * ggml-common.h); d, m are binary16 and every product of one of them with the small integers is exact in float64, so
 * that storing it rounds once, as the float32 reference does.
 */
export const ggufTypes = {
  F32: { id: 0, block: 1, bytes: 4 },
  F16: { id: 1, block: 1, bytes: 2 },
  Q4_0: { id: 2, block: 32, bytes: 18 },
  Q4_1: { id: 3, block: 32, bytes: 20 },
  Q5_0: { id: 6, block: 32, bytes: 22 },
  Q5_1: { id: 7, block: 32, bytes: 24 },
  Q8_0: { id: 8, block: 32, bytes: 34 },
  Q2_K: { id: 10, block: 256, bytes: 84 },
  Q3_K: { id: 11, block: 256, bytes: 110 },
  Q4_K: { id: 12, block: 256, bytes: 144 },
  Q5_K: { id: 13, block: 256, bytes: 176 },
  Q6_K: { id: 14, block: 256, bytes: 210 },
  IQ4_NL: { id: 20, block: 32, bytes: 18 },
  IQ4_XS: { id: 23, block: 256, bytes: 136 },
  BF16: { id: 30, block: 1, bytes: 2 },
  MXFP4: { id: 39, block: 32, bytes: 17 },
} as const;
export type GgufType = keyof typeof ggufTypes;

const otherTypes: Readonly<Record<number, string>> = {
  9: 'Q8_1',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  21: 'IQ3_S',
  22: 'IQ2_S',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  34: 'TQ1_0',
  35: 'TQ2_0',
  40: 'NVFP4',
};
const byId = new Map<number, GgufType>(
  (Object.keys(ggufTypes) as GgufType[]).map((type) => [ggufTypes[type].id, type]),
);

/** The type with ggml's number `id`; refuses those that exist but are not read here by their name. */
export function ggufTypeOf(id: number, what: string): GgufType {
  const type = byId.get(id);
  if (type) return type;
  throw new FormatError(
    `${what} has the number type ${otherTypes[id] ?? shown(id)}; this app reads ${Object.keys(ggufTypes).join(', ')}`,
    'Choose another quantisation of the same model, such as Q8_0, Q4_0 or Q4_K_M.',
  );
}

/** Bytes of `count` weights, whose number must fill whole blocks. */
export function bytesOf(type: GgufType, count: number): number {
  const { block, bytes } = ggufTypes[type];
  if (!Number.isSafeInteger(count) || count < 0 || count % block !== 0)
    throw new FormatError(
      `${count} weights do not fill whole ${type} blocks of ${block}`,
      'The file is damaged or was written by another convention: download it again.',
    );
  return (count / block) * bytes;
}

/**
 * A decoder of blocks: reads `blocks` of them from byte `at`, writes block × weights from index `to`. `b` is the bytes,
 * `h` reads a binary16 at a byte.
 */
type Decode = (b: Uint8Array, h: (at: number) => number, blocks: number, out: Float32Array, to: number) => void;

let halves: Float32Array | undefined;

const q8_0: Decode = (b, h, blocks, out, to) => {
  for (let n = 0, p = 0; n < blocks; n++, p += 34) {
    const d = h(p);
    for (let j = 2; j < 34; j++) out[to++] = d * ((b[p + j]! << 24) >> 24);
  }
};
/** d·(q − 8), or d·q + m: the low nibbles of 16 bytes are the first half of the block, the high ones the second. */
const q4 =
  (size: number, offset: number): Decode =>
  (b, h, blocks, out, to) => {
    for (let n = 0, p = 0; n < blocks; n++, p += size, to += 32) {
      const d = h(p);
      const m = size === 20 ? h(p + 2) : 0;
      for (let j = 0; j < 16; j++) {
        const q = b[p + size - 16 + j]!;
        out[to + j] = size === 20 ? d * (q & 15) + m : d * ((q & 15) - offset);
        out[to + 16 + j] = size === 20 ? d * (q >> 4) + m : d * ((q >> 4) - offset);
      }
    }
  };
/** As q4 with a fifth bit a weight in a 32-bit word before the nibbles. */
const q5 =
  (size: number): Decode =>
  (b, h, blocks, out, to) => {
    for (let n = 0, p = 0; n < blocks; n++, p += size, to += 32) {
      const d = h(p);
      const m = size === 24 ? h(p + 2) : 0;
      const high = p + size - 20;
      for (let j = 0; j < 16; j++) {
        const q = b[p + size - 16 + j]!;
        const low = (q & 15) | (((b[high + (j >> 3)]! >> (j & 7)) & 1) << 4);
        const up = (q >> 4) | (((b[high + 2 + (j >> 3)]! >> (j & 7)) & 1) << 4);
        out[to + j] = size === 24 ? d * low + m : d * (low - 16);
        out[to + 16 + j] = size === 24 ? d * up + m : d * (up - 16);
      }
    }
  };
/**
 * Eight sub-blocks of 32: w = d·scale·q − dmin·min, scale and min of 6 bits packed into 12 bytes (the first four of
 * each plain, the other four split into nibbles and the two top bits of the first ones). Q5_K has a fifth bit: bit s of
 * 32 bytes for sub-block s.
 */
const q45k =
  (size: number): Decode =>
  (b, h, blocks, out, to) => {
    const quants = size === 144 ? 16 : 48;
    for (let n = 0, p = 0; n < blocks; n++, p += size) {
      const [d, dmin] = [h(p), h(p + 2)];
      for (let s = 0; s < 8; s++) {
        const k = p + 4 + (s & 3);
        const scale = s < 4 ? b[k]! & 63 : (b[k + 8]! & 15) | ((b[k]! >> 6) << 4);
        const least = s < 4 ? b[k + 4]! & 63 : (b[k + 8]! >> 4) | ((b[k + 4]! >> 6) << 4);
        const [dl, ml, shift, q] = [d * scale, dmin * least, (s & 1) * 4, p + quants + (s >> 1) * 32];
        if (size === 144) for (let j = 0; j < 32; j++) out[to++] = dl * ((b[q + j]! >> shift) & 15) - ml;
        else
          for (let j = 0; j < 32; j++)
            out[to++] = dl * (((b[q + j]! >> shift) & 15) | (((b[p + 16 + j]! >> s) & 1) << 4)) - ml;
      }
    }
  };
/**
 * Two halves of 128: four groups of 32 share 64 bytes of low nibbles and 32 bytes of high bit pairs; w = d·scale·(q −
 * 32), one i8 scale for 16.
 */
const q6k: Decode = (b, h, blocks, out, to) => {
  for (let n = 0, p = 0; n < blocks; n++, p += 210) {
    const d = h(p + 208);
    for (let group = 0; group < 8; group++) {
      const [half, g] = [group >> 2, group & 3];
      const [low, lowShift, high] = [p + half * 64 + (g & 1) * 32, (g >> 1) * 4, p + 128 + half * 32];
      for (let part = 0; part < 2; part++) {
        const dl = d * ((b[p + 192 + group * 2 + part]! << 24) >> 24);
        for (let j = part * 16; j < part * 16 + 16; j++)
          out[to++] = dl * ((((b[low + j]! >> lowShift) & 15) | (((b[high + j]! >> (g * 2)) & 3) << 4)) - 32);
      }
    }
  }
};
/** Four groups of 32 in each of two halves share 32 bytes; w = d·scale·q − dmin·min, 4 bits of each for 16. */
const q2k: Decode = (b, h, blocks, out, to) => {
  for (let n = 0, p = 0; n < blocks; n++, p += 84) {
    const [d, dmin] = [h(p + 80), h(p + 82)];
    for (let s = 0; s < 16; s++) {
      const [dl, ml] = [d * (b[p + s]! & 15), dmin * (b[p + s]! >> 4)];
      const [from, shift] = [p + 16 + (s >> 3) * 32 + (s & 1) * 16, ((s >> 1) & 3) * 2];
      for (let j = 0; j < 16; j++) out[to++] = dl * ((b[from + j]! >> shift) & 3) - ml;
    }
  }
};
/** As Q2_K with a mask whose bit, where it is clear, takes 4 off; w = d·(scale − 32)·q, 16 scales of 6 bits. */
const q3k: Decode = (b, h, blocks, out, to) => {
  for (let n = 0, p = 0; n < blocks; n++, p += 110) {
    const d = h(p + 108);
    for (let s = 0; s < 16; s++) {
      const low = (b[p + 96 + (s & 7)]! >> ((s >> 3) * 4)) & 15;
      const high = (b[p + 104 + (s & 3)]! >> ((s >> 2) * 2)) & 3;
      const dl = d * ((low | (high << 4)) - 32);
      const [from, shift, mask] = [p + 32 + (s >> 3) * 32 + (s & 1) * 16, ((s >> 1) & 3) * 2, p + (s & 1) * 16];
      for (let j = 0; j < 16; j++)
        out[to++] = dl * (((b[from + j]! >> shift) & 3) - ((b[mask + j]! >> (s >> 1)) & 1 ? 0 : 4));
    }
  }
};
/** The 16 levels of IQ4_NL and IQ4_XS, and those of MXFP4 (twice E2M1's, without a negative zero). */
export const levels = {
  IQ4: [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113],
  MXFP4: [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12],
} as const;
/** 16 bytes: the low nibbles choose the levels of the first half of 32 weights, the high ones of the second. */
function chosen(
  b: Uint8Array,
  at: number,
  table: readonly number[],
  scale: number,
  out: Float32Array,
  to: number,
): void {
  for (let j = 0; j < 16; j++) {
    out[to + j] = scale * table[b[at + j]! & 15]!;
    out[to + 16 + j] = scale * table[b[at + j]! >> 4]!;
  }
}
const iq4nl: Decode = (b, h, blocks, out, to) => {
  for (let n = 0, p = 0; n < blocks; n++, p += 18, to += 32) chosen(b, p + 2, levels.IQ4, h(p), out, to);
};
const iq4xs: Decode = (b, h, blocks, out, to) => {
  for (let n = 0, p = 0; n < blocks; n++, p += 136) {
    const d = h(p);
    const high = b[p + 2]! | (b[p + 3]! << 8);
    for (let s = 0; s < 8; s++, to += 32) {
      const low = (b[p + 4 + (s >> 1)]! >> ((s & 1) * 4)) & 15;
      chosen(b, p + 8 + 16 * s, levels.IQ4, d * ((low | (((high >> (2 * s)) & 3) << 4)) - 32), out, to);
    }
  }
};
/** OCP's microscaling format: a power of two for 32 weights (half of it, for the levels are doubled). */
const mxfp4: Decode = (b, _, blocks, out, to) => {
  for (let n = 0, p = 0; n < blocks; n++, p += 17, to += 32)
    chosen(b, p + 1, levels.MXFP4, 2 ** (b[p]! - 128), out, to);
};
const blocksOf: Partial<Record<GgufType, Decode>> = {
  Q8_0: q8_0,
  Q2_K: q2k,
  Q3_K: q3k,
  IQ4_NL: iq4nl,
  IQ4_XS: iq4xs,
  MXFP4: mxfp4,
  Q4_0: q4(18, 8),
  Q4_1: q4(20, 0),
  Q5_0: q5(22),
  Q5_1: q5(24),
  Q4_K: q45k(144),
  Q5_K: q45k(176),
  Q6_K: q6k,
};

/**
 * Writes the first `count` weights stored in `bytes` to `out` as float32: bit for bit what ggml's reference formulas
 * give. `bytes` must hold exactly those blocks; `out` at least `count` values.
 */
export function dequantise(type: GgufType, bytes: Uint8Array, count: number, out: Float32Array): void {
  const needed = bytesOf(type, count);
  if (bytes.length !== needed)
    throw new FormatError(
      `${count} ${type} weights take ${needed} bytes, but ${bytes.length} are given`,
      'The file is damaged: download it again.',
    );
  if (out.length < count)
    throw new FormatError(`${count} weights do not fit ${out.length} places`, 'Report this as a fault of the app.');
  if (type === 'F32' || type === 'BF16') {
    // Bits are moved as integers, so that every NaN keeps its payload.
    const words = new Uint32Array(out.buffer, out.byteOffset, count);
    if (type === 'F32')
      for (let i = 0, p = 0; i < count; i++, p += 4)
        words[i] = bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24);
    else for (let i = 0, p = 0; i < count; i++, p += 2) words[i] = (bytes[p]! << 16) | (bytes[p + 1]! << 24);
    return;
  }
  const table = (halves ??= Float32Array.from({ length: 65536 }, (_, word) => halfValue(word)));
  const half = (at: number): number => table[bytes[at]! | (bytes[at + 1]! << 8)]!;
  if (type === 'F16') for (let i = 0; i < count; i++) out[i] = half(2 * i);
  else blocksOf[type]!(bytes, half, count / ggufTypes[type].block, out, 0);
}
