// Regular expressions of JSON schemas as grammars: what ECMA-262 and regular languages have in common.
import { alt, GrammarError, LAST_CODE_POINT, repeat, seq, without, type Node, type Ranges } from './ast.ts';
import { MOST_REPEATS } from './gbnf.ts';

const DIGITS: Ranges = [[48, 57]];
const WORD: Ranges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: Ranges = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const DOT = without([
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]);
const SETS: Readonly<Record<string, Ranges>> = {
  d: DIGITS,
  D: without(DIGITS),
  w: WORD,
  W: without(WORD),
  s: SPACE,
  S: without(SPACE),
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };

/**
 * Texts in which the pattern is found: anything may stand before and after what it matches, unless it begins with ^ and
 * ends with $. `leaf` writes one character. GrammarError for what no grammar of this kind can say: looking around, going
 * back to a group, word boundaries, anchors inside.
 */
export function patternNode(pattern: string, leaf: (ranges: Ranges) => Node, where: string): Node {
  let at = 0;
  const fail = (what: string): never => {
    throw new GrammarError(`The pattern of ${where}, character ${at + 1}: ${what}`);
  };
  const next = (): string => String.fromCodePoint(pattern.codePointAt(at)!);
  const take = (sign: string): boolean => {
    if (!pattern.startsWith(sign, at)) return false;
    at += sign.length;
    return true;
  };
  const point = (digits: number): number => {
    const text = pattern.slice(at, at + digits);
    if (!/^[0-9a-fA-F]+$/.test(text) || text.length < digits) fail(`expected ${digits} hexadecimal digits.`);
    at += digits;
    return parseInt(text, 16);
  };
  /** After a backslash: a set or a character. */
  const escape = (): Ranges => {
    if (at >= pattern.length) fail('a backslash stands at the end: write \\\\ for the character itself.');
    const c = next();
    at += c.length;
    if (SETS[c]) return SETS[c];
    let value: number | undefined = CONTROLS[c];
    if (c === 'x') value = point(2);
    else if (c === 'u' && take('{')) {
      const end = pattern.indexOf('}', at);
      value = parseInt(pattern.slice(at, end), 16);
      if (end < 0 || !(value <= LAST_CODE_POINT)) fail('expected hexadecimal digits and }.');
      at = end + 1;
    } else if (c === 'u') value = point(4);
    else if (value === undefined && /[A-Za-z1-9]/.test(c)) {
      at -= c.length;
      fail(`\\${c} cannot be followed here: word boundaries, groups by number and classes by name are not supported.`);
    }
    value ??= c.codePointAt(0)!;
    return [[value, value]];
  };
  const set = (): Ranges => {
    const not = take('^');
    const list: (readonly [number, number])[] = [];
    const member = (): Ranges => {
      if (at >= pattern.length) fail('a class has no ].');
      if (take('\\')) return take('b') ? [[8, 8]] : escape();
      const c = next();
      at += c.length;
      return [[c.codePointAt(0)!, c.codePointAt(0)!]];
    };
    while (!take(']')) {
      const low = member();
      if (pattern[at] === '-' && pattern[at + 1] !== ']' && low.length === 1 && low[0]![0] === low[0]![1]) {
        at++;
        const high = member();
        if (high.length !== 1 || high[0]![0] !== high[0]![1] || high[0]![0] < low[0]![0])
          fail('this range is not one: write its smaller end first.');
        list.push([low[0]![0], high[0]![0]]);
      } else list.push(...low);
    }
    return not ? without(list) : list;
  };
  const atom = (): Node | null => {
    if (at >= pattern.length || pattern[at] === '|' || pattern[at] === ')') return null;
    if (take('(')) {
      if (take('?') && !take(':')) {
        // A name is only a name; everything else looks around.
        if (/^<[A-Za-z_]\w*>/.test(pattern.slice(at))) at = pattern.indexOf('>', at) + 1;
        else fail('looking ahead or behind is not supported: a grammar only goes forward.');
      }
      const node = alternatives();
      if (!take(')')) fail('a bracket is not closed.');
      return node;
    }
    if (pattern[at] === '^' || (pattern[at] === '$' && at < pattern.length))
      fail(`${pattern[at]} is supported only at the ends of the pattern, or of its alternatives.`);
    if (take('[')) return leaf(set());
    if (take('.')) return leaf(DOT);
    if (take('\\')) return leaf(escape());
    if (/[*+?{]/.test(pattern[at]!)) fail(`${pattern[at]} repeats nothing: write \\${pattern[at]} for the character.`);
    const c = next();
    at += c.length;
    return leaf([[c.codePointAt(0)!, c.codePointAt(0)!]]);
  };
  const repeated = (node: Node): Node => {
    let out = node;
    if (take('*')) out = repeat(node, 0, Infinity);
    else if (take('+')) out = repeat(node, 1, Infinity);
    else if (take('?')) out = repeat(node, 0, 1);
    else {
      const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(pattern.slice(at));
      if (!counted) return node;
      const min = Number(counted[1]);
      let max = min;
      if (counted[2]) max = counted[3] ? Number(counted[3]) : Infinity;
      if (max < min) fail('the counts run backwards.');
      if (Math.max(min, max === Infinity ? 0 : max) > MOST_REPEATS)
        fail(`at most ${MOST_REPEATS} repetitions are counted.`);
      at += counted[0].length;
      out = repeat(node, min, max);
    }
    take('?'); // lazy or greedy, the texts are the same
    return out;
  };
  const sequence = (ends: () => boolean): Node => {
    const items: Node[] = [];
    while (!ends()) {
      const node = atom();
      if (!node) break;
      items.push(repeated(node));
    }
    return seq(...items);
  };
  const alternatives = (): Node => {
    const items = [sequence(() => false)];
    while (take('|')) items.push(sequence(() => false));
    return alt(...items);
  };
  const anything = repeat(leaf(without([])), 0, Infinity);
  const outer: Node[] = [];
  do {
    const begins = take('^');
    const last = () => pattern[at] === '$' && (at + 1 === pattern.length || pattern[at + 1] === '|');
    const node = sequence(last);
    const ends = last() && take('$');
    outer.push(seq(...(begins ? [] : [anything]), node, ...(ends ? [] : [anything])));
  } while (take('|'));
  if (at < pattern.length) fail(`"${next()}" closes nothing.`);
  return alt(...outer);
}

const MONTHS =
  '(((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01]))|((0[469]|11)-(0[1-9]|[12]\\d|30))|(02-(0[1-9]|1\\d|2[0-8])))';
const LEAP = '((\\d\\d(0[48]|[2468][048]|[13579][26]))|(([02468][048]|[13579][26])00))-02-29';
const DATE = `(\\d{4}-${MONTHS}|${LEAP})`;
const TIME = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d)';
const BYTE = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** Formats as patterns. Dates and times as in RFC 3339, https://www.rfc-editor.org/rfc/rfc3339, without leap seconds. */
export const formats: Readonly<Record<string, string>> = {
  date: `^${DATE}$`,
  time: `^${TIME}$`,
  'date-time': `^${DATE}[Tt]${TIME}$`,
  uuid: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$',
  ipv4: `^${BYTE}(\\.${BYTE}){3}$`,
};
