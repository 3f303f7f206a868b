import { FormatError, shown } from './error.ts';
import { halfToFloat } from './half.ts';
import { isObject, parseObject, type Json } from './json.ts';

/**
 * The safetensors container: 8 bytes little-endian header length, a JSON header, then the tensors' bytes without gaps.
 * Everything is checked before a view is made, because a file may come from anywhere.
 * Format: https://github.com/huggingface/safetensors#format
 */
export type Tensor =
  | { readonly name: string; readonly shape: readonly number[]; readonly dtype: 'F32'; readonly data: Float32Array }
  /** Raw binary16 words, ready for a GPU that reads f16; `toFloat32` converts. */
  | { readonly name: string; readonly shape: readonly number[]; readonly dtype: 'F16'; readonly data: Uint16Array }
  | { readonly name: string; readonly shape: readonly number[]; readonly dtype: 'U8'; readonly data: Uint8Array };

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

export const limits = { headerBytes: 16 * 2 ** 20, tensors: 20_000, dimensions: 8, nameLength: 256 } as const;
const sizes = { F32: 4, F16: 2, U8: 1 } as const;
type Dtype = keyof typeof sizes;
const damaged = 'The file is damaged or is not a safetensors file: download it again, or convert the model again.';
const fault = (message: string, hint = damaged) => new FormatError(message, hint);

const isIndex = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;

interface Entry { readonly name: string; readonly dtype: Dtype; readonly shape: readonly number[]; readonly begin: number; readonly end: number }

function readEntry(name: string, value: unknown, available: number): Entry {
  const what = `tensor ${shown(name)}`;
  if (name.length > limits.nameLength) throw fault(`a tensor's name has ${name.length} characters; at most ${limits.nameLength} are allowed`);
  if (!isObject(value)) throw fault(`${what} must be described by an object, got ${shown(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(sizes, dtype)) {
    throw fault(`${what} has the number type ${shown(dtype)}; this app reads ${Object.keys(sizes).join(', ')}`, 'Convert the model to F16 or F32 and open it again.');
  }
  if (!Array.isArray(shape) || shape.length > limits.dimensions || !shape.every(isIndex)) {
    throw fault(`${what} has the shape ${shown(shape)}; expected at most ${limits.dimensions} whole numbers`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isIndex)) throw fault(`${what} has the offsets ${shown(offsets)}; expected two whole numbers`);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > available) throw fault(`${what} claims bytes ${begin} to ${end} of ${available}`);
  // The product may exceed 2^53, but then it cannot equal a byte count that fits the file.
  const bytes = (shape as number[]).reduce((product, size) => product * size, 1) * sizes[dtype as Dtype];
  if (bytes !== end - begin) throw fault(`${what} of shape [${shape.join(', ')}] and type ${dtype} needs ${bytes} bytes, but ${end - begin} are given`);
  return { name, dtype: dtype as Dtype, shape: shape as number[], begin, end };
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value) || !Object.values(value).every((v) => typeof v === 'string')) throw fault(`__metadata__ must map texts to texts, got ${shown(value)}`);
  return value as Record<string, string>;
}

/** Typed views are made on the file's own memory where it is aligned, else on a copy. */
function view(file: Uint8Array, at: number, { name, dtype, shape, begin, end }: Entry): Tensor {
  const bytes = file.subarray(at + begin, at + end);
  const aligned = bytes.byteOffset % sizes[dtype] === 0 ? bytes : bytes.slice();
  const count = aligned.length / sizes[dtype];
  if (dtype === 'F32') return { name, shape, dtype, data: new Float32Array(aligned.buffer, aligned.byteOffset, count) };
  if (dtype === 'F16') return { name, shape, dtype, data: new Uint16Array(aligned.buffer, aligned.byteOffset, count) };
  return { name, shape, dtype, data: aligned };
}

export function parseSafetensors(source: ArrayBuffer | Uint8Array): Safetensors {
  const file = source instanceof Uint8Array ? source : new Uint8Array(source);
  if (file.length < 8) throw fault(`the file has ${file.length} bytes; a safetensors file starts with an 8-byte length`);
  const declared = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (declared > BigInt(limits.headerBytes)) throw fault(`the header claims ${declared} bytes; at most ${limits.headerBytes} are allowed`);
  const length = Number(declared);
  if (length > file.length - 8) throw fault(`the header claims ${length} bytes, but only ${file.length - 8} follow`);
  const header: Json = parseObject(file.subarray(8, 8 + length), { what: 'the safetensors header', depth: 3, hint: damaged });
  const named = Object.entries(header).filter(([name]) => name !== '__metadata__');
  if (named.length > limits.tensors) throw fault(`the header lists ${named.length} tensors; at most ${limits.tensors} are allowed`);

  const start = 8 + length;
  const entries = named.map(([name, value]) => readEntry(name, value, file.length - start)).sort((a, b) => a.begin - b.begin || a.end - b.end);
  let reached = 0;
  for (const entry of entries) {
    if (entry.begin < reached) throw fault(`tensor ${shown(entry.name)} starts at byte ${entry.begin}, inside the one before it (up to ${reached})`);
    if (entry.begin > reached) throw fault(`${entry.begin - reached} unclaimed bytes before tensor ${shown(entry.name)}`);
    reached = entry.end;
  }
  if (reached !== file.length - start) throw fault(`${file.length - start - reached} unclaimed bytes at the end of the file`);
  return { tensors: new Map(entries.map((entry) => [entry.name, view(file, start, entry)])), metadata: readMetadata(header['__metadata__']) };
}

/** The tensor of that name and shape, or an error that says which of the two is wrong. */
export function requireTensor(file: Safetensors, name: string, shape: readonly number[]): Tensor {
  const tensor = file.tensors.get(name);
  const hint = 'The weights do not belong to this model.json: take both from the same place.';
  if (!tensor) throw fault(`the weights have no tensor ${shown(name)}`, hint);
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, i) => size !== shape[i])) {
    throw fault(`tensor ${shown(name)} has the shape [${tensor.shape.join(', ')}]; the model needs [${shape.join(', ')}]`, hint);
  }
  return tensor;
}

/** The values as float32: F32 is the file's own memory, F16 and U8 are converted exactly. */
export function toFloat32(tensor: Tensor): Float32Array {
  if (tensor.dtype === 'F32') return tensor.data;
  return tensor.dtype === 'F16' ? halfToFloat(tensor.data) : Float32Array.from(tensor.data);
}
