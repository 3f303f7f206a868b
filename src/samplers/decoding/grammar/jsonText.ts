// The pieces that JSON texts are made of. RFC 8259, https://www.rfc-editor.org/rfc/rfc8259.
import { alt, chars, literal, one, optional, repeat, seq, without, type Node, type Ranges } from './ast.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LAST_CONTROL = 0x1f;
const UNESCAPED = without([
  [0, LAST_CONTROL],
  [QUOTE, QUOTE],
  [BACKSLASH, BACKSLASH],
]);
export const digit = chars([[48, 57]]);
const hex = chars([
  [48, 57],
  [65, 70],
  [97, 102],
]);
const quote = one(QUOTE);

/** The hexadecimal digits of a text, in either case. */
const hexOf = (digits: string): Node =>
  chars(Array.from(new Set(digits.toLowerCase() + digits.toUpperCase()), (c) => [c.charCodeAt(0), c.charCodeAt(0)]));
/** Any escape but lone halves of a pair, so that one of these is always one character. */
const ESCAPE = seq(
  one(BACKSLASH),
  alt(
    chars(Array.from('"\\/bfnrt', (c) => [c.charCodeAt(0), c.charCodeAt(0)] as const)),
    seq(literal('u'), hexOf('0123456789abcef'), hex, hex, hex),
    seq(literal('u'), hexOf('d'), hexOf('01234567'), hex, hex),
    seq(
      ...[literal('u'), hexOf('d'), hexOf('89ab'), hex, hex],
      ...[literal('\\u'), hexOf('d'), hexOf('cdef'), hex, hex],
    ),
  ),
);
/** One character inside a string, in any way of writing it. */
const character = alt(chars(UNESCAPED), ESCAPE);

/** A string of so many characters (code points), written in any way. */
export const stringOf = (min: number, max: number): Node => seq(quote, repeat(character, min, max), quote);

const overlap = (a: Ranges, b: Ranges): Ranges =>
  a.flatMap(([from, to]) =>
    b.flatMap(([low, high]): Ranges => (from <= high && low <= to ? [[Math.max(from, low), Math.min(to, high)]] : [])),
  );
/** One of these characters inside a string, each written in one way: as JSON.stringify writes it. */
export function content(list: Ranges): Node {
  const escaped: Node[] = [];
  for (const [from, to] of overlap(list, [
    [0, LAST_CONTROL],
    [QUOTE, QUOTE],
    [BACKSLASH, BACKSLASH],
  ]))
    for (let c = from; c <= to; c++) escaped.push(literal(JSON.stringify(String.fromCharCode(c)).slice(1, -1)));
  return alt(chars(overlap(list, UNESCAPED)), ...escaped);
}
export const anyContent = content(without([]));

interface Keys {
  readonly next: Map<number, Keys>;
  ends: boolean;
}
/** Any string but these, each character written in one way. */
export function stringExcept(keys: readonly string[]): Node {
  if (keys.length === 0) return stringOf(0, Infinity);
  const root: Keys = { next: new Map(), ends: false };
  for (const key of keys) {
    let at = root;
    for (const c of key) {
      const point = c.codePointAt(0)!;
      if (!at.next.has(point)) at.next.set(point, { next: new Map(), ends: false });
      at = at.next.get(point)!;
    }
    at.ends = true;
  }
  const rest = ({ next, ends }: Keys): Node =>
    alt(
      ...(ends ? [] : [quote]),
      seq(content(without([...next.keys()].map((c) => [c, c] as const))), repeat(anyContent, 0, Infinity), quote),
      ...[...next].map(([c, below]) => seq(content([[c, c]]), rest(below))),
    );
  return seq(quote, rest(root));
}

const some = repeat(digit, 1, Infinity);
const whole = alt(literal('0'), seq(chars([[49, 57]]), repeat(digit, 0, Infinity)));
const minus = optional(literal('-'));
const fraction = seq(literal('.'), some);
const noFraction = optional(seq(literal('.'), repeat(literal('0'), 1, Infinity)));
const someFraction = seq(
  literal('.'),
  repeat(literal('0'), 0, Infinity),
  chars([[49, 57]]),
  repeat(digit, 0, Infinity),
);
export const integer = seq(minus, whole);
export const number = seq(
  minus,
  whole,
  optional(fraction),
  optional(
    seq(
      chars([
        [69, 69],
        [101, 101],
      ]),
      optional(
        chars([
          [43, 43],
          [45, 45],
        ]),
      ),
      some,
    ),
  ),
);

/** Digits of one length, from `low` to `high`. */
function between(low: string, high: string): Node {
  if (low === '') return seq();
  if (/^0+$/.test(low) && /^9+$/.test(high)) return repeat(digit, low.length, low.length);
  const [a, b] = [low.charCodeAt(0), high.charCodeAt(0)];
  const rest = low.length - 1;
  if (a === b) return seq(one(a), between(low.slice(1), high.slice(1)));
  return alt(
    seq(one(a), between(low.slice(1), '9'.repeat(rest))),
    ...(a + 1 <= b - 1 ? [seq(chars([[a + 1, b - 1]]), repeat(digit, rest, rest))] : []),
    seq(one(b), between('0'.repeat(rest), high.slice(1))),
  );
}
const NOTHING: Node = chars([]);

/** Whole numbers from low ≥ 0 to high, which may be Infinity, without leading zeros. */
function natural(low: number, high: number): Node {
  if (high < low) return NOTHING;
  const out: Node[] = [];
  for (
    let digits = String(low).length;
    digits <= (high === Infinity ? String(low).length : String(high).length);
    digits++
  ) {
    const from = Math.max(low, digits === 1 ? 0 : 10 ** (digits - 1));
    const to = Math.min(high, 10 ** digits - 1);
    if (from <= to) out.push(between(String(from), String(to)));
  }
  if (high === Infinity) out.push(seq(chars([[49, 57]]), repeat(digit, String(low).length, Infinity)));
  return alt(...out);
}

/** An interval with whole or infinite ends. */
export interface Interval {
  readonly min: number;
  readonly max: number;
  readonly aboveMin: boolean;
  readonly belowMax: boolean;
}
export function integerIn({ min, max, aboveMin, belowMax }: Interval): Node {
  const low = Math.ceil(min) + (aboveMin && Number.isInteger(min) ? 1 : 0);
  const high = Math.floor(max) - (belowMax && Number.isInteger(max) ? 1 : 0);
  return alt(natural(Math.max(low, 0), high), seq(literal('-'), natural(Math.max(1, -high), -low)));
}

/** Decimal fractions from min ≥ 0 on. */
function decimal({ min, max, aboveMin, belowMax }: Interval): Node {
  if (max < min) return NOTHING;
  const out: Node[] = [];
  if (!aboveMin && (min < max || !belowMax)) out.push(seq(literal(String(min)), noFraction));
  if (min < max) {
    out.push(seq(literal(String(min)), someFraction));
    out.push(seq(natural(min + 1, max - 1), optional(fraction)));
    if (max < Infinity && !belowMax) out.push(seq(literal(String(max)), noFraction));
  }
  return out.length > 0 ? alt(...out) : NOTHING;
}
/** Decimal fractions, without exponents, in an interval with whole or infinite ends. */
export const decimalIn = ({ min, max, aboveMin, belowMax }: Interval): Node =>
  alt(
    min > 0
      ? decimal({ min, max, aboveMin, belowMax })
      : decimal({ min: 0, max, aboveMin: aboveMin && min === 0, belowMax }),
    seq(
      literal('-'),
      max < 0
        ? decimal({ min: -max, max: -min, aboveMin: belowMax, belowMax: aboveMin })
        : decimal({ min: 0, max: -min, aboveMin: true, belowMax: aboveMin }),
    ),
  );
