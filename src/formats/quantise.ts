/**
 * Float32 weights into the formats the GPU kernels read (src/core/weightFormat.ts). Works on any range of whole rows,
 * so that a model is packed while it streams; typed loops without allocation per row.
 */
import { columnsMultiple, INT4_GROUP, type WeightFormat } from '../core/weightFormat.ts';
import { FormatError } from './error.ts';
import { halfValue } from './half.ts';

export interface PackedRows {
  /** `f32`: the values' own bits. */
  readonly data: Uint32Array<ArrayBuffer>;
  /** int8: one f32 a row. int4: f16, two a word. Otherwise absent. */
  readonly scales?: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
}

/**
 * Pack `rows` rows of `cols` columns. `cols` must be a multiple of 8 (int4: of 32). When int4 rows come in several
 * calls, every call but the last must hold an even number of groups of 32, or the two scales of a word would be torn
 * apart; any even `rows` will do.
 */
export function quantiseRows(
  values: Float32Array<ArrayBuffer>,
  rows: number,
  cols: number,
  format: WeightFormat,
): PackedRows {
  if (values.length !== rows * cols)
    throw new RangeError(`${rows} × ${cols} weights are ${rows * cols} numbers, not ${values.length}`);
  if (cols % columnsMultiple(format) !== 0)
    throw new FormatError(
      `rows of ${cols} weights cannot be stored as ${format}`,
      `The width must be a multiple of ${columnsMultiple(format)}${format === 'int4' ? '; choose int8 or f16' : ''}.`,
    );
  switch (format) {
    case 'f32':
      return { data: new Uint32Array(values.buffer, values.byteOffset, values.length) };
    case 'f16':
      return { data: packF16(values) };
    case 'int8':
      return quantiseInt8(values, rows, cols);
    case 'int4':
      return quantiseInt4(values);
  }
}

const refuse = (value: number, format: string): never => {
  throw new FormatError(
    `a weight is ${value}, which ${format} cannot hold`,
    Number.isFinite(value) ? 'Choose f32 for this model.' : 'The file is damaged or not a trained model.',
  );
};

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/**
 * The binary16 word of a float32 given by its bits: to nearest, ties to even; Infinity from 65,520 on. NaN stays NaN.
 */
function halfOfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x38800000) {
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    // Drop 13 bits of the fraction, half a unit added (less when the kept part is even); a carry runs into the
    // exponent.
    return magnitude >= 0x477ff000
      ? sign | 0x7c00
      : sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  // Subnormal: adding 0.5 puts the unit 2^-24 at the last place of a float32, which rounds for us.
  scratchBits[0] = magnitude;
  scratchFloat[0] = scratchFloat[0]! + 0.5;
  return sign | (scratchBits[0]! - 0x3f000000);
}

/** The binary16 word nearest to a number that is already a float32. */
export function halfWord(value: number): number {
  scratchFloat[0] = value;
  return halfOfBits(scratchBits[0]!);
}

/**
 * Binary16, two a word, low half first; an odd count leaves the last high half 0. Refuses what binary16 cannot hold.
 */
export function packF16(values: Float32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const data = new Uint32Array(Math.ceil(values.length / 2));
  const half = new Uint16Array(data.buffer);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const word = halfOfBits(bits[i]!);
    if ((word & 0x7c00) === 0x7c00) refuse(values[i]!, 'f16');
    half[i] = word;
  }
  return data;
}

/** Per row: scale = max|w| / 127, q = round(w / scale). A row of zeros has scale 0. */
export function quantiseInt8(values: Float32Array<ArrayBuffer>, rows: number, cols: number): PackedRows {
  const data = new Uint32Array(Math.ceil((rows * cols) / 4));
  const bytes = new Int8Array(data.buffer);
  const scales = new Float32Array(rows);
  for (let r = 0; r < rows; r++) {
    const from = r * cols;
    const to = from + cols;
    let most = 0;
    for (let i = from; i < to; i++) {
      const a = Math.abs(values[i]!);
      if (!(a <= most)) {
        if (!(a < Infinity)) refuse(values[i]!, 'int8');
        most = a;
      }
    }
    const scale = Math.fround(most / 127);
    scales[r] = scale;
    if (scale === 0) continue; // no weight, or none that float32 could scale back
    const inverse = 1 / scale;
    for (let i = from; i < to; i++) bytes[i] = Math.max(-127, Math.min(127, Math.round(values[i]! * inverse)));
  }
  return { data, scales };
}

/** Where the extreme weight of a group may come to stand among the levels; the first wins a tie. */
const EXTREME_AT = [-8, -8.5, -7.5] as const;

/**
 * Groups of 32 with one binary16 scale, q in −8…7. The extreme weight m (with its sign) goes to the longer side, at −8
 * (llama.cpp's Q4_0, and exact for a file of that kind) or half a level beside it: of the three scales the one is kept
 * with the smallest Σ w² (w − q·scale)², an error that counts more where the weight is larger. On SmolLM2-135M (a Q4_1
 * file, 678 tokens of two texts, log-loss 0.156 above f32's) this lost less than least squares over scales m / −8 and
 * m / 7 (0.242), −8 alone (0.164), finer steps of the same search (0.221) and errors weighted by the gain of the norm
 * before the matrix (0.178).
 */
export function quantiseInt4(values: Float32Array<ArrayBuffer>): PackedRows {
  const groups = values.length / INT4_GROUP;
  const data = new Uint32Array(groups * 4);
  const scales = new Uint32Array(Math.ceil(groups / 2));
  const half = new Uint16Array(scales.buffer);
  for (let g = 0; g < groups; g++) {
    const from = g * INT4_GROUP;
    const to = from + INT4_GROUP;
    let extreme = 0;
    let most = 0;
    for (let i = from; i < to; i++) {
      const a = Math.abs(values[i]!);
      if (!(a <= most)) {
        if (!(a < Infinity)) refuse(values[i]!, 'int4');
        most = a;
        extreme = values[i]!;
      }
    }
    // Rounded as it will be stored, so that the numbers below are the ones a kernel computes.
    let word = 0;
    let least = Infinity;
    for (const at of EXTREME_AT) {
      const tried = halfWord(extreme / at);
      if ((tried & 0x7c00) === 0x7c00) refuse(extreme, 'int4');
      const error = weightedError(values, from, halfValue(tried));
      if (error < least) [word, least] = [tried, error];
    }
    half[g] = word;
    const scale = halfValue(word);
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let i = from, at = g * 4; i < to; i += 8, at++) {
      let packed = 0;
      for (let j = 0; j < 8; j++) packed |= (level(values[i + j]! * inverse) + 8) << (4 * j);
      data[at] = packed;
    }
  }
  return { data, scales };
}

/** Nearest of −8…7, halves upwards. */
const level = (v: number): number => Math.min(Math.max(Math.floor(v + 0.5), -8), 7);

function weightedError(values: Float32Array, from: number, scale: number): number {
  const inverse = scale === 0 ? 0 : 1 / scale;
  let sum = 0;
  for (let i = from; i < from + INT4_GROUP; i++) {
    const v = values[i]!;
    const d = v * (v - level(v * inverse) * scale);
    sum += d * d;
  }
  return sum;
}
