// The expressions of a template, in the order in which Jinja's grammar binds them.
import { noArguments, type Arguments, type Expression, type Slice } from './ast.ts';
import { JinjaError } from './error.ts';
import type { Token, TokenKind } from './lexer.ts';

/** Deepest nesting: a parser that calls itself must not exhaust the stack. */
const DEEPEST = 200;
const RESERVED = new Set(['else', 'or', 'and', 'is', 'if', 'in', 'not']);
const constants: Readonly<Record<string, boolean | null>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
};
type FilterExpression = Expression & { type: 'filter' };
const subject: Expression = { type: 'const', value: null };

/** Reads expressions from a list of tokens. */
export class ExpressionParser {
  readonly #tokens: readonly Token[];
  readonly #known: { filter(name: string): boolean; test(name: string): boolean };
  #at = 0;
  #depth = 0;
  constructor(tokens: readonly Token[], known: { filter(name: string): boolean; test(name: string): boolean }) {
    this.#tokens = tokens;
    this.#known = known;
  }
  get now(): Token | undefined {
    return this.#tokens[this.#at];
  }
  next(): Token {
    const token = this.#tokens[this.#at++];
    if (!token) throw new JinjaError('the template ends in the middle of a tag', this.#tokens.at(-1)?.line);
    return token;
  }
  is(kind: TokenKind, text?: string): boolean {
    const { now } = this;
    return now?.kind === kind && (text === undefined || now.text === text);
  }
  take(kind: TokenKind, text?: string): boolean {
    if (!this.is(kind, text)) return false;
    this.#at++;
    return true;
  }
  need(kind: TokenKind, text?: string): Token {
    if (!this.is(kind, text)) this.fail(`${text ?? kind} is expected`);
    return this.next();
  }
  fail(expected: string): never {
    const { now } = this;
    throw new JinjaError(`${expected}, not ${now ? now.text || now.kind : 'the end'}`, now?.line);
  }
  ahead(by: number): Token | undefined {
    return this.#tokens[this.#at + by];
  }

  expression(conditional = true): Expression {
    if (++this.#depth > DEEPEST) throw new JinjaError(`it nests more than ${DEEPEST} deep`, this.now?.line);
    try {
      let now = this.#or();
      while (conditional && this.take('name', 'if')) {
        const test = this.#or();
        const otherwise = this.take('name', 'else') ? this.expression() : null;
        now = { type: 'if', test, then: now, otherwise };
      }
      return now;
    } finally {
      this.#depth--;
    }
  }
  /** One expression, or several with commas between: a tuple. `end` tells where it may be over. */
  tuple(end: () => boolean, conditional = true): Expression {
    const items: Expression[] = [];
    let comma = false;
    while (!end()) {
      items.push(this.expression(conditional));
      comma = this.take('op', ',');
      if (!comma) break;
    }
    if (items.length === 1 && !comma) return items[0]!;
    if (items.length === 0) this.fail('an expression is expected');
    return { type: 'tuple', items };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.take('name', 'or')) left = { type: 'binary', op: 'or', left, right: this.#and() };
    return left;
  }
  #and(): Expression {
    let left = this.#not();
    while (this.take('name', 'and')) left = { type: 'binary', op: 'and', left, right: this.#not() };
    return left;
  }
  #not(): Expression {
    return this.take('name', 'not')
      ? { type: 'unary', op: 'not', of: this.#nested(() => this.#not()) }
      : this.#compare();
  }
  #compare(): Expression {
    const left = this.#sum();
    const rest: { op: string; right: Expression }[] = [];
    for (;;) {
      const op = this.#comparison();
      if (op === null) return rest.length === 0 ? left : { type: 'compare', left, rest };
      rest.push({ op, right: this.#sum() });
    }
  }
  #comparison(): string | null {
    if (this.is('op') && ['==', '!=', '<', '<=', '>', '>='].includes(this.now!.text)) return this.next().text;
    if (this.take('name', 'in')) return 'in';
    const next = this.ahead(1);
    if (!this.is('name', 'not') || next?.kind !== 'name' || next.text !== 'in') return null;
    this.#at += 2;
    return 'not in';
  }
  #chain(ops: readonly string[], inner: () => Expression): Expression {
    let left = inner();
    while (this.is('op') && ops.includes(this.now!.text))
      left = { type: 'binary', op: this.next().text, left, right: inner() };
    return left;
  }
  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#chain(['~'], () => this.#product()));
  }
  #product(): Expression {
    return this.#chain(['*', '/', '//', '%'], () => this.#chain(['**'], () => this.#unary(true)));
  }
  #nested<T>(task: () => T): T {
    if (++this.#depth > DEEPEST) throw new JinjaError(`it nests more than ${DEEPEST} deep`, this.now?.line);
    try {
      return task();
    } finally {
      this.#depth--;
    }
  }
  #unary(filters: boolean): Expression {
    const sign = this.is('op', '-') || this.is('op', '+') ? (this.next().text as '-' | '+') : null;
    const inner = sign
      ? ({ type: 'unary', op: sign, of: this.#nested(() => this.#unary(false)) } as const)
      : this.#primary();
    const whole = this.#postfix(inner);
    return filters ? this.#filters(whole) : whole;
  }
  #primary(): Expression {
    const token = this.next();
    switch (token.kind) {
      case 'name':
        return Object.hasOwn(constants, token.text)
          ? { type: 'const', value: constants[token.text]! }
          : { type: 'name', name: token.text };
      case 'string': {
        let value = token.text;
        while (this.is('string')) value += this.next().text;
        return { type: 'const', value };
      }
      case 'int':
        return { type: 'number', value: Number(token.text), float: false };
      case 'float':
        return { type: 'number', value: Number(token.text), float: true };
      case 'op':
        if (token.text === '(') return this.#parenthesis();
        if (token.text === '[') return { type: 'list', items: this.#items(']', () => this.expression()) };
        if (token.text === '{')
          return {
            type: 'dict',
            items: this.#items('}', () => {
              const key = this.expression();
              this.need('op', ':');
              return [key, this.expression()] as const;
            }),
          };
    }
    throw new JinjaError(`an expression is expected, not ${token.text || token.kind}`, token.line);
  }
  #parenthesis(): Expression {
    if (this.take('op', ')')) return { type: 'tuple', items: [] };
    const inner = this.tuple(() => this.is('op', ')'));
    this.need('op', ')');
    return inner;
  }
  #items<T>(close: string, item: () => T): readonly T[] {
    const items: T[] = [];
    while (!this.take('op', close)) {
      if (items.length > 0) {
        this.need('op', ',');
        if (this.take('op', close)) break;
      }
      items.push(item());
    }
    return items;
  }
  #postfix(of: Expression): Expression {
    let now = of;
    for (;;) {
      if (this.take('op', '.')) {
        const { kind, text } = this.next();
        if (kind === 'name') now = { type: 'attribute', of: now, name: text };
        else if (kind === 'int')
          now = { type: 'item', of: now, index: { type: 'number', value: Number(text), float: false } };
        else this.fail('a name is expected after the dot');
      } else if (this.take('op', '[')) {
        const index = this.#subscript();
        this.need('op', ']');
        now = { type: 'item', of: now, index };
      } else if (this.is('op', '(')) now = { type: 'call', callee: now, args: this.arguments() };
      else return now;
    }
  }
  #subscript(): Expression | Slice {
    const over = () => this.is('op', ':') || this.is('op', ']');
    const start = over() ? null : this.expression();
    if (!this.take('op', ':')) return start ?? this.fail('an index is expected');
    const stop = over() ? null : this.expression();
    const step = this.take('op', ':') && !over() ? this.expression() : null;
    return { type: 'slice', start, stop, step };
  }
  arguments(): Arguments {
    this.need('op', '(');
    const positional: Expression[] = [];
    const named: [string, Expression][] = [];
    let [star, starStar]: (Expression | null)[] = [null, null];
    while (!this.take('op', ')')) {
      if (this.take('op', '*')) star = this.expression();
      else if (this.take('op', '**')) starStar = this.expression();
      else if (this.is('name') && this.ahead(1)?.kind === 'op' && this.ahead(1)!.text === '=') {
        const name = this.next().text;
        this.next();
        named.push([name, this.expression()]);
      } else positional.push(this.expression());
      if (!this.is('op', ')')) this.need('op', ',');
    }
    return { positional, named, star: star!, starStar: starStar! };
  }
  #filters(of: Expression): Expression {
    let now = of;
    for (;;) {
      if (this.is('op', '|')) now = this.filter(now);
      else if (this.take('name', 'is')) now = this.#test(now);
      else if (this.is('op', '(')) now = { type: 'call', callee: now, args: this.arguments() };
      else return now;
    }
  }
  #dotted(): string {
    let name = this.need('name').text;
    while (this.take('op', '.')) name += `.${this.need('name').text}`;
    return name;
  }
  filter(of: Expression): FilterExpression {
    this.need('op', '|');
    return this.#named(of);
  }
  #named(of: Expression): FilterExpression {
    const { line } = this.now ?? { line: 0 };
    const name = this.#dotted();
    if (!this.#known.filter(name)) throw new JinjaError(`it uses the filter '${name}', which is not known here`, line);
    return { type: 'filter', of, name, args: this.is('op', '(') ? this.arguments() : noArguments };
  }
  /** Filters of a block, without what they are applied to. */
  blockFilters(first: boolean): readonly FilterExpression[] {
    const out: FilterExpression[] = first ? [this.#named(subject)] : [];
    while (this.is('op', '|')) out.push(this.filter(subject));
    return out;
  }
  #test(of: Expression): Expression {
    const negated = this.take('name', 'not');
    const { line } = this.now ?? { line: 0 };
    const name = this.#dotted();
    if (!this.#known.test(name)) throw new JinjaError(`it uses the test '${name}', which is not known here`, line);
    const test: Expression = { type: 'test', of, name, args: this.#testArguments() };
    return negated ? { type: 'unary', op: 'not', of: test } : test;
  }
  #testArguments(): Arguments {
    if (this.is('op', '(')) return this.arguments();
    const { now } = this;
    const begins =
      (now?.kind === 'name' && !RESERVED.has(now.text)) ||
      ['string', 'int', 'float'].includes(now?.kind ?? '') ||
      (now?.kind === 'op' && '[{'.includes(now.text));
    return begins ? { ...noArguments, positional: [this.#postfix(this.#primary())] } : noArguments;
  }
}
