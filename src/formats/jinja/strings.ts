// The methods of Python's texts. Places and lengths count characters, not UTF-16 units.
import { JinjaError } from './error.ts';
import { codePoints, isWhole, iterate, Tuple, typeName, type Named, type Value } from './values.ts';

type Args = readonly Value[];
type Method = (text: string, args: Args, named: Named) => Value;

/** Python's white space, which is not quite JavaScript's. */
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const spaces = new RegExp(`[${SPACE}]+`, 'g');
const leading = new RegExp(`^[${SPACE}]+`);
const trailing = new RegExp(`[${SPACE}]+$`);
export const stripSpace = (text: string): string => text.replace(leading, '').replace(trailing, '');

const textOf = (v: Value | undefined, what: string): string => {
  if (typeof v === 'string') return v;
  throw new JinjaError(`${what} must be str, not ${v === undefined ? 'missing' : typeName(v)}`);
};
const wholeOf = (v: Value | undefined, otherwise: number): number => {
  if (v === undefined || v === null) return otherwise;
  if (isWhole(v)) return Number(v);
  throw new JinjaError(`'${typeName(v)}' object cannot be interpreted as an integer`);
};

/** Without characters of a set at its start and end; of white space when no set is given. */
function stripped(text: string, chars: Value | undefined, left: boolean, right: boolean): string {
  if (chars === undefined || chars === null) {
    const begun = left ? text.replace(leading, '') : text;
    return right ? begun.replace(trailing, '') : begun;
  }
  const set = new Set(Array.from(textOf(chars, 'strip arg')));
  const all = Array.from(text);
  let [from, to] = [0, all.length];
  while (left && from < to && set.has(all[from]!)) from++;
  while (right && to > from && set.has(all[to - 1]!)) to--;
  return all.slice(from, to).join('');
}
const begins = (args: Args, test: (part: string) => boolean, name: string): boolean => {
  const [what] = args;
  const options = what instanceof Tuple ? what.items : [what];
  return options.some((o) => test(textOf(o, `${name} first arg`)));
};

function split(text: string, args: Args, named: Named): Value {
  const sep = args[0] ?? named.get('sep') ?? null;
  const most = wholeOf(args[1] ?? named.get('maxsplit'), -1);
  const limit = most < 0 ? Infinity : most;
  const out: string[] = [];
  if (sep === null) {
    let rest = text.replace(leading, '');
    while (rest !== '' && out.length < limit) {
      spaces.lastIndex = 0;
      const found = spaces.exec(rest);
      if (!found) break;
      out.push(rest.slice(0, found.index));
      rest = rest.slice(found.index + found[0].length);
    }
    if (rest !== '') out.push(out.length < limit ? rest.replace(trailing, '') : rest);
    return out;
  }
  const by = separator(sep);
  let rest = text;
  for (let at = rest.indexOf(by); at >= 0 && out.length < limit; at = rest.indexOf(by)) {
    out.push(rest.slice(0, at));
    rest = rest.slice(at + by.length);
  }
  return [...out, rest];
}
function rsplit(text: string, args: Args, named: Named): Value {
  const sep = args[0] ?? named.get('sep') ?? null;
  const most = wholeOf(args[1] ?? named.get('maxsplit'), -1);
  if (most < 0) return split(text, [sep], new Map());
  if (sep === null) {
    const words = split(text, [], new Map()) as readonly string[];
    if (words.length <= most) return words;
    const tail = words.slice(words.length - most);
    let rest = text.replace(trailing, '');
    for (const word of tail.toReversed()) rest = rest.slice(0, rest.lastIndexOf(word)).replace(trailing, '');
    return [rest, ...tail];
  }
  const parts = split(text, [sep], new Map()) as readonly string[];
  const cut = Math.max(0, parts.length - most - 1);
  return [parts.slice(0, cut + 1).join(separator(sep)), ...parts.slice(cut + 1)];
}
function separator(sep: Value): string {
  const by = textOf(sep, 'sep');
  if (by === '') throw new JinjaError('empty separator');
  return by;
}

/** The part of a text that `start` and `end` leave, and where it begins, in characters. */
function window(text: string, args: Args): { readonly part: string; readonly from: number } {
  if (args.length < 2) return { part: text, from: 0 };
  const all = Array.from(text);
  const place = (v: Value | undefined, otherwise: number) => {
    const at = wholeOf(v, otherwise);
    return Math.max(0, Math.min(all.length, at < 0 ? at + all.length : at));
  };
  const from = place(args[1], 0);
  return { part: all.slice(from, place(args[2], all.length)).join(''), from };
}
function find(text: string, args: Args, last: boolean): number {
  const { part, from } = window(text, args);
  const what = textOf(args[0], 'find() argument');
  const at = last ? part.lastIndexOf(what) : part.indexOf(what);
  return at < 0 ? -1 : from + codePoints(part.slice(0, at));
}
function index(text: string, args: Args, last: boolean): number {
  const at = find(text, args, last);
  if (at < 0) throw new JinjaError('substring not found');
  return at;
}
function count(text: string, args: Args): number {
  const { part } = window(text, args);
  const what = textOf(args[0], 'count() argument');
  return what === '' ? codePoints(part) + 1 : part.split(what).length - 1;
}
export function replaced(text: string, from: string, to: string, most: number): string {
  if (most < 0)
    return from === ''
      ? to +
          Array.from(text)
            .map((c) => c + to)
            .join('')
      : text.replaceAll(from, () => to);
  let [out, rest, left] = ['', text, most];
  for (let at = rest.indexOf(from); at >= 0 && left > 0; at = rest.indexOf(from), left--) {
    const step = from === '' ? (Array.from(rest)[0] ?? '') : '';
    out += rest.slice(0, at) + to + step;
    rest = rest.slice(at + from.length + step.length);
    if (from === '' && step === '') break;
  }
  return out + rest;
}

const LETTER = /\p{L}/u;
export const capitalized = (text: string): string => {
  const [first = '', ...rest] = Array.from(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
};
const titled = (text: string): string => {
  let inside = false;
  return Array.from(text, (c) => {
    const cased = inside ? c.toLowerCase() : c.toUpperCase();
    inside = LETTER.test(c);
    return cased;
  }).join('');
};
const every = (text: string, test: RegExp) => text !== '' && Array.from(text).every((c) => test.test(c));
const isCased = (text: string, to: (t: string) => string) =>
  to(text) === text && text.toLowerCase() !== text.toUpperCase();

export function justified(text: string, args: Args, side: 'left' | 'right' | 'center'): string {
  const missing = wholeOf(args[0], 0) - codePoints(text);
  const fill = args[1] === undefined ? ' ' : textOf(args[1], 'the fill character');
  if (codePoints(fill) !== 1) throw new JinjaError('the fill character must be exactly one character long');
  if (missing <= 0) return text;
  if (missing > 1e6) throw new JinjaError(`it pads a text to ${missing} characters`);
  if (side === 'left') return text + fill.repeat(missing);
  if (side === 'right') return fill.repeat(missing) + text;
  const before = Math.floor(missing / 2) + (missing & wholeOf(args[0], 0) & 1);
  return fill.repeat(before) + text + fill.repeat(missing - before);
}
const partition = (text: string, args: Args, last: boolean): Value => {
  const sep = separator(args[0] ?? null);
  const at = last ? text.lastIndexOf(sep) : text.indexOf(sep);
  if (at < 0) return new Tuple(last ? ['', '', text] : [text, '', '']);
  return new Tuple([text.slice(0, at), sep, text.slice(at + sep.length)]);
};
const lines = (text: string, keep: boolean): Value => {
  const found =
    text.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g) ?? [];
  const all = found.filter((line) => line !== '');
  return keep ? all : all.map((line) => line.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ''));
};

/** All but `format`, which looks values up (lookUp.ts). */
export const stringMethods: Readonly<Record<string, Method>> = {
  strip: (t, [chars]) => stripped(t, chars, true, true),
  lstrip: (t, [chars]) => stripped(t, chars, true, false),
  rstrip: (t, [chars]) => stripped(t, chars, false, true),
  startswith: (t, args) => begins(args, (part) => t.startsWith(part), 'startswith'),
  endswith: (t, args) => begins(args, (part) => t.endsWith(part), 'endswith'),
  split,
  rsplit,
  splitlines: (t, args, named) => lines(t, (args[0] ?? named.get('keepends') ?? false) === true),
  replace: (t, args, named) =>
    replaced(
      t,
      textOf(args[0], 'replace() argument 1'),
      textOf(args[1], 'replace() argument 2'),
      wholeOf(args[2] ?? named.get('count'), -1),
    ),
  find: (t, args) => find(t, args, false),
  rfind: (t, args) => find(t, args, true),
  index: (t, args) => index(t, args, false),
  rindex: (t, args) => index(t, args, true),
  count,
  upper: (t) => t.toUpperCase(),
  lower: (t) => t.toLowerCase(),
  casefold: (t) => t.toLowerCase().replaceAll('ß', 'ss'),
  title: (t) => titled(t),
  capitalize: (t) => capitalized(t),
  swapcase: (t) => Array.from(t, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join(''),
  join: (t, [items]) => {
    const all = iterate(items ?? null);
    return all.map((v, i) => textOf(v, `sequence item ${i}`)).join(t);
  },
  isdigit: (t) => every(t, /[\p{Nd}²³¹⁰⁴-⁹₀-₉]/u),
  isnumeric: (t) => every(t, /\p{N}/u),
  isdecimal: (t) => every(t, /\p{Nd}/u),
  isalpha: (t) => every(t, LETTER),
  isalnum: (t) => every(t, /[\p{L}\p{N}]/u),
  isspace: (t) => every(t, new RegExp(`[${SPACE}]`)),
  isupper: (t) => isCased(t, (s) => s.toUpperCase()),
  islower: (t) => isCased(t, (s) => s.toLowerCase()),
  removeprefix: (t, [p]) => (t.startsWith(textOf(p, 'removeprefix() argument')) ? t.slice((p as string).length) : t),
  removesuffix: (t, [p]) =>
    p !== '' && t.endsWith(textOf(p, 'removesuffix() argument')) ? t.slice(0, -(p as string).length) : t,
  zfill: (t, [width]) => {
    const sign = /^[-+]/.exec(t)?.[0] ?? '';
    return sign + justified(t.slice(sign.length), [wholeOf(width, 0) - sign.length, '0'], 'right');
  },
  ljust: (t, args) => justified(t, args, 'left'),
  rjust: (t, args) => justified(t, args, 'right'),
  center: (t, args) => justified(t, args, 'center'),
  partition: (t, args) => partition(t, args, false),
  rpartition: (t, args) => partition(t, args, true),
};
