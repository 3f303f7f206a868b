// GBNF, the grammar language of llama.cpp: https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md.
import {
  alt,
  chars,
  GrammarError,
  LAST_CODE_POINT,
  literal,
  repeat,
  rule,
  seq,
  without,
  type Grammar,
  type Node,
} from './ast.ts';

const NAME = /[A-Za-z0-9_-]/;
const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  r: 13,
  t: 9,
  '\\': 92,
  '"': 34,
  '[': 91,
  ']': 93,
  '^': 94,
  '-': 45,
};
const HEX: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
/** A longer text or repetition is a mistake, and would take the page's memory. */
export const MOST_REPEATS = 2000;
const DEEPEST = 200;

/** Reads one grammar; every failure is a GrammarError with its line and column. */
class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  /** Where every name was first used. */
  readonly used = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  fail(what: string, at = this.#at): never {
    const before = this.#text.slice(0, at).split('\n');
    throw new GrammarError(`Line ${before.length}, column ${before.at(-1)!.length + 1}: ${what}`);
  }

  get at(): number {
    return this.#at;
  }
  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Blanks and comments; line ends too when `lines`. */
  blanks(lines: boolean): void {
    for (; !this.done; this.#at++) {
      const c = this.#text[this.#at]!;
      if (c === '#') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = (end < 0 ? this.#text.length : end) - 1;
      } else if (c !== ' ' && c !== '\t' && !(lines && (c === '\n' || c === '\r'))) return;
    }
  }

  take(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  name(what: string): string {
    const from = this.#at;
    while (!this.done && NAME.test(this.#text[this.#at]!)) this.#at++;
    if (from === this.#at) this.fail(`expected ${what}, found ${this.#next()}.`);
    return this.#text.slice(from, this.#at);
  }

  #next(): string {
    if (this.done) return 'the end';
    const c = String.fromCodePoint(this.#text.codePointAt(this.#at)!);
    return c === '\n' || c === '\r' ? 'the end of the line' : `"${c}"`;
  }

  #number(): number {
    const from = this.#at;
    while (/\d/.test(this.#text[this.#at] ?? '')) this.#at++;
    if (from === this.#at) this.fail(`expected a number of repetitions, found ${this.#next()}.`);
    const value = Number(this.#text.slice(from, this.#at));
    if (value > MOST_REPEATS)
      this.fail(`at most ${MOST_REPEATS} repetitions are counted; for more write {m,} or *.`, from);
    return value;
  }

  #escaped(): number {
    const from = this.#at - 1;
    const sign = this.#text[this.#at] ?? '';
    this.#at++;
    const digits = HEX[sign];
    if (digits === undefined) {
      const plain = ESCAPES[sign];
      if (plain === undefined)
        this.fail(
          `"\\${sign}" is not an escape: write \\n, \\r, \\t, \\\\, \\", \\[, \\], \\xHH, \\uHHHH or \\UHHHHHHHH.`,
          from,
        );
      return plain;
    }
    const hex = this.#text.slice(this.#at, this.#at + digits);
    this.#at += digits;
    const point = /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? parseInt(hex, 16) : NaN;
    if (!(point <= LAST_CODE_POINT) || (point >= 0xd800 && point <= 0xdfff))
      this.fail(`"\\${sign}${hex}" is no character: write ${digits} hexadecimal digits of a code point.`, from);
    return point;
  }

  #character(close: string, what: string, from: number): number {
    const c = this.#text.codePointAt(this.#at);
    if (c === undefined || c === 10 || c === 13)
      this.fail(`this ${what} has no end: close it with ${close}, and write a line end as \\n.`, from);
    this.#at += c > 0xffff ? 2 : 1;
    return c === 92 ? this.#escaped() : c;
  }

  #string(from: number): Node {
    let text = '';
    while (!this.take('"')) text += String.fromCodePoint(this.#character('"', 'text', from));
    return literal(text);
  }

  #class(from: number): Node {
    const not = this.take('^');
    const list: [number, number][] = [];
    while (!this.take(']')) {
      const start = this.#at;
      const a = this.#character(']', 'class', from);
      const more = this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']';
      if (more) this.#at++;
      const b = more ? this.#character(']', 'class', from) : a;
      if (b < a) this.fail('this range runs backwards: write its smaller end first.', start);
      list.push([a, b]);
    }
    if (list.length === 0 && !not) this.fail('an empty class matches nothing: put characters into it.', from);
    return chars(not ? without(list) : list);
  }

  /** One element, or null where a sequence ends. */
  #element(nested: boolean): Node | null {
    const from = this.#at;
    if (this.take('"')) return this.#string(from);
    if (this.take('[')) return this.#class(from);
    if (this.take('.')) return chars([[0, LAST_CODE_POINT]]);
    if (this.take('(')) {
      if (++this.#depth > DEEPEST) this.fail(`more than ${DEEPEST} brackets inside one another.`, from);
      const node = this.alternatives(true);
      if (!this.take(')')) this.fail(`expected ")" for the bracket opened before, found ${this.#next()}.`);
      this.#depth--;
      return node;
    }
    if (this.take('<') || this.take('!<'))
      this.fail('tokens by name or number (<...>) are not read here: write the text of the token in quotes.', from);
    if (this.done || !NAME.test(this.#text[this.#at]!)) return null;
    const name = this.name('a name');
    const end = this.#at;
    // A name before ::= begins the next rule.
    this.blanks(nested);
    if (this.#text.startsWith('::=', this.#at)) {
      this.#at = from;
      return null;
    }
    this.#at = end;
    if (!this.used.has(name)) this.used.set(name, from);
    return rule(name);
  }

  #repeated(node: Node): Node {
    let now = node;
    for (;;) {
      if (this.take('*')) now = repeat(now, 0, Infinity);
      else if (this.take('+')) now = repeat(now, 1, Infinity);
      else if (this.take('?')) now = repeat(now, 0, 1);
      else if (this.take('{')) {
        const from = this.#at - 1;
        this.blanks(false);
        const min = this.#number();
        this.blanks(false);
        let max = min;
        if (this.take(',')) {
          this.blanks(false);
          max = this.#text[this.#at] === '}' ? Infinity : this.#number();
          this.blanks(false);
        }
        if (!this.take('}')) this.fail(`expected "}" after the repetitions, found ${this.#next()}.`);
        if (max < min) this.fail(`{${min},${max}} asks for at least ${min} and at most ${max}: swap them.`, from);
        now = repeat(now, min, max);
      } else return now;
    }
  }

  #sequence(nested: boolean): Node {
    const items: Node[] = [];
    for (;;) {
      this.blanks(nested);
      const node = this.#element(nested);
      if (!node) return seq(...items);
      items.push(this.#repeated(node));
    }
  }

  alternatives(nested: boolean): Node {
    const items = [];
    for (;;) {
      this.blanks(true);
      items.push(this.#sequence(nested));
      const end = this.#at;
      this.blanks(true);
      if (this.take('|')) continue;
      this.#at = end;
      this.blanks(nested);
      return alt(...items);
    }
  }

  /** After a rule: its line must end here. */
  endOfRule(): void {
    if (this.done || this.#text[this.#at] === '\n' || this.#text[this.#at] === '\r') return;
    // A name that begins the next rule on this same line.
    this.fail(
      NAME.test(this.#text[this.#at]!)
        ? 'a rule begins on a line of its own: break the line before this name.'
        : `${this.#next()} cannot stand here: expected a text in quotes, a class in brackets, a rule’s name or the end of the line.`,
    );
  }
}

/** Throws a GrammarError that begins with line and column. */
export function parseGbnf(text: string): Grammar {
  const reader = new Reader(text);
  const rules = new Map<string, Node>();
  for (reader.blanks(true); !reader.done; reader.blanks(true)) {
    const from = reader.at;
    const name = reader.name('the name of a rule');
    reader.blanks(true);
    if (!reader.take('::=')) reader.fail(`expected ::= after the name "${name}".`);
    if (rules.has(name)) reader.fail(`the rule "${name}" is written twice: join its alternatives with |.`, from);
    rules.set(name, reader.alternatives(false));
    reader.endOfRule();
  }
  if (!rules.has('root'))
    throw new GrammarError(
      rules.size === 0
        ? 'The grammar is empty: write root ::= and what a text may be.'
        : 'No rule is called root: texts begin with it.',
    );
  for (const [name, at] of reader.used)
    if (!rules.has(name)) reader.fail(`there is no rule "${name}": write ${name} ::= ... on a line of its own.`, at);
  return { root: 'root', rules };
}
