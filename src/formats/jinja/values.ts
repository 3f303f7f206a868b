// The values of a template and what Python does with them: truth, equality, order, printing. Whole numbers are numbers,
// others `Float`, so that 2.0 stays 2.0; a list is an array, a dictionary a Map.
import { JinjaError } from './error.ts';

export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}
export class Tuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}
/** What a name or an attribute that is not there gives: printed as nothing, and good for little else. */
export class Undefined {
  readonly what: string;
  constructor(what: string) {
    this.what = what;
  }
}
/** namespace(…), whose attributes can be set, and `loop`. */
export class Attributes {
  readonly kind: 'namespace' | 'loop' | 'group';
  readonly values: Map<string, Value>;
  constructor(kind: Attributes['kind'], values: Map<string, Value>) {
    this.kind = kind;
    this.values = values;
  }
}
export type Named = ReadonlyMap<string, Value>;
export class Callable {
  readonly name: string;
  readonly call: (args: readonly Value[], named: Named) => Value;
  constructor(name: string, call: (args: readonly Value[], named: Named) => Value) {
    this.name = name;
    this.call = call;
  }
}
export type Dict = ReadonlyMap<Value, Value>;
export type Value =
  string | number | boolean | null | Float | Tuple | Undefined | Attributes | Callable | readonly Value[] | Dict;

export const isList = (v: Value): v is readonly Value[] => Array.isArray(v);
export const isDict = (v: Value): v is Dict => v instanceof Map;
export const isNumber = (v: Value): v is number | boolean | Float =>
  typeof v === 'number' || typeof v === 'boolean' || v instanceof Float;
export const isWhole = (v: Value): v is number | boolean => typeof v === 'number' || typeof v === 'boolean';
export const numberOf = (v: number | boolean | Float): number => (v instanceof Float ? v.value : Number(v));

/** A value's type as Python names it. */
export function typeName(v: Value): string {
  if (v === null) return 'NoneType';
  if (typeof v === 'string') return 'str';
  if (typeof v === 'boolean') return 'bool';
  if (typeof v === 'number') return 'int';
  if (v instanceof Float) return 'float';
  if (v instanceof Tuple) return 'tuple';
  if (v instanceof Undefined) return 'Undefined';
  if (v instanceof Callable) return 'function';
  if (v instanceof Attributes) return v.kind;
  return isList(v) ? 'list' : 'dict';
}
export const undefinedError = ({ what }: Undefined) => new JinjaError(`${what} is undefined`);

export function truthy(v: Value): boolean {
  if (typeof v === 'string') return v !== '';
  if (v === null || v instanceof Undefined) return false;
  if (isNumber(v)) return numberOf(v) !== 0;
  if (v instanceof Tuple) return v.items.length > 0;
  if (isList(v)) return v.length > 0;
  return isDict(v) ? v.size > 0 : true;
}

const sameItems = (a: readonly Value[], b: readonly Value[]) =>
  a.length === b.length && a.every((v, i) => equal(v, b[i]!));
export function equal(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return numberOf(a) === numberOf(b);
  if (a instanceof Undefined) return b instanceof Undefined;
  if (a instanceof Tuple && b instanceof Tuple) return sameItems(a.items, b.items);
  if (isList(a) && isList(b)) return sameItems(a, b);
  if (isDict(a) && isDict(b))
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && equal(value, b.get(key)!));
  return a === b;
}

/** The key of a dictionary that equals this one: 1, 1.0 and True are the same key. */
export const keyIn = (of: Dict, key: Value): Value =>
  isNumber(key) ? ([...of.keys()].find((k) => equal(k, key)) ?? key) : key;
/** A dictionary of pairs: of equal keys the first stays, with the last value. */
export function dictOf(pairs: Iterable<readonly [Value, Value]>): Dict {
  const made = new Map<Value, Value>();
  for (const [key, value] of pairs) made.set(keyIn(made, key), value);
  return made;
}

/** Texts by code point, as Python orders them: UTF-16 units would put 😀 before ﬀ. */
function compareTexts(a: string, b: string): number {
  const [p, q] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(p.length, q.length); i++) {
    const by = p[i]!.codePointAt(0)! - q[i]!.codePointAt(0)!;
    if (by !== 0) return by;
  }
  return p.length - q.length;
}
/** Below 0, 0 or above, where Python can tell. */
export function compare(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) return numberOf(a) - numberOf(b);
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  const [p, q] = [a instanceof Tuple ? a.items : a, b instanceof Tuple ? b.items : b];
  if (Array.isArray(p) && Array.isArray(q) && a instanceof Tuple === b instanceof Tuple) {
    const at = p.findIndex((v: Value, i) => i >= q.length || !equal(v, q[i] as Value));
    if (at < 0) return p.length - q.length;
    return at >= q.length ? 1 : compare(p[at] as Value, q[at] as Value);
  }
  if (a instanceof Undefined) throw undefinedError(a);
  if (b instanceof Undefined) throw undefinedError(b);
  throw new JinjaError(`'<' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

/** What a loop or a filter runs over. */
export function iterate(v: Value): readonly Value[] {
  if (isList(v)) return v;
  if (v instanceof Tuple) return v.items;
  if (typeof v === 'string') return Array.from(v);
  if (isDict(v)) return [...v.keys()];
  if (v instanceof Undefined) return [];
  throw new JinjaError(`'${typeName(v)}' object is not iterable`);
}
export function lengthOf(v: Value): number {
  if (typeof v === 'string') return codePoints(v);
  if (isDict(v)) return v.size;
  if (isList(v) || v instanceof Tuple || v instanceof Undefined) return iterate(v).length;
  throw new JinjaError(`object of type '${typeName(v)}' has no len()`);
}
/** Characters of a text as Python counts them. */
export function codePoints(text: string): number {
  let pairs = 0;
  for (let i = 1; i < text.length; i++)
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) pairs++;
  return text.length - pairs;
}

/** With so many decimals, of two equally near numbers the even one: JavaScript takes the larger. */
export function fixed(v: number, digits: number): string {
  const text = v.toFixed(digits);
  const exact = v.toFixed(Math.min(100, digits + 30));
  const cut = digits === 0 ? exact.indexOf('.') : exact.length - (Math.min(100, digits + 30) - digits);
  if (!/^\.?50*$/.test(exact.slice(cut))) return text;
  const down = exact.slice(0, cut);
  return Number(down.replace(/\D/g, '').at(-1)) % 2 === 0 ? down : text;
}

/** As Python's repr of a float: the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
export function floatText(v: number): string {
  if (Number.isNaN(v)) return 'nan';
  if (!Number.isFinite(v)) return v > 0 ? 'inf' : '-inf';
  if (Object.is(v, -0)) return '-0.0';
  const size = Math.abs(v);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits, exponent] = v.toExponential().split('e') as [string, string];
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(v);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const wholeText = (v: number): string => (Math.abs(v) < 1e21 ? String(v) : BigInt(v).toString());
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
function escapeCharacter(c: string): string {
  const known = ESCAPES[c];
  if (known !== undefined) return known;
  const code = c.codePointAt(0)!;
  if (c === ' ' || !/[\p{C}\p{Z}]/u.test(c)) return c;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return `${quote}${Array.from(text, (c) => (c === quote ? `\\${c}` : escapeCharacter(c))).join('')}${quote}`;
}
/** A value inside a list or a dictionary. */
export const repr = (v: Value): string => (typeof v === 'string' ? quoted(v) : str(v));

/** A value as it is printed. */
export function str(v: Value): string {
  if (typeof v === 'string') return v;
  if (v === null) return 'None';
  if (typeof v === 'boolean') return v ? 'True' : 'False';
  if (typeof v === 'number') return wholeText(v);
  if (v instanceof Float) return floatText(v.value);
  if (v instanceof Undefined) return '';
  if (v instanceof Tuple) return `(${v.items.map(repr).join(', ')}${v.items.length === 1 ? ',' : ''})`;
  if (isList(v)) return `[${v.map(repr).join(', ')}]`;
  if (isDict(v)) return `{${[...v].map(([key, value]) => `${repr(key)}: ${repr(value)}`).join(', ')}}`;
  if (v instanceof Attributes && v.kind === 'group') return str(new Tuple([...v.values.values()]));
  throw new JinjaError(`it prints a ${typeName(v)}, whose text is an address in Python's memory`);
}
