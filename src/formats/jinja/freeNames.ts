// Names that a template reads without having set them: what whoever renders it may give it. And what each is used as, as
// far as the template shows.
import type { Arguments, Body, Expression, Parameter, Slice, Statement, Target } from './ast.ts';

/** `truth`: asked whether it holds; `text`, `number`: written, joined or compared with such; `whole`: looped over, indexed or called. */
export type Use = 'truth' | 'text' | 'number' | 'whole';
export interface FreeName {
  readonly name: string;
  readonly uses: ReadonlySet<Use>;
  /** Texts that it is compared with, in the order of the template. */
  readonly compared: readonly string[];
}

/** Names set for certain where a statement stands; a block of its own sees those around it. */
class Names {
  readonly #around: Names | null;
  readonly #own = new Set<string>();
  constructor(around: Names | null = null) {
    this.#around = around;
  }
  has(name: string): boolean {
    return this.#own.has(name) || (this.#around?.has(name) ?? false);
  }
  add(name: string): void {
    this.#own.add(name);
  }
  inner(): Names {
    return new Names(this);
  }
  get own(): ReadonlySet<string> {
    return this.#own;
  }
}

interface Found {
  readonly uses: Set<Use>;
  readonly compared: Set<string>;
}

/**
 * Free names in the order of their first reading. A name that only some branch has set before is free: the template may
 * still read what it was given. A macro's body is read where it stands, with every name that the template sets at its
 * outermost level counted as set, because it runs later.
 */
export function freeNames(body: Body): readonly FreeName[] {
  const found = new Map<string, Found>();
  const outermost = new Set<string>();
  for (const s of body) for (const name of setBy(s)) outermost.add(name);

  const read = (name: string, names: Names, use: Use | null, compared: readonly string[] = []) => {
    if (names.has(name)) return;
    const entry = found.get(name) ?? { uses: new Set<Use>(), compared: new Set<string>() };
    found.set(name, entry);
    if (use) entry.uses.add(use);
    for (const text of compared) entry.compared.add(text);
  };

  /** `use`: what becomes of the value. */
  function expression(e: Expression, names: Names, use: Use | null): void {
    switch (e.type) {
      case 'const':
      case 'number':
        return;
      case 'name':
        return read(e.name, names, use);
      case 'list':
      case 'tuple':
        for (const item of e.items) expression(item, names, null);
        return;
      case 'dict':
        for (const [key, value] of e.items) {
          expression(key, names, 'text');
          expression(value, names, null);
        }
        return;
      case 'attribute':
        return expression(e.of, names, 'whole');
      case 'item':
        expression(e.of, names, 'whole');
        if (e.index.type === 'slice') slice(e.index, names);
        else expression(e.index, names, null);
        return;
      case 'call':
        if (e.callee.type === 'name') read(e.callee.name, names, 'whole');
        else expression(e.callee, names, null);
        return given(e.args, names);
      case 'filter':
        expression(e.of, names, usedByFilter(e, use));
        return given(e.args, names);
      case 'test':
        expression(e.of, names, usedByTest(e.name));
        return given(e.args, names);
      case 'unary':
        return expression(e.of, names, e.op === 'not' ? 'truth' : 'number');
      case 'binary':
        return binary(e, names, use);
      case 'compare':
        return compare(e, names);
      case 'if':
        // `x if x is defined else false`: what stands in its place says what it is.
        expression(e.test, names, 'truth');
        expression(e.then, names, use ?? usedBeside(e.otherwise ? [e.otherwise] : []));
        if (e.otherwise) expression(e.otherwise, names, use ?? usedBeside([e.then]));
        return;
      default:
        e satisfies never;
    }
  }
  function binary(e: Expression & { type: 'binary' }, names: Names, use: Use | null): void {
    // `a and b` is asked for its truth even where its value is what is written.
    if (e.op === 'and' || e.op === 'or') {
      expression(e.left, names, 'truth');
      return expression(e.right, names, use ?? 'truth');
    }
    const side = (other: Expression): Use => {
      if (e.op === '~' || (e.op === '+' && other.type !== 'number')) return 'text';
      return 'number';
    };
    expression(e.left, names, side(e.right));
    expression(e.right, names, side(e.left));
  }
  function compare(e: Expression & { type: 'compare' }, names: Names): void {
    const sides = [e.left, ...e.rest.map((r) => r.right)];
    sides.forEach((one, i) => {
      const ops = [e.rest[i - 1]?.op, e.rest[i]?.op];
      const others = [sides[i - 1], sides[i + 1]].filter((o) => o !== undefined);
      // What something is looked for in is a list, or a text.
      if (one.type === 'name' && (ops[0] === 'in' || ops[0] === 'not in')) return read(one.name, names, 'whole');
      if (one.type !== 'name') return expression(one, names, null);
      const values = others.flatMap((o) => (o.type === 'list' || o.type === 'tuple' ? o.items : [o]));
      const texts = values.flatMap((o) => (o.type === 'const' && typeof o.value === 'string' ? [o.value] : []));
      read(one.name, names, usedBeside(values), texts);
    });
  }
  function slice({ start, stop, step }: Slice, names: Names): void {
    for (const e of [start, stop, step]) if (e) expression(e, names, 'number');
  }
  function given({ positional, named, star, starStar }: Arguments, names: Names): void {
    for (const e of positional) expression(e, names, null);
    for (const [, e] of named) expression(e, names, null);
    if (star) expression(star, names, 'whole');
    if (starStar) expression(starStar, names, 'whole');
  }

  function target(t: Target, names: Names): void {
    if (t.type === 'name') names.add(t.name);
    else if (t.type === 'attribute') read(t.name, names, 'whole');
    else for (const item of t.items) target(item, names);
  }
  function macro(parameters: readonly Parameter[], inside: Body, names: Names, more: readonly string[]): void {
    const inner = names.inner();
    for (const name of outermost) inner.add(name);
    for (const name of ['varargs', 'kwargs', ...more]) inner.add(name);
    for (const { name, otherwise } of parameters) {
      if (otherwise) expression(otherwise, names, null);
      inner.add(name);
    }
    statements(inside, inner);
  }
  function branches(bodies: readonly Body[], names: Names): void {
    const sets = bodies.map((b) => {
      const inner = names.inner();
      statements(b, inner);
      return inner.own;
    });
    for (const name of sets[0] ?? []) if (sets.every((s) => s.has(name))) names.add(name);
  }

  function statement(s: Statement, names: Names): void {
    switch (s.type) {
      case 'text':
      case 'break':
      case 'continue':
        return;
      case 'print':
        return expression(s.of, names, 'text');
      case 'if':
        for (const { test } of s.cases) expression(test, names, 'truth');
        return branches([...s.cases.map((c) => c.body), s.otherwise], names);
      case 'for': {
        expression(s.of, names, 'whole');
        const inner = names.inner();
        target(s.target, inner);
        inner.add('loop');
        if (s.test) expression(s.test, inner, 'truth');
        statements(s.body, inner);
        return statements(s.otherwise, names.inner());
      }
      case 'set':
        expression(s.value, names, null);
        return target(s.target, names);
      case 'setBlock':
        for (const f of s.filters) given(f.args, names);
        statements(s.body, names.inner());
        return target(s.target, names);
      case 'macro':
        names.add(s.name);
        return macro(s.parameters, s.body, names, ['caller']);
      case 'callBlock':
        expression(s.call, names, null);
        return macro(s.parameters, s.body, names, []);
      case 'filterBlock':
        for (const f of s.filters) given(f.args, names);
        return statements(s.body, names.inner());
      case 'with': {
        const inner = names.inner();
        for (const [to, value] of s.values) {
          expression(value, names, null);
          target(to, inner);
        }
        return statements(s.body, inner);
      }
      case 'group':
        return statements(s.body, names);
      default:
        s satisfies never;
    }
  }
  function statements(list: Body, names: Names): void {
    for (const s of list) statement(s, names);
  }

  statements(body, new Names());
  return [...found].map(([name, { uses, compared }]) => ({ name, uses, compared: [...compared] }));
}

/** Names that a statement sets where it stands, in whichever of its branches. */
function setBy(s: Statement): readonly string[] {
  const of = (t: Target): readonly string[] => {
    if (t.type === 'name') return [t.name];
    return t.type === 'tuple' ? t.items.flatMap(of) : [];
  };
  switch (s.type) {
    case 'set':
    case 'setBlock':
      return of(s.target);
    case 'macro':
      return [s.name];
    case 'if':
      return [...s.cases.flatMap((c) => c.body), ...s.otherwise].flatMap(setBy);
    case 'group':
      return s.body.flatMap(setBy);
    default:
      return [];
  }
}

function usedBeside(values: readonly Expression[]): Use | null {
  for (const v of values) {
    if (v.type === 'number') return 'number';
    if (v.type === 'const' && typeof v.value === 'string') return 'text';
    if (v.type === 'const' && typeof v.value === 'boolean') return 'truth';
  }
  return null;
}
const TEXT_FILTERS: ReadonlySet<string> = new Set([
  'trim',
  'upper',
  'lower',
  'capitalize',
  'title',
  'replace',
  'string',
]);
function usedByFilter(e: Expression & { type: 'filter' }, use: Use | null): Use | null {
  if (e.name === 'default' || e.name === 'd') return usedBeside(e.args.positional.slice(0, 1)) ?? use;
  if (TEXT_FILTERS.has(e.name)) return 'text';
  if (e.name === 'int' || e.name === 'float' || e.name === 'abs') return 'number';
  return e.name === 'bool' ? 'truth' : 'whole';
}
function usedByTest(name: string): Use | null {
  if (name === 'defined' || name === 'undefined' || name === 'none') return null;
  if (['true', 'false', 'boolean'].includes(name)) return 'truth';
  if (name === 'string') return 'text';
  return name === 'number' || name === 'integer' || name === 'float' ? 'number' : 'whole';
}
