/**
 * Float64 references of the packed weight formats (src/core/weightFormat.ts): what a kernel must take each weight for.
 */
import { INT4_GROUP, type WeightFormat } from '../../core/weightFormat.ts';

/** Value of a binary16 word, from its definition. */
function half(word: number): number {
  const exponent = (word >> 10) & 31;
  const fraction = (word & 1023) / 1024;
  return (word & 0x8000 ? -1 : 1) * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}
/** All of them, made once: a matrix has millions. */
let table: Float64Array | undefined;
function half16(words: Uint32Array, i: number): number {
  table ??= Float64Array.from({ length: 65_536 }, (_, word) => half(word));
  return table[(words[i >> 1]! >>> (16 * (i & 1))) & 0xffff]!;
}

/**
 * The (rows, cols) weights that packed words stand for. `scales` as in the format: f32 a row for int8, f16 pairs for
 * int4.
 */
export function dequantise(
  format: WeightFormat,
  data: Uint32Array,
  scales: Float32Array | Uint32Array | undefined,
  rows: number,
  cols: number,
): Float64Array {
  const out = new Float64Array(rows * cols);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let i = 0; i < out.length; i++) {
    if (format === 'f32') out[i] = view.getFloat32(4 * i, true);
    else if (format === 'f16') out[i] = half16(data, i);
    else if (format === 'int8') out[i] = view.getInt8(i) * scales![Math.floor(i / cols)]!;
    else
      out[i] =
        (((data[i >> 3]! >>> (4 * (i & 7))) & 15) - 8) * half16(scales as Uint32Array, Math.floor(i / INT4_GROUP));
  }
  return out;
}

/** A row as signed bytes: q = round(x / scale), with scale, an f32, its largest magnitude / 127. */
export function quantiseRow(x: ArrayLike<number>): { readonly q: Int8Array<ArrayBuffer>; readonly scale: number } {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!));
  return {
    q: Int8Array.from({ length: x.length }, (_, i) => (largest > 0 ? Math.round((x[i]! * 127) / largest) : 0)),
    scale: Math.fround(largest / 127),
  };
}
