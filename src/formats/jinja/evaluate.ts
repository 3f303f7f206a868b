// A template at work: statements write text, expressions make values. A template comes with a model's files and cannot be
// trusted: its steps, its depth and the size of what it makes are counted.
import type { Arguments, Body, Expression, Parameter, Statement, Target } from './ast.ts';
import { JinjaError } from './error.ts';
import { filterOf } from './filters.ts';
import type { Apply } from './listFilters.ts';
import { binary, holds } from './operators.ts';
import { loopValues, Scope, Signal, type Limits } from './scope.ts';
import { lookUp, slice } from './lookUp.ts';
import { tests } from './tests.ts';
import {
  Attributes,
  Callable,
  dictOf,
  Float,
  isDict,
  isList,
  isNumber,
  iterate,
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

export function render(body: Body, globals: ReadonlyMap<string, Value>, limits: Limits): string {
  return new Machine(limits).write(body, new Scope(new Scope(null, globals)));
}

class Machine {
  readonly #limits: Limits;
  readonly #apply: Apply = {
    filter: (name, v, args, named) => this.#filter(name, v, args, named),
    test: (name, v, args) => this.#test(name, v, args),
  };
  constructor(limits: Limits) {
    this.#limits = limits;
  }

  write(body: Body, scope: Scope): string {
    const out: string[] = [];
    let size = 0;
    const put = (text: string) => {
      out.push(text);
      this.#limits.made((size += text.length));
    };
    this.#statements(body, scope, put);
    return out.join('');
  }
  #statements(body: Body, scope: Scope, put: (text: string) => void): void {
    for (const statement of body) {
      this.#limits.step(1);
      this.#limits.deeper();
      try {
        this.#statement(statement, scope, put);
      } finally {
        this.#limits.shallower();
      }
    }
  }
  #statement(s: Statement, scope: Scope, put: (text: string) => void): void {
    switch (s.type) {
      case 'text':
        return put(s.text);
      case 'print':
        return put(str(this.#value(s.of, scope)));
      case 'if': {
        const holding = s.cases.find((c) => truthy(this.#value(c.test, scope)));
        return this.#statements(holding ? holding.body : s.otherwise, scope, put);
      }
      case 'for':
        return this.#loop(s, scope, put, this.#value(s.of, scope), 1);
      case 'set':
        return this.#assign(s.target, this.#value(s.value, scope), scope);
      case 'setBlock':
        return this.#assign(s.target, this.#filtered(this.write(s.body, new Scope(scope)), s.filters, scope), scope);
      case 'macro':
        return scope.set(s.name, this.#macro(s.name, s.parameters, s.body, scope));
      case 'callBlock': {
        const caller = this.#macro('caller', s.parameters, s.body, scope);
        return put(str(this.#value(s.call, scope, caller)));
      }
      case 'filterBlock':
        return put(str(this.#filtered(this.write(s.body, new Scope(scope)), s.filters, scope)));
      case 'with': {
        const inner = new Scope(scope);
        for (const [target, value] of s.values) this.#assign(target, this.#value(value, scope), inner);
        return this.#statements(s.body, inner, put);
      }
      case 'group':
        return this.#statements(s.body, scope, put);
      case 'break':
      case 'continue':
        // Leaves the loop around it, whatever is between.
        throw new Signal(s.type);
      default:
        s satisfies never;
    }
  }

  #loop(
    s: Statement & { readonly type: 'for' },
    scope: Scope,
    put: (text: string) => void,
    of: Value,
    depth: number,
  ): void {
    const all = iterate(of);
    this.#limits.step(all.length);
    const inner = (value: Value) => {
      const turn = new Scope(scope);
      this.#assign(s.target, value, turn);
      return turn;
    };
    const { test } = s;
    const list = test ? all.filter((value) => truthy(this.#value(test, inner(value)))) : all;
    if (list.length === 0) return this.#statements(s.otherwise, scope, put);
    const changes: { last: readonly Value[] | null } = { last: null };
    for (const [i, value] of list.entries()) {
      const turn = inner(value);
      const loop = loopValues(list, i, depth, changes);
      if (s.recursive)
        loop.set(
          '__call__',
          new Callable('loop', ([again]) => {
            const out: string[] = [];
            this.#loop(s, scope, (text) => void out.push(text), again ?? null, depth + 1);
            return out.join('');
          }),
        );
      turn.set('loop', new Attributes('loop', loop));
      try {
        this.#statements(s.body, turn, put);
      } catch (signal) {
        if (!(signal instanceof Signal)) throw signal;
        if (signal.kind === 'break') break;
      }
    }
  }

  #assign(target: Target, value: Value, scope: Scope): void {
    switch (target.type) {
      case 'name':
        return scope.set(target.name, value);
      case 'attribute': {
        const of = scope.get(target.name);
        if (!(of instanceof Attributes) || of.kind !== 'namespace')
          throw new JinjaError('cannot assign attribute on non-namespace object');
        return void of.values.set(target.attribute, value);
      }
      case 'tuple': {
        const values = iterate(value instanceof Attributes ? [...value.values.values()] : value);
        if (values.length !== target.items.length)
          throw new JinjaError(`${target.items.length} values are expected to unpack, not ${values.length}`);
        return target.items.forEach((t, i) => this.#assign(t, values[i]!, scope));
      }
    }
  }

  #macro(name: string, parameters: readonly Parameter[], body: Body, scope: Scope): Callable {
    return new Callable(name, (args, named) => {
      const inner = new Scope(scope);
      for (const [i, p] of parameters.entries()) {
        const given = args[i] ?? named.get(p.name);
        const value = given ?? (p.otherwise ? this.#value(p.otherwise, inner) : new Undefined(`parameter '${p.name}'`));
        inner.set(p.name, value);
      }
      const known = new Set(parameters.map((p) => p.name));
      inner.set('varargs', new Tuple(args.slice(parameters.length)));
      inner.set('kwargs', new Map([...named].filter(([key]) => !known.has(key) && key !== 'caller')));
      const caller = named.get('caller');
      if (caller !== undefined) inner.set('caller', caller);
      this.#limits.deeper();
      try {
        return this.write(body, inner);
      } finally {
        this.#limits.shallower();
      }
    });
  }

  #value(e: Expression, scope: Scope, caller?: Callable): Value {
    this.#limits.step(1);
    this.#limits.deeper();
    try {
      const made = this.#made(e, scope, caller);
      if (typeof made === 'string' || isList(made)) this.#limits.made(made.length);
      return made;
    } finally {
      this.#limits.shallower();
    }
  }
  #made(e: Expression, scope: Scope, caller?: Callable): Value {
    switch (e.type) {
      case 'const':
        return e.value;
      case 'number':
        return e.float ? new Float(e.value) : e.value;
      case 'name':
        return found(scope.get(e.name), e.name);
      case 'list':
        return e.items.map((item) => this.#value(item, scope));
      case 'tuple':
        return new Tuple(e.items.map((item) => this.#value(item, scope)));
      case 'dict':
        return dictOf(e.items.map(([key, value]) => [this.#value(key, scope), this.#value(value, scope)] as const));
      case 'attribute':
        return lookUp.attribute(this.#value(e.of, scope), e.name);
      case 'item': {
        const of = this.#value(e.of, scope);
        const { index } = e;
        if (index.type !== 'slice') return lookUp.item(of, this.#value(index, scope));
        const part = (of_: Expression | null) => (of_ ? this.#value(of_, scope) : null);
        return slice(of, part(index.start), part(index.stop), part(index.step));
      }
      case 'call':
        return this.#call(this.#value(e.callee, scope), e.args, scope, caller);
      case 'filter': {
        const of = this.#value(e.of, scope);
        const { positional, named } = this.#arguments(e.args, scope);
        return this.#filter(e.name, of, positional, named);
      }
      case 'test': {
        const of = this.#value(e.of, scope);
        return this.#test(e.name, of, this.#arguments(e.args, scope).positional);
      }
      case 'unary': {
        const of = this.#value(e.of, scope);
        if (e.op === 'not') return !truthy(of);
        if (of instanceof Undefined) throw undefinedError(of);
        if (!isNumber(of)) throw new JinjaError(`bad operand type for unary ${e.op}: '${typeName(of)}'`);
        const sign = e.op === '-' ? -1 : 1;
        return of instanceof Float ? new Float(sign * of.value) : sign * numberOf(of) + 0;
      }
      case 'binary': {
        const left = this.#value(e.left, scope);
        if (e.op === 'and') return truthy(left) ? this.#value(e.right, scope) : left;
        if (e.op === 'or') return truthy(left) ? left : this.#value(e.right, scope);
        return binary(e.op, left, this.#value(e.right, scope), (size) => this.#limits.made(size));
      }
      case 'compare':
        return this.#compare(e, scope);
      case 'if':
        if (truthy(this.#value(e.test, scope))) return this.#value(e.then, scope);
        return e.otherwise
          ? this.#value(e.otherwise, scope)
          : new Undefined('the inline if-expression evaluated to false and no else section was defined, so it');
      default:
        return e satisfies never;
    }
  }
  #compare(e: Expression & { readonly type: 'compare' }, scope: Scope): boolean {
    let left = this.#value(e.left, scope);
    for (const { op, right } of e.rest) {
      const other = this.#value(right, scope);
      if (!holds(op, left, other)) return false;
      left = other;
    }
    return true;
  }
  #arguments(args: Arguments, scope: Scope): { positional: Value[]; named: Named } {
    const positional = args.positional.map((a) => this.#value(a, scope));
    if (args.star) positional.push(...iterate(this.#value(args.star, scope)));
    const named = new Map<string, Value>(args.named.map(([name, a]) => [name, this.#value(a, scope)]));
    const more = args.starStar ? this.#value(args.starStar, scope) : null;
    if (more !== null && isDict(more)) for (const [key, value] of more) named.set(str(key), value);
    return { positional, named };
  }
  #call(callee: Value, args: Arguments, scope: Scope, caller?: Callable): Value {
    const target = callee instanceof Attributes ? callee.values.get('__call__') : callee;
    if (callee instanceof Undefined) throw undefinedError(callee);
    if (!(target instanceof Callable)) throw new JinjaError(`'${typeName(callee)}' object is not callable`);
    const { positional, named } = this.#arguments(args, scope);
    return target.call(positional, caller ? new Map([...named, ['caller', caller]]) : named);
  }
  #filtered(text: Value, filters: readonly (Expression & { type: 'filter' })[], scope: Scope): Value {
    return filters.reduce((now, f) => {
      const { positional, named } = this.#arguments(f.args, scope);
      return this.#filter(f.name, now, positional, named);
    }, text);
  }
  #filter(name: string, v: Value, args: readonly Value[], named: Named): Value {
    const filter = filterOf(name);
    if (!filter) throw new JinjaError(`it uses the filter '${name}', which is not known here`);
    if (isList(v)) this.#limits.step(v.length);
    return filter(v, args, named, this.#apply);
  }
  #test(name: string, v: Value, args: readonly Value[]): boolean {
    if (!Object.hasOwn(tests, name)) throw new JinjaError(`it uses the test '${name}', which is not known here`);
    return tests[name]!(v, args);
  }
}

const found = (v: Value | undefined, name: string): Value => (v === undefined ? new Undefined(`'${name}'`) : v);
