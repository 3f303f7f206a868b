// The filters of Jinja that make one value of another; those of lists are in listFilters.ts.
import { JinjaError } from './error.ts';
import { percent } from './format.ts';
import { toJson } from './json.ts';
import { argument, listFilters, type Filter } from './listFilters.ts';
import { capitalized, justified, replaced, stringMethods, stripSpace } from './strings.ts';
import {
  fixed,
  Float,
  isDict,
  isNumber,
  iterate,
  lengthOf,
  numberOf,
  str,
  truthy,
  Tuple,
  typeName,
  Undefined,
  undefinedError,
  type Named,
  type Value,
} from './values.ts';

const wholeOf = (v: Value, what: string): number => {
  if (isNumber(v)) return Math.trunc(numberOf(v));
  throw new JinjaError(`${what} must be a number, not ${typeName(v)}`);
};

/** As Python reads a whole number from a text, or NaN. */
function parseWhole(text: string, base: number): number {
  const plain = stripSpace(text).replaceAll(/(?<=\d)_(?=\d)/g, '');
  const prefixed = base === 16 ? plain.replace(/^0x/i, '') : plain;
  const digits = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, base);
  return new RegExp(`^[-+]?[${digits}]+$`, 'i').test(prefixed) ? parseInt(prefixed, base) : NaN;
}
const parseFloatText = (text: string): number => {
  const plain = stripSpace(text).replaceAll(/(?<=\d)_(?=\d)/g, '');
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(plain)) return Number(plain);
  return /^([-+]?)inf(?:inity)?$/i.test(plain) ? Infinity * (plain.startsWith('-') ? -1 : 1) : NaN;
};
function toInt(v: Value, otherwise: Value, base: number): Value {
  if (isNumber(v)) return Number.isFinite(numberOf(v)) ? Math.trunc(numberOf(v)) : otherwise;
  if (typeof v !== 'string') return otherwise;
  const whole = parseWhole(v, base);
  if (!Number.isNaN(whole)) return whole;
  const float = parseFloatText(v);
  return Number.isFinite(float) ? Math.trunc(float) : otherwise;
}

/** As Python rounds; a negative number of digits rounds to tens and hundreds. */
const rounded = (v: number, digits: number): number =>
  digits >= 0 ? Number(fixed(v, Math.min(digits, 60))) : Number(fixed(v / 10 ** -digits, 0)) * 10 ** -digits;
function round(v: Value, digits: number, how: string): Value {
  if (!isNumber(v)) throw new JinjaError(`round needs a number, not ${typeName(v)}`);
  const n = numberOf(v);
  const scale = 10 ** digits;
  if (how === 'ceil') return new Float(Math.ceil(n * scale) / scale);
  if (how === 'floor') return new Float(Math.floor(n * scale) / scale);
  if (how !== 'common') throw new JinjaError('method must be common, ceil or floor');
  return v instanceof Float ? new Float(rounded(n, digits)) : n;
}

function indent(v: Value, args: readonly Value[], named: Named): string {
  const width = argument(args, named, 0, 'width', 4);
  const by = typeof width === 'string' ? width : ' '.repeat(Math.min(1000, wholeOf(width, 'width')));
  const first = truthy(argument(args, named, 1, 'first', false));
  const blank = truthy(argument(args, named, 2, 'blank', false));
  const [head = '', ...rest] = `${str(v)}\n`.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  const lines = rest.slice(0, -1).map((line) => (blank || line !== '' ? by + line : line));
  return (first ? by : '') + [head, ...lines].join('\n');
}

function truncate(v: Value, args: readonly Value[], named: Named): string {
  const length = wholeOf(argument(args, named, 0, 'length', 255), 'length');
  const kill = truthy(argument(args, named, 1, 'killwords', false));
  const end = str(argument(args, named, 2, 'end', '...'));
  const leeway = wholeOf(argument(args, named, 3, 'leeway', 5), 'leeway');
  const all = Array.from(str(v));
  const room = length - Array.from(end).length;
  if (room < 0) throw new JinjaError(`expected length >= ${Array.from(end).length}, got ${length}`);
  if (all.length <= length + leeway) return all.join('');
  const cut = all.slice(0, room).join('');
  if (kill) return cut + end;
  return cut.slice(0, cut.includes(' ') ? cut.lastIndexOf(' ') : cut.length) + end;
}

const WORD = /([-\s({[<]+)/u;
const title = (text: string): string =>
  text
    .split(WORD)
    .filter((part) => part !== '')
    .map((part) => {
      const [first = '', ...rest] = Array.from(part);
      return first.toUpperCase() + rest.join('').toLowerCase();
    })
    .join('');
const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&#34;' };
const escaped = (text: string): string => text.replace(/[&<>'"]/g, (c) => HTML[c]!);
const texts =
  (make: (text: string) => string): Filter =>
  (v) =>
    make(str(v));

function tojson(v: Value, args: readonly Value[], named: Named): string {
  const given = argument(args, named, 1, 'indent', null);
  const separators = argument(args, named, 2, 'separators', null);
  const spaces = (v: Value) => (typeof v === 'string' ? v : ' '.repeat(Math.min(1000, wholeOf(v, 'indent'))));
  const indentation = given === null ? null : spaces(given);
  const pair = separators === null ? null : iterate(separators).map(str);
  if (v instanceof Undefined) throw new JinjaError('Object of type Undefined is not JSON serializable');
  return toJson(v, {
    ascii: truthy(argument(args, named, 0, 'ensure_ascii', false)),
    indent: indentation,
    separators: pair === null ? null : [pair[0] ?? ', ', pair[1] ?? ': '],
    sort: truthy(argument(args, named, 3, 'sort_keys', false)),
  });
}

export const filters: Readonly<Record<string, Filter>> = {
  ...listFilters,
  abs: (v) => {
    if (!isNumber(v)) throw new JinjaError(`bad operand type for abs(): '${typeName(v)}'`);
    return v instanceof Float ? new Float(Math.abs(v.value)) : Math.abs(numberOf(v));
  },
  capitalize: texts(capitalized),
  center: (v, args, named) => justified(str(v), [argument(args, named, 0, 'width', 80)], 'center'),
  default: (v, args, named) =>
    v instanceof Undefined || (truthy(argument(args, named, 1, 'boolean', false)) && !truthy(v))
      ? argument(args, named, 0, 'default_value', '')
      : v,
  escape: texts(escaped),
  forceescape: texts(escaped),
  float: (v, args, named) => {
    const otherwise = argument(args, named, 0, 'default', new Float(0));
    if (isNumber(v)) return new Float(numberOf(v));
    const made = typeof v === 'string' ? parseFloatText(v) : NaN;
    return Number.isNaN(made) ? otherwise : new Float(made);
  },
  format: (v, args, named) =>
    percent(str(v), named.size > 0 ? [new Map(named) as Value] : args, named.size > 0 ? new Map(named) : null),
  indent,
  int: (v, args, named) =>
    toInt(v, argument(args, named, 0, 'default', 0), wholeOf(argument(args, named, 1, 'base', 10), 'base')),
  items: (v) => {
    if (v instanceof Undefined) return [];
    if (!isDict(v)) throw new JinjaError('Can only get item pairs from a mapping.');
    return [...v].map((pair) => new Tuple(pair));
  },
  length: (v) => lengthOf(v),
  lower: texts((t) => t.toLowerCase()),
  replace: (v, args, named) =>
    replaced(
      str(v),
      str(argument(args, named, 0, 'old', '')),
      str(argument(args, named, 1, 'new', '')),
      wholeOf(argument(args, named, 2, 'count', null) ?? -1, 'count'),
    ),
  round: (v, args, named) =>
    round(
      v,
      wholeOf(argument(args, named, 0, 'precision', 0), 'precision'),
      str(argument(args, named, 1, 'method', 'common')),
    ),
  safe: (v) => str(v),
  string: (v) => str(v),
  title: texts(title),
  tojson,
  trim: (v, args, named) => stringMethods['strip']!(str(v), [argument(args, named, 0, 'chars', null)], new Map()),
  truncate,
  upper: texts((t) => t.toUpperCase()),
  urlencode: (v) => {
    if (v instanceof Undefined) throw undefinedError(v);
    return encodeURIComponent(str(v))
      .replaceAll('%2F', '/')
      .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  },
  wordcount: (v) => (str(v).match(/[\p{L}\p{N}_]+/gu) ?? []).length,
};
export const aliases: Readonly<Record<string, string>> = { d: 'default', e: 'escape', count: 'length' };
export const filterOf = (name: string): Filter | undefined => {
  const id = Object.hasOwn(aliases, name) ? aliases[name]! : name;
  return Object.hasOwn(filters, id) ? filters[id] : undefined;
};
