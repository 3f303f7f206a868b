/**
 * Deterministic inputs of the catalogue: not random numbers, but values without pattern, made fast (4 million in some
 * 30 ms).
 */
import { dequantise } from '../../math/reference/quant.ts';
import type { WeightFormat } from '../../core/weightFormat.ts';

const SEED = 0x9e3779b9;
/**
 * Most 32-bit words of one input or output, 256 MiB: a reader's shape is refused in words before it takes the page's
 * memory.
 */
export const MOST_WORDS = 2 ** 26;
/** The count of words, whole and affordable. Throws a RangeError otherwise. */
export function affordable(words: number): number {
  if (words > MOST_WORDS)
    throw new RangeError(
      `it needs an array of ${words.toLocaleString('en')} words, and ${MOST_WORDS.toLocaleString('en')} (256 MiB) are the most that is made here; take a smaller shape`,
    );
  return words;
}

const next = (s: number) => (Math.imul(s ^ (s >>> 15), 0x2c1b3c6d) + SEED) >>> 0;

/** Numbers in [−gain, gain) on a grid of 2⁻²³, the same for the same seed. */
export function signal(count: number, seed: number, gain = 1): Float32Array<ArrayBuffer> {
  const out = new Float32Array(affordable(count));
  for (let i = 0, s = (seed * SEED) >>> 0; i < count; i++) {
    s = next(s);
    out[i] = ((s >>> 8) / 2 ** 23 - 1) * gain;
  }
  return out;
}

/** Words of 32 bits, the same for the same seed. */
export function bits(count: number, seed: number): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(affordable(count));
  for (let i = 0, s = (seed * SEED) >>> 0; i < count; i++) {
    s = next(s);
    out[i] = Math.imul(s ^ (s >>> 16), 0x7feb352d); // the low bits of s alone repeat soon
  }
  return out;
}

/** q / 1024 for q from −1023 to 1023: what an f16 holds exactly. Words of two halves, and the values. */
export function halves(
  count: number,
  seed: number,
): { readonly words: Uint32Array<ArrayBuffer>; readonly values: Float32Array<ArrayBuffer> } {
  const code = Uint16Array.from({ length: 2048 }, (_, i) => halfBits((i - 1024) / 1024));
  const words = new Uint32Array(Math.ceil(affordable(count) / 2));
  const short = new Uint16Array(words.buffer);
  const values = signal(count, seed);
  for (let i = 0; i < count; i++) {
    const q = Math.trunc(values[i]! * 1023) + 0; // no −0
    values[i] = q / 1024;
    short[i] = code[q + 1024]!;
  }
  return { words, values };
}

/** The binary16 of a number that it holds exactly, normal or 0. */
export function halfBits(value: number): number {
  if (value === 0) return 0;
  const e = Math.floor(Math.log2(Math.abs(value)));
  return (value < 0 ? 0x8000 : 0) | ((e + 15) << 10) | Math.round((Math.abs(value) / 2 ** e - 1) * 1024);
}

export interface PackedWeights {
  readonly data: Uint32Array<ArrayBuffer>;
  readonly scales?: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
  /** One row in float64, as the packed words say. */
  row(r: number): Float64Array;
}

const CODES_A_WORD: Readonly<Record<WeightFormat, number>> = { f32: 1, f16: 2, int8: 4, int4: 8 };
/** Words of scales that a row has: int4's may end in the middle of one. */
function scaleWords(format: WeightFormat, cols: number): number {
  if (format === 'int8') return 1;
  return format === 'int4' ? cols / 64 : 0;
}

/**
 * A (rows, cols) matrix of a format with weights of about ±2/√cols: the codes themselves are drawn, nothing is rounded.
 */
export function weights(format: WeightFormat, rows: number, cols: number, seed: number): PackedWeights {
  const count = rows * cols;
  const size = 2 / Math.sqrt(cols);
  const exponent = Math.floor(Math.log2(size));
  const packed = ((): {
    data: Uint32Array<ArrayBuffer>;
    scales?: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
  } => {
    if (format === 'f32') return { data: new Uint32Array(signal(count, seed, size).buffer) };
    const draw = bits(count / CODES_A_WORD[format], seed);
    // Odd bytes alone: −128 is no code.
    if (format === 'int8')
      return {
        data: draw.map((w) => w | 0x01010101),
        scales: signal(rows, seed + 1).map((v) => (size / 127) * (1 + v / 2)),
      };
    // Halves of any sign and fraction with an exponent of this size or up to three less.
    const half = (w: number) => (w & 0x83ff) | ((exponent + 15 - ((w >>> 10) & 3)) << 10);
    const both = (w: number) => half(w & 0xffff) | (half(w >>> 16) << 16);
    if (format === 'f16') return { data: draw.map(both) };
    // an eighth of it: nibbles reach 8
    return { data: draw, scales: bits(Math.ceil(count / 64), seed + 1).map((w) => both(w & 0x03ff03ff) - 0x0c000c00) };
  })();
  const { data, scales } = packed;
  return {
    ...packed,
    row(r) {
      // int4's scales come in pairs: an odd row begins in the middle of one when a row has an odd number of them.
      const first = r - (r % 2);
      const length = Math.min(2, rows - first);
      const words = data.length / rows;
      const per = scaleWords(format, cols);
      const both = dequantise(
        format,
        data.subarray(first * words, (first + length) * words),
        scales?.subarray(first * per),
        length,
        cols,
      );
      return both.subarray((r - first) * cols, (r - first + 1) * cols);
    },
  };
}

/** Some places of a dimension: the ends, both sides of the borders of tiles, and a spread between. */
export function places(count: number, want = 24): number[] {
  const found = new Set([0, count - 1]);
  for (const tile of [4, 8, 16, 32, 64, 128])
    for (const border of [tile, Math.floor((count - 1) / tile) * tile])
      for (const at of [border - 1, border]) if (at > 0 && at < count) found.add(at);
  for (let i = 0; i < want; i++) found.add(Math.floor(((i + 0.5) * count) / want));
  return [...found].sort((a, b) => a - b);
}

/** Ascending elements of a (rows, cols) output: those where `places` meet, and `want` more anywhere. */
export function spread(rows: number, cols: number, want = 512): Uint32Array {
  const found = new Set(places(rows, 12).flatMap((r) => places(cols, 12).map((c) => r * cols + c)));
  for (const v of signal(want, 77)) found.add(Math.floor(((v + 1) / 2) * rows * cols));
  return Uint32Array.from(found).sort();
}
