import { rowBytes, type WeightType } from './checkpoint.ts';
import { dequantise } from './ggufDequantise.ts';
import { bfloatToFloat, halfToFloat } from './half.ts';
import type { WeightPart } from './weightPlan.ts';

/**
 * Absolute byte range of the file that holds rows first … first + count − 1 of the part (counted from the part's own
 * first row). Whole heads where heads are stored in pairs; the whole tensor where it is stored transposed.
 */
export function partRange(
  part: WeightPart,
  first: number,
  count: number,
): { readonly begin: number; readonly end: number } {
  if (!Number.isInteger(first) || !Number.isInteger(count) || first < 0 || count < 1 || first + count > part.rows)
    throw new RangeError(`rows ${first} to ${first + count} of a part with ${part.rows} rows`);
  const { entry } = part;
  if (part.transpose) return { begin: entry.begin, end: entry.end };
  const unit = part.pairedHeads ?? 1;
  const [from, to] = [Math.floor(first / unit) * unit, Math.ceil((first + count) / unit) * unit];
  // Vectors have one column, so a row is one number.
  const bytes = rowBytes(entry.dtype, part.cols, entry.name);
  return { begin: entry.begin + from * bytes, end: entry.begin + to * bytes };
}

/**
 * `count` numbers of a type from bytes of any alignment. Typed views where they are possible, because models have
 * billions of numbers.
 */
function decode(dtype: WeightType, bytes: Uint8Array, count: number, out: Float32Array): Float32Array {
  const at = bytes.byteOffset;
  if (dtype === 'F32' && at % 4 === 0) out.set(new Float32Array(bytes.buffer, at, count));
  else if (dtype === 'F16' && at % 2 === 0) halfToFloat(new Uint16Array(bytes.buffer, at, count), out);
  else if (dtype === 'BF16' && at % 2 === 0) bfloatToFloat(new Uint16Array(bytes.buffer, at, count), out);
  else dequantise(dtype, bytes, count, out);
  return out;
}

/** out[c − first, r] = stored[r, c] for `count` columns, in square tiles so that both sides stay in the cache. */
function transpose(
  stored: Float32Array,
  { rows, cols }: { readonly rows: number; readonly cols: number },
  { first, count }: { readonly first: number; readonly count: number },
  out: Float32Array,
): void {
  const tile = 32;
  for (let r0 = 0; r0 < rows; r0 += tile) {
    for (let c0 = 0; c0 < count; c0 += tile) {
      const [r1, c1] = [Math.min(r0 + tile, rows), Math.min(c0 + tile, count)];
      for (let c = c0; c < c1; c++) for (let r = r0; r < r1; r++) out[c * rows + r] = stored[r * cols + first + c]!;
    }
  }
}

/**
 * Rows first … first + count − 1 of the part as float32 [count, cols], from exactly the bytes of `partRange(part,
 * first, count)`. `out`, where given, has count·cols numbers.
 */
export function readPart(
  part: WeightPart,
  bytes: Uint8Array,
  first: number,
  count: number,
  out = new Float32Array(count * part.cols),
): Float32Array {
  const { begin, end } = partRange(part, first, count);
  const { dtype, name } = part.entry;
  const { cols, pairedHeads } = part;
  if (bytes.length !== end - begin)
    throw new RangeError(
      `rows ${first} to ${first + count} of tensor ${name} take ${end - begin} bytes, got ${bytes.length}`,
    );
  if (out.length !== count * cols)
    throw new RangeError(`room for ${out.length} numbers; [${count}, ${cols}] needs ${count * cols}`);
  if (part.transpose) {
    const width = part.entry.shape[1]!;
    const stored = decode(dtype, bytes, cols * width, new Float32Array(cols * width));
    transpose(stored, { rows: cols, cols: width }, { first, count }, out);
    return out;
  }
  if (pairedHeads === null) return decode(dtype, bytes, count * cols, out);
  const from = Math.floor(first / pairedHeads) * pairedHeads;
  const rows = Math.ceil((first + count) / pairedHeads) * pairedHeads - from;
  const stored = decode(dtype, bytes, rows * cols, new Float32Array(rows * cols));
  for (let r = 0; r < count; r++) {
    const at = storedRow(first + r, pairedHeads) - from;
    out.set(stored.subarray(at * cols, (at + 1) * cols), r * cols);
  }
  return out;
}

/** The rows of `readPart` in the file's own blocks: whole rows change places where heads are stored in pairs. */
export function readBlocks(part: WeightPart, bytes: Uint8Array, first: number, count: number): Uint8Array {
  const { begin, end } = partRange(part, first, count);
  const { pairedHeads, entry, cols } = part;
  if (bytes.length !== end - begin || part.transpose)
    throw new RangeError(
      `rows ${first} to ${first + count} of tensor ${entry.name} take ${end - begin} bytes, got ${bytes.length}`,
    );
  if (pairedHeads === null) return bytes;
  const stride = rowBytes(entry.dtype, cols, entry.name);
  const out = new Uint8Array(count * stride);
  for (let r = 0; r < count; r++) {
    const at = storedRow(first + r, pairedHeads) - Math.floor(first / pairedHeads) * pairedHeads;
    out.set(bytes.subarray(at * stride, (at + 1) * stride), r * stride);
  }
  return out;
}

/** Where a row of heads stored in rotary pairs lies: j of a half at 2j, or 2j + 1. */
function storedRow(row: number, headDim: number): number {
  const inHead = row % headDim;
  const half = headDim / 2;
  return row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
}

/** All rows of a part. `bytes` are the whole tensor's. */
export const readWholePart = (part: WeightPart, bytes: Uint8Array): Float32Array => readPart(part, bytes, 0, part.rows);
