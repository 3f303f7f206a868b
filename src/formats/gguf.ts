import { shown } from './error.ts';
import { Cursor, fault, ggufLimits, least } from './ggufCursor.ts';
import { bytesOf, ggufTypeOf, ggufTypes, type GgufType } from './ggufDequantise.ts';

/**
 * The head of a GGUF file: named metadata, then where each tensor lies. Versions 2 and 3, little endian.
 * Everything is checked before anything is allocated for it, because files are untrusted; why this is not
 * `@huggingface/gguf` is in docs/decisions/0007-gguf-parser.md.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export type GgufNumbers =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;
/**
 * 64-bit integers become numbers where they are exact, else bigint. In a list, booleans become bytes 0 and 1, and
 * 64-bit integers float64.
 */
export type GgufValue = number | bigint | boolean | string | readonly string[] | GgufNumbers;

export interface GgufTensor {
  readonly name: string;
  readonly dtype: GgufType;
  /** Outermost first: a matrix is [rows, columns], as in safetensors (GGUF itself writes the innermost first). */
  readonly shape: readonly number[];
  /** Bytes of the file, end exclusive. */
  readonly begin: number;
  readonly end: number;
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** In the order of the bytes they own. */
  readonly tensors: readonly GgufTensor[];
  /** Where the tensors' bytes begin. */
  readonly headerBytes: number;
  /** Which of how many files of a model this is, from 0; absent where it is the only one. */
  readonly split?: readonly [no: number, count: number];
}

const typed = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
  uint64: Float64Array,
  int64: Float64Array,
  bool: Uint8Array,
} as const;

function readList(cursor: Cursor, what: string): readonly string[] | GgufNumbers {
  const kind = cursor.kind(`the elements of ${what}`);
  if (kind === 'list') throw fault(`${what} is a list of lists, which no known metadata is`);
  const count = cursor.count(`the number of elements of ${what}`, ggufLimits.listLength);
  // Before the allocation, so that a count alone cannot make it large.
  cursor.need(count * least[kind], what);
  if (kind === 'text') {
    const texts: string[] = [];
    for (let i = 0; i < count; i++) texts.push(cursor.text(what, ggufLimits.textLength));
    return texts;
  }
  const numbers = new typed[kind](count);
  for (let i = 0; i < count; i++)
    numbers[i] = kind === 'bool' ? Number(cursor.bool(what)) : Number(cursor.number(kind, what));
  return numbers;
}

function readValue(cursor: Cursor, what: string): GgufValue {
  const kind = cursor.kind(what);
  if (kind === 'text') return cursor.text(what, ggufLimits.textLength);
  if (kind === 'bool') return cursor.bool(what);
  return kind === 'list' ? readList(cursor, what) : cursor.number(kind, what);
}

/** A tensor's description with its offset still relative to the tensors' bytes. */
function readTensor(cursor: Cursor, alignment: number): GgufTensor {
  const name = cursor.text("a tensor's name", ggufLimits.nameLength);
  const what = `tensor ${shown(name)}`;
  const dimensions = cursor.uint32(`the dimensions of ${what}`);
  if (dimensions < 1 || dimensions > ggufLimits.dimensions)
    throw fault(`${what} has ${dimensions} dimensions; 1 to ${ggufLimits.dimensions} are expected`);
  const shape: number[] = [];
  let elements = 1;
  for (let i = 0; i < dimensions; i++) {
    shape.unshift(cursor.count(`dimension ${i} of ${what}`, 2 ** 40));
    elements *= shape[0]!;
    if (elements === 0 || elements > 2 ** 48)
      throw fault(`${what} of shape [${shape.join(', ')}] has ${elements} elements`);
  }
  const dtype = ggufTypeOf(cursor.uint32(`the number type of ${what}`), what);
  const row = shape.at(-1)!;
  if (row % ggufTypes[dtype].block !== 0)
    throw fault(
      `${what} has rows of ${row} weights, which do not fill whole ${dtype} blocks of ${ggufTypes[dtype].block}`,
    );
  const begin = cursor.count(`the offset of ${what}`, Number.MAX_SAFE_INTEGER);
  if (begin % alignment !== 0)
    throw fault(
      `${what} starts at byte ${begin} of the tensors, which is not a multiple of the alignment ${alignment}`,
    );
  return { name, dtype, shape, begin, end: begin + bytesOf(dtype, elements) };
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>): number {
  const value = metadata.get('general.alignment') ?? 32;
  if (typeof value !== 'number' || !Number.isInteger(Math.log2(value)) || value < 1 || value > ggufLimits.alignment)
    throw fault(`general.alignment must be a power of two up to ${ggufLimits.alignment}, got ${shown(value)}`);
  return value;
}

function splitOf(metadata: ReadonlyMap<string, GgufValue>): GgufHeader['split'] | null {
  const [no, count] = [metadata.get('split.no') ?? 0, metadata.get('split.count') ?? 1];
  if (count === 0 || count === 1) return null;
  const whole = (v: GgufValue): v is number => typeof v === 'number' && Number.isInteger(v) && v >= 0;
  if (!whole(no) || !whole(count) || no >= count || count > 65535)
    throw fault(`split.no ${shown(no)} of split.count ${shown(count)} is no place among the files of a model`);
  return [no, count];
}

/**
 * Reads the head from `bytes`, the first bytes of a file of `fileBytes`. Throws NeedMoreBytes when they end too early
 * (call again with as many as it says) and FormatError for anything that cannot be right: counts and lengths beyond the
 * limits, unknown kinds and number types, names twice, tensors outside the file, over one another or off the alignment.
 */
export function parseGgufHeader(bytes: Uint8Array, fileBytes: number): GgufHeader {
  const cursor = new Cursor(bytes.length > fileBytes ? bytes.subarray(0, fileBytes) : bytes, fileBytes);
  if (cursor.uint32('the signature') !== 0x46554747) throw fault('the file does not start with "GGUF"');
  const version = cursor.uint32('the version');
  if (version >= 2 ** 16)
    throw fault(
      'the file is in big-endian byte order, which this app does not read',
      'Convert the model for little-endian machines, which nearly all published files are.',
    );
  if (version !== 2 && version !== 3)
    throw fault(
      `the file is GGUF version ${version}; this app reads 2 and 3`,
      'Convert the model again with a current converter.',
    );
  const tensorCount = cursor.count('the number of tensors', ggufLimits.tensors);
  const metadataCount = cursor.count('the number of metadata entries', ggufLimits.metadata);
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < metadataCount; i++) {
    const key = cursor.text('a metadata key', ggufLimits.nameLength);
    if (metadata.has(key)) throw fault(`the metadata have ${shown(key)} twice`);
    metadata.set(key, readValue(cursor, `metadata ${shown(key)}`));
  }
  const split = splitOf(metadata);

  const alignment = alignmentOf(metadata);
  const relative: GgufTensor[] = [];
  const names = new Set<string>();
  for (let i = 0; i < tensorCount; i++) {
    const tensor = readTensor(cursor, alignment);
    if (names.has(tensor.name)) throw fault(`there are two tensors ${shown(tensor.name)}`);
    names.add(tensor.name);
    relative.push(tensor);
  }
  const headerBytes = Math.ceil(cursor.at / alignment) * alignment;
  const tensors = relative
    .map((t) => ({ ...t, begin: t.begin + headerBytes, end: t.end + headerBytes }))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let reached = headerBytes;
  for (const { name, begin, end } of tensors) {
    if (end > fileBytes)
      throw fault(
        `tensor ${shown(name)} claims bytes ${begin} to ${end} of a file of ${fileBytes}`,
        'The file was cut short: download it again.',
      );
    if (begin < reached)
      throw fault(`tensor ${shown(name)} starts at byte ${begin}, inside the one before it (up to ${reached})`);
    reached = end;
  }
  return { metadata, tensors, headerBytes, ...(split && { split }) };
}
