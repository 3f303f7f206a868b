// A grammar as a network of positions over bytes: edges take a byte or a whole rule. No edge is free, no rule is empty,
// no rule begins with itself; what cannot come to an end is cut away. These are what the automaton relies on.
import type { Grammar } from './ast.ts';
import type { ByteEdge, CallEdge } from './drafts.ts';
import { withoutLeftRecursion } from './leftRecursion.ts';
import { withoutFree } from './withoutFree.ts';

export interface Position {
  /** The rule that the position lies in. */
  readonly rule: number;
  readonly bytes: readonly ByteEdge[];
  readonly calls: readonly CallEdge[];
  /** The rule may end here. */
  readonly ends: boolean;
}
export interface Network {
  readonly positions: readonly Position[];
  /** First position of each rule; no edge leads to it, and the rule never ends at it. */
  readonly starts: readonly number[];
  readonly names: readonly string[];
  /** Rules such that one which another begins with comes after that other. */
  readonly order: readonly number[];
  readonly root: number;
  /** The empty text is one of the grammar's. */
  readonly empty: boolean;
  /** The grammar has a text besides the empty one. */
  readonly productive: boolean;
}

/** A grammar's network over all bytes. Throws a GrammarError when it would be too large. */
export function networkOf(grammar: Grammar): Network {
  const { drafts, starts, empty, names } = withoutFree(grammar);
  withoutLeftRecursion(drafts, starts);
  const root = names.indexOf(grammar.root);
  return trimmed(
    { positions: drafts, starts, names, root, empty: empty[root]!, order: [], productive: true },
    () => true,
  );
}

/**
 * The network with only the edges of bytes that pass, and of these only what can come to the end of a text: so whatever
 * the automaton follows, a text of the grammar can still come of it.
 */
export function trimmed(network: Network, has: (from: number, to: number) => boolean): Network {
  const positions = network.positions.map((p) => ({ ...p, bytes: p.bytes.filter((e) => has(e.from, e.to)) }));
  const before: number[][] = positions.map(() => []);
  const calledBy: [number, number][][] = network.starts.map(() => []);
  positions.forEach((p, at) => {
    for (const e of p.bytes) before[e.next]!.push(at);
    for (const c of p.calls) calledBy[c.rule]!.push([at, c.next]);
  });
  // A position is live when an end is reached from it, through rules that have an end themselves.
  const live = new Uint8Array(positions.length);
  const ended = network.starts.map(() => false);
  const waiting: number[][] = positions.map(() => []);
  const ruleOf = new Map(network.starts.map((at, i) => [at, i]));
  const todo: number[] = [];
  const mark = (at: number): void => {
    if (live[at]) return;
    live[at] = 1;
    todo.push(at);
  };
  positions.forEach((p, at) => {
    if (p.ends) mark(at);
    for (const c of p.calls) waiting[c.next]!.push(at);
  });
  for (const at of todo) {
    for (const from of before[at]!) mark(from);
    for (const from of waiting[at]!) if (positions[from]!.calls.some((c) => c.next === at && ended[c.rule])) mark(from);
    const rule = ruleOf.get(at);
    if (rule === undefined) continue;
    ended[rule] = true;
    for (const [from, next] of calledBy[rule]!) if (live[next]) mark(from);
  }
  const kept = positions.map((p) => ({
    ...p,
    bytes: p.bytes.filter((e) => live[e.next]),
    calls: p.calls.filter((c) => ended[c.rule] && live[c.next]),
  }));
  const result = { ...network, positions: kept, productive: ended[network.root]! };
  return { ...result, order: orderOf(result) };
}

/** Rules, those that others begin with after those others. */
function orderOf({ positions, starts }: Pick<Network, 'positions' | 'starts'>): number[] {
  const out: number[] = [];
  const seen = new Set<number>();
  for (const first of starts.keys()) {
    // Depth first without recursion: a chain of rules may be as long as the grammar.
    const path: { rule: number; left: number[] }[] = [];
    const enter = (rule: number): void => {
      if (seen.has(rule)) return;
      seen.add(rule);
      path.push({ rule, left: positions[starts[rule]!]!.calls.map((c) => c.rule) });
    };
    for (enter(first); path.length > 0;) {
      const top = path.at(-1)!;
      const next = top.left.pop();
      if (next !== undefined) enter(next);
      else out.push(path.pop()!.rule);
    }
  }
  return out.reverse();
}
