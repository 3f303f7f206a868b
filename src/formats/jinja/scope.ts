// Where names have their values, and what a template may spend.
import { Callable, equal, Undefined, type Value } from './values.ts';

export interface Limits {
  /** Throws when a template has done too much, made too much or nests too deep. */
  step(count: number): void;
  made(size: number): void;
  deeper(): void;
  shallower(): void;
}
/** What leaves a loop or its turn. */
export class Signal {
  readonly kind: 'break' | 'continue';
  constructor(kind: 'break' | 'continue') {
    this.kind = kind;
  }
}
/** Names and their values, in scopes within scopes. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #parent: Scope | null;
  constructor(parent: Scope | null, values: Iterable<readonly [string, Value]> = []) {
    this.#parent = parent;
    for (const [name, value] of values) this.#values.set(name, value);
  }
  get(name: string): Value | undefined {
    return this.#values.has(name) ? this.#values.get(name) : this.#parent?.get(name);
  }
  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}

/** What `loop` knows in one turn. */
export const loopValues = (
  list: readonly Value[],
  i: number,
  depth: number,
  changes: { last: readonly Value[] | null },
): Map<string, Value> =>
  new Map<string, Value>([
    ['index', i + 1],
    ['index0', i],
    ['revindex', list.length - i],
    ['revindex0', list.length - i - 1],
    ['first', i === 0],
    ['last', i === list.length - 1],
    ['length', list.length],
    ['depth', depth],
    ['depth0', depth - 1],
    ['previtem', list[i - 1] ?? new Undefined('there is no previous item, so it')],
    ['nextitem', list[i + 1] ?? new Undefined('there is no next item, so it')],
    ['cycle', new Callable('cycle', (args) => args[i % args.length] ?? null)],
    [
      'changed',
      new Callable('changed', (args) => {
        const { last } = changes;
        changes.last = args;
        return last === null || args.some((v, k) => !equal(v, last[k] ?? null));
      }),
    ],
  ]);
