import { FormatError, shown } from './error.ts';

/** A JSON object of unknown make. */
export type Json = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Deepest nesting of brackets in JSON text, outside strings; counted before parsing, so that a hostile file costs one
 * pass.
 */
export function nesting(text: string): number {
  let [depth, deepest, inString] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 92)
        i++; // backslash: skip what it escapes
      else if (c === 34) inString = false;
    } else if (c === 34) inString = true;
    else if (c === 123 || c === 91) deepest = Math.max(deepest, ++depth);
    else if (c === 125 || c === 93) depth--;
  }
  return deepest;
}

/**
 * The first key that an object of this (valid) JSON text has twice, or null. `JSON.parse` keeps the last one silently,
 * other readers the first: a file with both means different things to different programs.
 */
export function duplicateKey(text: string): string | null {
  // One set of keys per open object; null for an open list.
  const open: (Set<string> | null)[] = [];
  let keyNext = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 123 || c === 91) {
      open.push(c === 123 ? new Set() : null);
      keyNext = c === 123;
    } else if (c === 125 || c === 93) open.pop();
    else if (c === 44) keyNext = open.at(-1) instanceof Set;
    else if (c === 34) {
      const start = i++;
      for (; i < text.length && text.charCodeAt(i) !== 34; i++) if (text.charCodeAt(i) === 92) i++;
      if (!keyNext) continue;
      keyNext = false;
      const key = JSON.parse(text.slice(start, i + 1)) as string;
      const keys = open.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

/** Python writes numbers that JSON does not have; these are read as what Python means by them, and NaN as null. */
const pythonNumbers: ReadonlyMap<string, string> = new Map([
  ['Infinity', '1e999'],
  ['-Infinity', '-1e999'],
  ['NaN', 'null'],
]);
const withoutPythonNumbers = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (part) => pythonNumbers.get(part) ?? part);

/** Parses UTF-8 JSON that must be one object of limited depth; with `python`, as Python's own library writes it. */
export function parseObject(
  bytes: Uint8Array,
  limits: { readonly what: string; readonly depth: number; readonly hint: string; readonly python?: boolean },
): Json {
  const { what, depth, hint, python = false } = limits;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(`${what} is not UTF-8 text`, hint);
  }
  const found = nesting(text);
  if (found > depth)
    throw new FormatError(`${what} is nested ${found} levels deep; at most ${depth} are expected`, hint);
  let value: unknown;
  try {
    value = JSON.parse(python ? withoutPythonNumbers(text) : text);
  } catch (error) {
    throw new FormatError(`${what} is not valid JSON: ${shown(error instanceof Error ? error.message : error)}`, hint);
  }
  if (!isObject(value)) throw new FormatError(`${what} must be a JSON object, got ${shown(value)}`, hint);
  return value;
}

/** Typed access to the fields of an untrusted object; every refusal names the path and the value. */
export class Reader {
  readonly #at: Json;
  readonly #path: string;
  readonly #hint: string;
  constructor(at: Json, path: string, hint: string) {
    this.#at = at;
    this.#path = path;
    this.#hint = hint;
  }
  fail(key: string, expected: string): never {
    throw new FormatError(`${this.#path}${key} must be ${expected}, got ${shown(this.#at[key])}`, this.#hint);
  }
  has(key: string): boolean {
    return Object.hasOwn(this.#at, key) && this.#at[key] !== null;
  }
  #get(key: string): unknown {
    return Object.hasOwn(this.#at, key) ? this.#at[key] : undefined;
  }
  /** As it stands in the file. */
  value(key: string): unknown {
    return this.#get(key);
  }
  text(key: string, longest = 2000): string {
    const value = this.#get(key);
    return typeof value === 'string' && value.length <= longest
      ? value
      : this.fail(key, `text of at most ${longest} characters`);
  }
  number(key: string, min: number, max: number): number {
    const value = this.#get(key);
    return typeof value === 'number' && value >= min && value <= max
      ? value
      : this.fail(key, `a number from ${min} to ${max}`);
  }
  integer(key: string, min: number, max: number): number {
    const value = this.#get(key);
    return Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : this.fail(key, `a whole number from ${min} to ${max}`);
  }
  oneOf<const T extends string>(key: string, options: readonly T[]): T {
    const value = this.#get(key);
    return options.find((option) => option === value) ?? this.fail(key, `one of ${options.join(', ')}`);
  }
  list(key: string, longest: number): readonly unknown[] {
    const value = this.#get(key);
    return Array.isArray(value) && value.length <= longest
      ? value
      : this.fail(key, `a list of at most ${longest} entries`);
  }
  texts(key: string, longest: number): readonly string[] {
    return this.list(key, longest).map((v) =>
      typeof v === 'string' && v.length <= 200 ? v : this.fail(key, 'a list of short texts'),
    );
  }
  object(key: string): Reader {
    const value = this.#get(key);
    return isObject(value) ? new Reader(value, `${this.#path}${key}.`, this.#hint) : this.fail(key, 'an object');
  }
  objects(key: string, longest: number): Reader[] {
    return this.list(key, longest).map((v, i) =>
      isObject(v) ? new Reader(v, `${this.#path}${key}[${i}].`, this.#hint) : this.fail(key, 'a list of objects'),
    );
  }
  keys(): string[] {
    return Object.keys(this.#at);
  }
}
