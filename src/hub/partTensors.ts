// Weights of a part of a diffusion model, read tensor by tensor: no file is ever in memory as a whole.
import { throwIfCancelled } from '../core/cancel.ts';
import { isWeightType, joinCheckpoints, rowBytes, type Checkpoint, type TensorEntry } from '../formats/checkpoint.ts';
import { checkMatrixShape, checkVectorShape, findTensor } from '../formats/diffusers/tensors.ts';
import { FormatError, shown } from '../formats/error.ts';
import { dequantise } from '../formats/ggufDequantise.ts';
import { bfloatToFloat, halfToFloat } from '../formats/half.ts';
import { parseSafetensorsHeader } from '../formats/safetensors.ts';
import { ModelError, type ModelFiles } from './files.ts';
import type { WeightFiles } from './weightFiles.ts';

/** Numbers of a part, as they are stored, in float32. FormatError for a tensor that is missing or misshapen. */
export interface PartTensors {
  readonly parameters: number;
  /** All numbers are of binary16, which f16 weights keep as they are. */
  readonly isHalf: boolean;
  /** (rows, channels, kernel, kernel). */
  matrix(name: string, rows: number, channels: number, kernel: number): Promise<Float32Array<ArrayBuffer>>;
  vector(name: string, rows: number): Promise<Float32Array<ArrayBuffer>>;
  /** Some rows of a table, which is not read as a whole: (ids, columns). */
  rows(name: string, count: number, columns: number, ids: readonly number[]): Promise<Float32Array<ArrayBuffer>>;
}

/** The header of a safetensors file says its own length in the first eight bytes. */
async function headerOf(files: ModelFiles, name: string, bytes: number, signal: AbortSignal): Promise<Checkpoint> {
  const first = await files.read(name, 0, Math.min(8, bytes), signal);
  const length = first.length === 8 ? new DataView(first.buffer, first.byteOffset).getBigUint64(0, true) : 0n;
  // More than a header may have is refused by the parser, from these eight bytes.
  const end = Math.min(bytes, 8 + Number(length < 2n ** 25n ? length : 0n));
  return parseSafetensorsHeader(await files.read(name, 0, end, signal), bytes, name);
}

/** Opens the files of a part. ModelError or FormatError for what is wrong with them, Cancelled when aborted. */
export async function openPart(files: ModelFiles, { weights }: WeightFiles, signal: AbortSignal): Promise<PartTensors> {
  const headers: Checkpoint[] = [];
  for (const { name, bytes } of weights) headers.push(await headerOf(files, name, bytes, signal));
  const { tensors } = joinCheckpoints(headers);
  if (tensors.size === 0) throw new ModelError(`${weights[0]?.name} holds no weights.`, 'Download it again.');
  const read = async (entry: TensorEntry, first: number, count: number): Promise<Float32Array<ArrayBuffer>> => {
    throwIfCancelled(signal);
    const { dtype, name, begin } = entry;
    if (!isWeightType(dtype))
      throw new FormatError(
        `tensor ${shown(name)} has the number type ${dtype}; F16, BF16 and F32 are read`,
        'Convert the model to one of them.',
      );
    const size = rowBytes(dtype, 1, name);
    const bytes = await files.read(entry.file, begin + first * size, begin + (first + count) * size, signal);
    return decoded(dtype, bytes, count);
  };
  const sizeOf = ({ shape }: TensorEntry) => shape.reduce((a, b) => a * b, 1);
  return {
    parameters: [...tensors.values()].reduce((n, entry) => n + (isWeightType(entry.dtype) ? sizeOf(entry) : 0), 0),
    isHalf: [...tensors.values()].every(({ dtype }) => dtype === 'F16' || !isWeightType(dtype)),
    async matrix(name, rows, channels, kernel) {
      const entry = findTensor(tensors, name);
      checkMatrixShape(name, entry.shape, rows, channels, kernel);
      return read(entry, 0, sizeOf(entry));
    },
    async vector(name, rows) {
      const entry = findTensor(tensors, name);
      checkVectorShape(name, entry.shape, rows);
      return read(entry, 0, rows);
    },
    async rows(name, count, columns, ids) {
      const entry = findTensor(tensors, name);
      checkMatrixShape(name, entry.shape, count, columns, 1);
      const out = new Float32Array(ids.length * columns);
      const known = new Map<number, Float32Array>();
      for (const [i, id] of ids.entries()) {
        if (!(id >= 0 && id < count)) throw new RangeError(`row ${id} of ${count} in ${name}`);
        if (!known.has(id)) known.set(id, await read(entry, id * columns, columns));
        out.set(known.get(id)!, i * columns);
      }
      return out;
    },
  };
}

function decoded(dtype: Parameters<typeof dequantise>[0], bytes: Uint8Array, count: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  // Ranges begin anywhere: typed views want their own alignment.
  const own = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  if (dtype === 'F32') out.set(new Float32Array(own.buffer, own.byteOffset, count));
  else if (dtype === 'F16') halfToFloat(new Uint16Array(own.buffer, own.byteOffset, count), out);
  else if (dtype === 'BF16') bfloatToFloat(new Uint16Array(own.buffer, own.byteOffset, count), out);
  else dequantise(dtype, bytes, count, out);
  return out;
}
