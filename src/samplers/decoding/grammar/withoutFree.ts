// A grammar as positions of which every edge takes something.
import type { Grammar, Node } from './ast.ts';
import { addByte, addCall, MOST_POSITIONS, tooLarge, type ByteEdge, type CallEdge, type Draft } from './drafts.ts';
import { utf8Ranges, type ByteRanges } from './utf8.ts';

/** Networks with free edges: the textbook construction, one rule after the other (Thompson 1968). */
class Builder {
  readonly free: number[][] = [];
  readonly bytes: ByteEdge[][] = [];
  readonly calls: CallEdge[][] = [];
  readonly #index: ReadonlyMap<string, number>;
  #tails = new Map<string, number>();

  constructor(index: ReadonlyMap<string, number>) {
    this.#index = index;
  }

  node(): number {
    if (this.free.length >= 2 * MOST_POSITIONS) throw tooLarge();
    this.free.push([]);
    this.bytes.push([]);
    this.calls.push([]);
    return this.free.length - 1;
  }

  /** Adds what leads from `from` through the node of the grammar, and answers where it ends. */
  add(node: Node, from: number): number {
    switch (node.kind) {
      case 'chars': {
        const to = this.node();
        for (const code of utf8Ranges(node.ranges)) this.#code(code, from, to);
        return to;
      }
      case 'seq':
        return node.items.reduce((at, item) => this.add(item, at), from);
      case 'alt': {
        const to = this.node();
        for (const item of node.items) this.free[this.add(item, from)]!.push(to);
        return to;
      }
      case 'rule': {
        const to = this.node();
        this.calls[from]!.push({ rule: this.#index.get(node.name)!, next: to });
        return to;
      }
      case 'repeat': {
        let at = from;
        for (let i = 0; i < node.min; i++) at = this.add(node.item, at);
        if (node.max === Infinity) {
          const loop = this.node();
          this.free[at]!.push(loop);
          this.free[this.add(node.item, loop)]!.push(loop);
          const to = this.node();
          this.free[loop]!.push(to);
          return to;
        }
        const to = this.node();
        for (let i = node.min; i < node.max; i++) {
          this.free[at]!.push(to);
          at = this.add(node.item, at);
        }
        this.free[at]!.push(to);
        return to;
      }
      default:
        return node satisfies never;
    }
  }

  /** Codes that end alike share their ends. */
  #code(code: ByteRanges, from: number, to: number): void {
    let at = from;
    for (const [i, [low, high]] of code.entries()) {
      const last = i === code.length - 1;
      const key = last ? '' : `${to}:${code.slice(i + 1).join()}`;
      const known = last ? to : this.#tails.get(key);
      const next = known ?? this.node();
      this.bytes[at]!.push({ from: low, to: high, next });
      if (known !== undefined) return;
      this.#tails.set(key, next);
      at = next;
    }
  }
}

/** The positions of every rule without free edges; whether each rule has the empty text. */
export function withoutFree(grammar: Grammar): {
  drafts: Draft[];
  starts: number[];
  empty: boolean[];
  names: string[];
} {
  const names = [...grammar.rules.keys()];
  const builder = new Builder(new Map(names.map((name, i) => [name, i])));
  const starts = names.map(() => builder.node());
  const ends = names.map((name, i) => builder.add(grammar.rules.get(name)!, starts[i]!));
  const { free, bytes, calls } = builder;
  const closure = (from: number): number[] => {
    const seen = new Set([from]);
    for (const at of seen) for (const to of free[at]!) seen.add(to);
    return [...seen];
  };
  // A rule is empty when its end is reached through free edges and empty rules; an empty rule makes its calls free.
  const empty = names.map(() => false);
  for (let grown = true; grown;) {
    grown = false;
    for (const [i, start] of starts.entries()) {
      if (empty[i]) continue;
      const seen = new Set([start]);
      for (const at of seen) {
        for (const to of free[at]!) seen.add(to);
        for (const call of calls[at]!) if (empty[call.rule]) seen.add(call.next);
      }
      if (seen.has(ends[i]!)) empty[i] = grown = true;
    }
  }
  calls.forEach((list, at) => {
    for (const call of list) if (empty[call.rule]) free[at]!.push(call.next);
  });
  const drafts: Draft[] = [];
  const number = new Map<number, number>();
  const first = names.map((_, i) => {
    // Every rule has its own nodes, so a position belongs to one rule.
    const todo = [starts[i]!];
    number.set(starts[i]!, drafts.push({ rule: i, bytes: [], calls: [], ends: false }) - 1);
    const at = (node: number): number => {
      const known = number.get(node);
      if (known !== undefined) return known;
      if (drafts.length >= MOST_POSITIONS) throw tooLarge();
      const made = drafts.push({ rule: i, bytes: [], calls: [], ends: false }) - 1;
      number.set(node, made);
      todo.push(node);
      return made;
    };
    for (const node of todo) {
      const draft = drafts[number.get(node)!]!;
      const reached = closure(node);
      draft.ends = node !== starts[i] && reached.includes(ends[i]!);
      for (const r of reached) {
        for (const e of bytes[r]!) addByte(draft, { ...e, next: at(e.next) });
        for (const c of calls[r]!) addCall(draft, { ...c, next: at(c.next) });
      }
    }
    return number.get(starts[i]!)!;
  });
  return { drafts, starts: first, empty, names };
}
