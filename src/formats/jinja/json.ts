// tojson as transformers has it: Python's json.dumps without escapes of letters.
import { JinjaError } from './error.ts';
import { compare, Float, floatText, isDict, isList, str, Tuple, typeName, type Value } from './values.ts';

export interface JsonOptions {
  readonly ascii: boolean;
  readonly indent: string | null;
  readonly separators: readonly [item: string, key: string] | null;
  readonly sort: boolean;
}

const escapedLetters = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
function textJson(text: string, ascii: boolean): string {
  const json = JSON.stringify(text);
  return ascii ? escapedLetters(json) : json;
}
function floatJson(v: number): string {
  if (Number.isNaN(v)) return 'NaN';
  if (!Number.isFinite(v)) return v > 0 ? 'Infinity' : '-Infinity';
  return floatText(v);
}
/** A dictionary's key: texts, and what Python makes texts of. */
function keyOf(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  if (typeof key === 'number') return str(key);
  if (key instanceof Float) return floatJson(key.value);
  throw new JinjaError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

export function toJson(value: Value, options: JsonOptions): string {
  const { ascii, indent, separators, sort } = options;
  const [between, colon] = separators ?? [indent === null ? ', ' : ',', ': '];
  const wrap = (open: string, items: readonly string[], close: string, depth: number): string => {
    if (items.length === 0) return open + close;
    if (indent === null) return open + items.join(between) + close;
    const line = `\n${indent.repeat(depth + 1)}`;
    return `${open}${line}${items.join(between + line)}\n${indent.repeat(depth)}${close}`;
  };
  const write = (v: Value, depth: number): string => {
    if (v === null) return 'null';
    if (typeof v === 'string') return textJson(v, ascii);
    if (typeof v === 'boolean') return v ? 'true' : 'false';
    if (typeof v === 'number') return str(v);
    if (v instanceof Float) return floatJson(v.value);
    const items = v instanceof Tuple ? v.items : v;
    if (isList(items as Value))
      return wrap(
        '[',
        (items as readonly Value[]).map((item) => write(item, depth + 1)),
        ']',
        depth,
      );
    if (isDict(v)) {
      const entries = [...v];
      if (sort) entries.sort(([a], [b]) => compare(a, b));
      const pairs = entries.map(([key, item]) => `${textJson(keyOf(key), ascii)}${colon}${write(item, depth + 1)}`);
      return wrap('{', pairs, '}', depth);
    }
    throw new JinjaError(`Object of type ${typeName(v)} is not JSON serializable`);
  };
  return write(value, 0);
}
