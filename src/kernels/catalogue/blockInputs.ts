/** Weights of GGUF's block types without pattern: drawn bytes of the file, their scales of a fitting size. */
import { type BlockFormat, blockFormats } from '../../core/weightFormat.ts';
import { dequantise, ggufTypes } from '../../formats/ggufDequantise.ts';
import { repackBlocks } from '../../formats/ggufRepack.ts';
import { halfWord } from '../../formats/quantise.ts';
import { bits } from './inputs.ts';

/** The largest weight for a scale of one; where the halves d, and m or dmin, are; how much larger the latter is. */
const shapes: Readonly<Record<Exclude<BlockFormat, 'MXFP4' | 'BF16'>, readonly [number, number, number?, number?]>> = {
  Q8_0: [128, 0],
  Q4_0: [8, 0],
  Q4_1: [15, 0, 2, -8],
  Q5_0: [16, 0],
  Q5_1: [31, 0, 2, -16],
  Q2_K: [45, 80, 82, 1.5],
  Q3_K: [128, 108],
  Q4_K: [945, 0, 2, 8],
  Q5_K: [1953, 0, 2, 16],
  Q6_K: [4096, 208],
  IQ4_NL: [127, 0],
  IQ4_XS: [4064, 0],
};

/** Bytes of a file for `count` weights up to about `size`, the same for the same seed. */
export function blockBytes(format: BlockFormat, count: number, size: number, seed: number): Uint8Array<ArrayBuffer> {
  const { block, bytes: stride } = ggufTypes[format];
  const blocks = count / block;
  const bytes = new Uint8Array(bits(Math.ceil((blocks * stride) / 4), seed).buffer).slice(0, blocks * stride);
  const view = new DataView(bytes.buffer);
  const exponent = Math.floor(Math.log2(size));
  for (let n = 0, p = 0; n < blocks; n++, p += stride) {
    // Three times in four the size itself, or less than half of it; any sign.
    const drawn = view.getUint8(p);
    const d = (drawn & 1 ? -1 : 1) * size * (drawn & 6 ? 0.5 + (drawn >> 3) / 64 : 0.1 + (drawn >> 3) / 100);
    if (format === 'MXFP4') bytes[p] = 128 + exponent - 4 + (drawn & 1);
    else if (format === 'BF16') bytes[p + 1] = (bytes[p + 1]! & 0x80) | ((exponent + 127 - (bytes[p + 1]! & 1)) >> 1);
    else {
      const [gain, at, other, larger = 0] = shapes[format];
      const half = (v: number) => halfWord(Math.fround(v));
      view.setUint16(p + at, half(d / gain), true);
      if (other !== undefined) view.setUint16(p + other, half((d / gain) * larger), true);
    }
  }
  return bytes;
}

/** A (rows, cols) matrix as the GPU reads it, and its rows as gguf decodes them. */
export function blockWeights(format: BlockFormat, rows: number, cols: number, seed: number) {
  if (cols % blockFormats[format].block !== 0)
    throw new RangeError(`rows of ${cols} weights are not blocks of ${blockFormats[format].block}`);
  const bytes = blockBytes(format, rows * cols, 2 / Math.sqrt(cols), seed);
  const { data, scales } = repackBlocks(format, bytes, rows * cols);
  const rowBytes = bytes.length / rows;
  return {
    bytes,
    data,
    ...(scales.length > 0 && { scales }),
    row(r: number): Float64Array {
      const row = new Float32Array(cols);
      dequantise(format, bytes.subarray(r * rowBytes, (r + 1) * rowBytes), cols, row);
      return Float64Array.from(row);
    },
  };
}
