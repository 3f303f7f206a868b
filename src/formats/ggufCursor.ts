import { FormatError } from './error.ts';

export const ggufLimits = {
  headerBytes: 64 * 2 ** 20,
  metadata: 4096,
  tensors: 20_000,
  nameLength: 256,
  textLength: 2 ** 20,
  listLength: 4_000_000,
  dimensions: 4,
  alignment: 2 ** 16,
} as const;

/**
 * Thrown when the prefix ends inside the head: read `bytes` bytes from the file's start (never more than the file or
 * the limit has) and parse again.
 */
export class NeedMoreBytes extends Error {
  readonly bytes: number;
  constructor(bytes: number) {
    super(`the head of the GGUF file goes on: read its first ${bytes} bytes`);
    this.name = 'NeedMoreBytes';
    this.bytes = bytes;
  }
}

const damaged = 'The file is damaged or is not a GGUF file: download it again, or convert the model again.';
export const fault = (message: string, hint = damaged) => new FormatError(message, hint);

/** The kinds of values, each at the number that GGUF gives it. */
const kinds = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'bool',
  'text',
  'list',
  'uint64',
  'int64',
  'float64',
] as const;
export type Kind = (typeof kinds)[number];
/** Fewest bytes that a value takes. */
export const least: Record<Kind, number> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  bool: 1,
  text: 8,
  list: 12,
  uint64: 8,
  int64: 8,
  float64: 8,
};

/**
 * Reads forward through the prefix. Beyond its end it asks for more bytes; beyond the file or the limit it refuses.
 */
export class Cursor {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #fileBytes: number;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  constructor(bytes: Uint8Array, fileBytes: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fileBytes = fileBytes;
  }
  /** The position of the next `count` bytes, which are then taken. */
  #take(count: number, what: string): number {
    this.need(count, what);
    const at = this.at;
    this.at += count;
    return at;
  }
  /** Asserts that `count` more bytes are at hand. */
  need(count: number, what: string): void {
    const end = this.at + count;
    if (end > this.#fileBytes) throw fault(`${what} reaches to byte ${end} of a file of ${this.#fileBytes}`);
    if (end > ggufLimits.headerBytes)
      throw fault(`${what} reaches to byte ${end}; the head of a GGUF file may take ${ggufLimits.headerBytes}`);
    // Asking for at least twice as much keeps the number of reads logarithmic.
    if (end > this.#bytes.length)
      throw new NeedMoreBytes(Math.min(Math.max(end, 2 * this.#bytes.length), this.#fileBytes, ggufLimits.headerBytes));
  }
  uint32(what: string): number {
    return this.#view.getUint32(this.#take(4, what), true);
  }
  /** A 64-bit count that must not exceed `most`. */
  count(what: string, most: number): number {
    const value = this.#view.getBigUint64(this.#take(8, what), true);
    if (value > BigInt(most)) throw fault(`${what} is ${value}; at most ${most} is allowed`);
    return Number(value);
  }
  text(what: string, longest: number): string {
    const length = this.count(`the length of ${what}`, longest);
    const at = this.#take(length, what);
    try {
      return this.#utf8.decode(this.#bytes.subarray(at, at + length));
    } catch {
      throw fault(`${what} is not UTF-8 text`);
    }
  }
  kind(what: string): Kind {
    const number = this.uint32(what);
    const kind = kinds[number];
    if (!kind) throw fault(`${what} has the unknown kind ${number}; known are 0 to ${kinds.length - 1}`);
    return kind;
  }
  number(kind: Exclude<Kind, 'text' | 'list' | 'bool'>, what: string): number | bigint {
    const [at, view] = [this.#take(least[kind], what), this.#view];
    switch (kind) {
      case 'uint8':
        return view.getUint8(at);
      case 'int8':
        return view.getInt8(at);
      case 'uint16':
        return view.getUint16(at, true);
      case 'int16':
        return view.getInt16(at, true);
      case 'uint32':
        return view.getUint32(at, true);
      case 'int32':
        return view.getInt32(at, true);
      case 'float32':
        return view.getFloat32(at, true);
      case 'float64':
        return view.getFloat64(at, true);
      default: {
        const value = kind === 'uint64' ? view.getBigUint64(at, true) : view.getBigInt64(at, true);
        return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
          ? Number(value)
          : value;
      }
    }
  }
  bool(what: string): boolean {
    const byte = this.#view.getUint8(this.#take(1, what));
    if (byte > 1) throw fault(`${what} must be 0 or 1, got ${byte}`);
    return byte === 1;
  }
}
