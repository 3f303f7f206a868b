import type { Checkpoint, OtherType, TensorEntry } from './checkpoint.ts';
import { FormatError, shown } from './error.ts';
import { duplicateKey, isObject, parseObject, Reader, type Json } from './json.ts';

export { toFloat32 } from './float32.ts';

/**
 * The safetensors container: 8 bytes little-endian header length, a JSON header, then the tensors' bytes without gaps.
 * Everything is checked before a view is made, because files are untrusted.
 * Format: https://github.com/huggingface/safetensors#format
 */
export type Tensor =
  | { readonly name: string; readonly shape: readonly number[]; readonly dtype: 'F32'; readonly data: Float32Array }
  /** Raw 16-bit words, binary16 ones ready for a GPU that reads f16; `toFloat32` converts. */
  | {
      readonly name: string;
      readonly shape: readonly number[];
      readonly dtype: 'F16' | 'BF16';
      readonly data: Uint16Array;
    }
  | { readonly name: string; readonly shape: readonly number[]; readonly dtype: 'U8'; readonly data: Uint8Array };

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

export const limits = { headerBytes: 16 * 2 ** 20, tensors: 20_000, dimensions: 8, nameLength: 256 } as const;
/** Bytes of a number of every type that a file may hold. */
const sizes: Readonly<Record<'F32' | 'F16' | 'BF16' | OtherType, number>> = {
  F32: 4,
  F16: 2,
  BF16: 2,
  F64: 8,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
};
type StoredType = keyof typeof sizes;
/** Types that a whole small file may hold, as opened by `parseSafetensors`. */
const viewed = ['F32', 'F16', 'BF16', 'U8'] as const;
const damaged = 'The file is damaged or is not a safetensors file: download it again, or convert the model again.';
const fault = (message: string, hint = damaged) => new FormatError(message, hint);

const isIndex = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;

interface Entry<T extends StoredType = StoredType> {
  readonly name: string;
  readonly dtype: T;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readEntry<T extends StoredType>(
  name: string,
  value: unknown,
  available: number,
  types: readonly T[],
): Entry<T> {
  const what = `tensor ${shown(name)}`;
  if (name.length > limits.nameLength)
    throw fault(`a tensor's name has ${name.length} characters; at most ${limits.nameLength} are allowed`);
  if (!isObject(value)) throw fault(`${what} must be described by an object, got ${shown(value)}`);
  const { shape, data_offsets: offsets } = value;
  const dtype = types.find((type) => type === value['dtype']);
  if (dtype === undefined)
    throw fault(
      `${what} has the number type ${shown(value['dtype'])}; this app reads ${types.join(', ')}`,
      'Convert the model to F16, BF16 or F32 and open it again.',
    );
  if (!Array.isArray(shape) || shape.length > limits.dimensions || !shape.every(isIndex)) {
    throw fault(`${what} has the shape ${shown(shape)}; expected at most ${limits.dimensions} whole numbers`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isIndex))
    throw fault(`${what} has the offsets ${shown(offsets)}; expected two whole numbers`);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > available) throw fault(`${what} claims bytes ${begin} to ${end} of ${available}`);
  // The product may exceed 2^53, but then it cannot equal a byte count that fits the file.
  const bytes = (shape as number[]).reduce((product, size) => product * size, 1) * sizes[dtype];
  if (bytes !== end - begin)
    throw fault(
      `${what} of shape [${shape.join(', ')}] and type ${dtype} needs ${bytes} bytes, but ${end - begin} are given`,
    );
  return { name, dtype, shape: shape as number[], begin, end };
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value) || !Object.values(value).every((v) => typeof v === 'string'))
    throw fault(`__metadata__ must map texts to texts, got ${shown(value)}`);
  return value as Record<string, string>;
}

/** Typed views are made on the file's own memory where it is aligned, else on a copy. */
function view(
  file: Uint8Array,
  at: number,
  { name, dtype, shape, begin, end }: Entry<(typeof viewed)[number]>,
): Tensor {
  const bytes = file.subarray(at + begin, at + end);
  const aligned = bytes.byteOffset % sizes[dtype] === 0 ? bytes : bytes.slice();
  const count = aligned.length / sizes[dtype];
  if (dtype === 'F32') return { name, shape, dtype, data: new Float32Array(aligned.buffer, aligned.byteOffset, count) };
  if (dtype === 'F16' || dtype === 'BF16')
    return { name, shape, dtype, data: new Uint16Array(aligned.buffer, aligned.byteOffset, count) };
  return { name, shape, dtype, data: aligned };
}

interface Header<T extends StoredType> {
  readonly entries: readonly Entry<T>[];
  readonly metadata: Record<string, string>;
  /** Where the tensors' bytes begin. */
  readonly start: number;
}

/**
 * Reads the header at the start of `bytes`, which may end anywhere after it, and checks it against the size of the
 * whole file.
 */
function readHeader<T extends StoredType>(bytes: Uint8Array, fileBytes: number, types: readonly T[]): Header<T> {
  if (bytes.length < 8)
    throw fault(`the file has ${bytes.length} bytes; a safetensors file starts with an 8-byte length`);
  const declared = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (declared > BigInt(limits.headerBytes))
    throw fault(`the header claims ${declared} bytes; at most ${limits.headerBytes} are allowed`);
  const length = Number(declared);
  if (length > fileBytes - 8) throw fault(`the header claims ${length} bytes, but only ${fileBytes - 8} follow`);
  if (length > bytes.length - 8)
    throw new RangeError(
      `the header has ${length} bytes, but only ${bytes.length - 8} were read: read ${8 + length} bytes from the file's start`,
    );
  const text = bytes.subarray(8, 8 + length);
  const header: Json = parseObject(text, { what: 'the safetensors header', depth: 3, hint: damaged });
  const twice = duplicateKey(new TextDecoder().decode(text));
  if (twice !== null)
    throw fault(`the header has ${shown(twice)} twice in one object; which one is meant cannot be known`);
  const named = Object.entries(header).filter(([name]) => name !== '__metadata__');
  if (named.length > limits.tensors)
    throw fault(`the header lists ${named.length} tensors; at most ${limits.tensors} are allowed`);

  const start = 8 + length;
  const entries = named
    .map(([name, value]) => readEntry(name, value, fileBytes - start, types))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let reached = 0;
  for (const entry of entries) {
    if (entry.begin < reached)
      throw fault(
        `tensor ${shown(entry.name)} starts at byte ${entry.begin}, inside the one before it (up to ${reached})`,
      );
    if (entry.begin > reached)
      throw fault(`${entry.begin - reached} unclaimed bytes before tensor ${shown(entry.name)}`);
    reached = entry.end;
  }
  if (reached !== fileBytes - start)
    throw fault(`${fileBytes - start - reached} unclaimed bytes at the end of the file`);
  return { entries, metadata: readMetadata(header['__metadata__']), start };
}

/** A whole small file, with views on its tensors. */
export function parseSafetensors(source: ArrayBuffer | Uint8Array): Safetensors {
  const file = source instanceof Uint8Array ? source : new Uint8Array(source);
  const { entries, metadata, start } = readHeader(file, file.length, viewed);
  return { tensors: new Map(entries.map((entry) => [entry.name, view(file, start, entry)])), metadata };
}

/**
 * The tensor table of a big file from its first bytes: `bytes` holds at least the header (8 bytes and as many as they
 * say), `fileBytes` is the size of the whole file. Every range is checked against it; nothing is allocated for the
 * tensors. FormatError for what is wrong with the file, RangeError when `bytes` ends inside the header.
 */
export function parseSafetensorsHeader(bytes: Uint8Array, fileBytes: number, fileName: string): Checkpoint {
  const { entries, start } = readHeader(bytes, fileBytes, Object.keys(sizes) as StoredType[]);
  const absolute = entries.map((entry): TensorEntry => ({
    ...entry,
    file: fileName,
    begin: start + entry.begin,
    end: start + entry.end,
  }));
  return {
    files: [{ name: fileName, bytes: fileBytes }],
    tensors: new Map(absolute.map((entry) => [entry.name, entry])),
  };
}

/** The tensor of that name and shape, or an error that says which of the two is wrong. */
export function requireTensor(file: Safetensors, name: string, shape: readonly number[]): Tensor {
  const tensor = file.tensors.get(name);
  const hint = 'The weights do not belong to this model.json: take both from the same place.';
  if (!tensor) throw fault(`the weights have no tensor ${shown(name)}`, hint);
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, i) => size !== shape[i])) {
    throw fault(
      `tensor ${shown(name)} has the shape [${tensor.shape.join(', ')}]; the model needs [${shape.join(', ')}]`,
      hint,
    );
  }
  return tensor;
}

const indexHint =
  'The index is damaged or belongs to other files: take all files of the model from one place and revision.';
/** A name in the same folder: no path, no address, nothing hidden. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\.safetensors$/;

/**
 * `model.safetensors.index.json` of a model in several files: tensor name → file name. The names are plain ones, so
 * that a file from anywhere cannot make the app read another place. FormatError for anything else.
 */
export function parseSafetensorsIndex(bytes: Uint8Array): ReadonlyMap<string, string> {
  if (bytes.length > limits.headerBytes)
    throw new FormatError(`the index has ${bytes.length} bytes; at most ${limits.headerBytes} are allowed`, indexHint);
  const top = new Reader(
    parseObject(bytes, { what: 'the index of the weights', depth: 4, hint: indexHint }),
    '',
    indexHint,
  );
  const twice = duplicateKey(new TextDecoder().decode(bytes));
  if (twice !== null)
    throw new FormatError(
      `the index has ${shown(twice)} twice in one object; which one is meant cannot be known`,
      indexHint,
    );
  const map = top.object('weight_map');
  const names = map.keys();
  if (names.length === 0 || names.length > limits.tensors)
    throw new FormatError(`weight_map lists ${names.length} tensors; expected 1 to ${limits.tensors}`, indexHint);
  return new Map(
    names.map((name) => {
      if (name.length > limits.nameLength)
        throw new FormatError(
          `a tensor's name has ${name.length} characters; at most ${limits.nameLength} are allowed`,
          indexHint,
        );
      const file = map.text(name, 200);
      if (!plainName.test(file)) map.fail(name, 'a plain file name that ends in .safetensors');
      return [name, file];
    }),
  );
}

/** FormatError when a tensor is not in the file that the index names for it. */
export function checkIndex(index: ReadonlyMap<string, string>, { tensors }: Checkpoint): void {
  for (const [name, file] of index) {
    const entry = tensors.get(name);
    if (entry?.file !== file)
      throw new FormatError(
        `the index says that tensor ${shown(name)} is in ${shown(file)}, but it is in ${entry ? shown(entry.file) : 'no file'}`,
        indexHint,
      );
  }
}
