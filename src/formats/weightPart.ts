import { rowBytes, type WeightType } from './checkpoint.ts';
import { dequantise } from './ggufDequantise.ts';
import { bfloatToFloat, halfToFloat } from './half.ts';
import type { RowGather } from './weightNames.ts';
import type { WeightPart } from './weightPlan.ts';

/** Where a part's rows are stored; null where they are stored in order. */
function gatherOf({ gather, pairedHeads }: WeightPart): RowGather | null {
  if (gather) return gather;
  if (pairedHeads === null) return null;
  const half = pairedHeads / 2;
  const order = Array.from({ length: pairedHeads }, (_, d) => (d < half ? 2 * d : 2 * (d - half) + 1));
  return { size: pairedHeads, stride: pairedHeads, offset: 0, order };
}
const storedRow = ({ size, stride, offset, order }: RowGather, row: number): number =>
  Math.floor(row / size) * stride + offset + (order ? order[row % size]! : row % size);

/** Stored rows from … to − 1 that hold rows first … first + count − 1: whole groups where a group has an order. */
function storedRows(gather: RowGather | null, first: number, count: number): readonly [from: number, to: number] {
  if (!gather) return [first, first + count];
  const { size, stride, offset, order } = gather;
  const last = first + count - 1;
  return order
    ? [Math.floor(first / size) * stride + offset, Math.floor(last / size) * stride + offset + size]
    : [storedRow(gather, first), storedRow(gather, last) + 1];
}

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
  const [from, to] = storedRows(gatherOf(part), first, count);
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
  const { cols, plus = 0 } = part;
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
  const gather = gatherOf(part);
  if (!gather) decode(dtype, bytes, count * cols, out);
  else {
    const [from, to] = storedRows(gather, first, count);
    const stored = decode(dtype, bytes, (to - from) * cols, new Float32Array((to - from) * cols));
    for (let r = 0; r < count; r++) {
      const at = storedRow(gather, first + r) - from;
      out.set(stored.subarray(at * cols, (at + 1) * cols), r * cols);
    }
  }
  if (plus !== 0) for (let i = 0; i < out.length; i++) out[i]! += plus;
  return out;
}

/** The rows of `readPart` in the file's own blocks: whole rows change places where heads are stored in pairs. */
export function readBlocks(part: WeightPart, bytes: Uint8Array, first: number, count: number): Uint8Array {
  const { begin, end } = partRange(part, first, count);
  const { entry, cols, plus = 0 } = part;
  if (bytes.length !== end - begin || part.transpose || plus !== 0)
    throw new RangeError(
      `rows ${first} to ${first + count} of tensor ${entry.name} take ${end - begin} bytes as they are, got ${bytes.length}`,
    );
  const gather = gatherOf(part);
  if (!gather) return bytes;
  const [from] = storedRows(gather, first, count);
  const stride = rowBytes(entry.dtype, cols, entry.name);
  const out = new Uint8Array(count * stride);
  for (let r = 0; r < count; r++) {
    const at = storedRow(gather, first + r) - from;
    out.set(bytes.subarray(at * stride, (at + 1) * stride), r * stride);
  }
  return out;
}

/** All rows of a part. `bytes` are the whole tensor's. */
export const readWholePart = (part: WeightPart, bytes: Uint8Array): Float32Array => readPart(part, bytes, 0, part.rows);
