// Python's two ways to put values into a text: 'a %s' % b, and 'a {}'.format(b).
import { JinjaError } from './error.ts';
import {
  codePoints,
  fixed,
  Float,
  floatText,
  isDict,
  isNumber,
  numberOf,
  repr,
  str,
  typeName,
  Undefined,
  type Named,
  type Value,
} from './values.ts';

const PERCENT = /%(?:\((?<key>[^)]*)\))?(?<flags>[-+ 0#]*)(?<width>\d+)?(?:\.(?<digits>\d+))?(?<type>[a-zA-Z%])?/g;

function padded(text: string, width: number, align: string, fill = ' '): string {
  const missing = width - codePoints(text);
  if (missing <= 0) return text;
  if (missing > 1e6) throw new JinjaError(`it pads a text to ${width} characters`);
  if (align === '<') return text + fill.repeat(missing);
  if (align === '^') return fill.repeat(Math.floor(missing / 2)) + text + fill.repeat(Math.ceil(missing / 2));
  if (align === '=' && /^[-+ ]/.test(text)) return text[0]! + fill.repeat(missing) + text.slice(1);
  return fill.repeat(missing) + text;
}
const signed = (text: string, plus: string): string =>
  !text.startsWith('-') && (plus === '+' || plus === ' ') ? plus + text : text;
const exponent = (text: string): string =>
  text.replace(/e([+-])(\d)$/, (_, sign: string, digit: string) => `e${sign}0${digit}`);

/** %g: so many significant digits, an exponent where they do not reach, no zeros at the end. */
function general(v: number, digits: number): string {
  const p = Math.max(1, digits);
  const power = v === 0 ? 0 : Number(v.toExponential(p - 1).split('e')[1]);
  const trim = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (power >= -4 && power < p) return trim(fixed(v, Math.max(0, p - 1 - power)));
  const [mantissa, rest] = v.toExponential(p - 1).split('e') as [string, string];
  return exponent(`${trim(mantissa)}e${rest}`);
}
/** A number in one of the types of a format, or null when the type is none of numbers. */
function numeral(v: Value, type: string, digits: number | undefined, grouping: string): string | null {
  if (!isNumber(v)) return null;
  const n = numberOf(v);
  const grouped = (text: string) => (grouping === '' ? text : text.replace(/\d(?=(\d{3})+(?!\d))/g, `$&${grouping}`));
  switch (type) {
    case 'd':
    case 'i':
    case 'u':
      return grouped(str(Math.trunc(n)));
    case 'f':
    case 'F': {
      const [whole, rest] = fixed(n, digits ?? 6).split('.') as [string, string | undefined];
      return grouped(whole) + (rest === undefined ? '' : `.${rest}`);
    }
    case 'e':
      return exponent(n.toExponential(digits ?? 6));
    case 'g':
      return general(n, digits ?? 6);
    case '%':
      return `${fixed(100 * n, digits ?? 6)}%`;
    case 'x':
      return Math.trunc(n).toString(16);
    case 'X':
      return Math.trunc(n).toString(16).toUpperCase();
    case 'o':
      return Math.trunc(n).toString(8);
    case 'b':
      return Math.trunc(n).toString(2);
    default:
      return null;
  }
}

/** 'text' % values, with a tuple's items or the one value; `%(key)s` reads a dictionary. */
export function percent(text: string, values: readonly Value[], dict: Value): string {
  let at = 0;
  const out = text.replace(PERCENT, (...match: unknown[]) => {
    const { key, flags, width, digits, type } = match.at(-1) as Record<string, string | undefined>;
    if (type === '%') return '%';
    if (type === undefined) throw new JinjaError('incomplete format');
    const named = isDict(dict) && key !== undefined ? dict.get(key) : undefined;
    const value = key === undefined ? values[at++] : named;
    if (value === undefined) throw new JinjaError('not enough arguments for format string');
    const count = digits === undefined ? undefined : Number(digits);
    const number = type !== 's' && type !== 'r';
    const words = type === 'r' ? repr : str;
    const made = number ? numeral(value, type, count, '') : Array.from(words(value)).slice(0, count).join('');
    if (made === null) throw new JinjaError(`%${type} format: a number is required, not ${typeName(value)}`);
    const whole = number ? signed(made, /[+ ]/.exec(flags!.replace(/.*\+.*/, '+'))?.[0] ?? '') : made;
    if (flags!.includes('-')) return padded(whole, Number(width ?? 0), '<');
    return number && flags!.includes('0')
      ? padded(whole, Number(width ?? 0), '=', '0')
      : padded(whole, Number(width ?? 0), '>');
  });
  if (at < values.length && !(isDict(dict) && values.length === 1))
    throw new JinjaError('not all arguments converted during string formatting');
  return out;
}

const SPEC =
  /^(?:(?<fill>[\s\S])?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<zero>0)?(?<width>\d+)?(?<group>[,_])?(?:\.(?<digits>\d+))?(?<type>[a-zA-Z%])?$/u;
function specified(v: Value, spec: string): string {
  if (spec === '') return str(v);
  const match = SPEC.exec(spec);
  if (!match) throw new JinjaError(`the format '${spec}' is not known here`);
  const { fill, align, sign, zero, width, group, digits, type } = match.groups as Record<string, string | undefined>;
  const count = digits === undefined ? undefined : Number(digits);
  const number = isNumber(v) && typeof v !== 'boolean';
  let made: string | null;
  if (type === undefined || type === 's') {
    if (type === 's' && number) throw new JinjaError(`Unknown format code 's' for object of type '${typeName(v)}'`);
    if (!number) made = count === undefined ? str(v) : Array.from(str(v)).slice(0, count).join('');
    else if (v instanceof Float) made = count === undefined ? floatText(v.value) : general(v.value, count);
    else made = numeral(v, 'd', undefined, group ?? '');
  } else made = numeral(v, type, count, group ?? '');
  if (made === null) throw new JinjaError(`Unknown format code '${type}' for object of type '${typeName(v)}'`);
  const whole = number ? signed(made, sign ?? '') : made;
  const padding = zero && number && align === undefined ? '=' : (align ?? (number ? '>' : '<'));
  return padded(whole, Number(width ?? 0), padding, fill ?? (zero ? '0' : ' '));
}

/** '{} {0} {name} {x[key]} {x.key} {:>8}'.format(…). `attribute` and `item` look a value up in another. */
export function braces(
  text: string,
  args: readonly Value[],
  named: Named,
  lookUp: { attribute(of: Value, name: string): Value; item(of: Value, key: string): Value },
): string {
  let next = 0;
  return text.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (whole: string, inside?: string) => {
    if (whole === '{{' || whole === '}}') return whole[0]!;
    if (inside === undefined) throw new JinjaError(`Single '${whole}' encountered in format string`);
    const [, path, conversion, spec] = /^([^!:]*)(?:!([rs]))?(?::([\s\S]*))?$/.exec(inside) ?? [];
    if (path === undefined) throw new JinjaError(`the format '${inside}' is not known here`);
    const [head, ...rest] = path.match(/^[^.[]*|\.[^.[]+|\[[^\]]*\]/g) ?? [''];
    const place = head === '' ? next++ : Number(head);
    const first = Number.isInteger(place) ? args[place] : named.get(head!);
    if (first === undefined) throw new JinjaError('Replacement index out of range for positional args tuple');
    const value = rest.reduce<Value>(
      (of, step) => (step.startsWith('.') ? lookUp.attribute(of, step.slice(1)) : lookUp.item(of, step.slice(1, -1))),
      first,
    );
    if (value instanceof Undefined && spec) throw new JinjaError(`${value.what} is undefined`);
    if (conversion === undefined) return specified(value, spec ?? '');
    return specified(conversion === 'r' ? repr(value) : str(value), spec ?? '');
  });
}
