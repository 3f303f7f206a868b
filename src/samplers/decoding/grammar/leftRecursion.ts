// Rules that begin with themselves, rewritten.
import { addByte, addCall, MOST_POSITIONS, tooLarge, type Draft } from './drafts.ts';

/**
 * Makes every rule begin with a byte or with a rule that never leads back to it: rules in a circle are put into one
 * another in order (Paull's algorithm; Moore 2000, https://aclanthology.org/A00-2033, section 2), and a rule that begins
 * with itself, A → A α | β, becomes β α*.
 */
export function withoutLeftRecursion(drafts: Draft[], starts: readonly number[]): void {
  const leads = (r: number) => drafts[starts[r]!]!.calls.map((c) => c.rule);
  for (const circle of circles(starts.length, leads)) {
    for (const [i, rule] of circle.entries()) {
      const start = drafts[starts[rule]!]!;
      for (;;) {
        const call = start.calls.find((c) => circle.slice(0, i).includes(c.rule));
        if (!call) break;
        start.calls.splice(start.calls.indexOf(call), 1);
        inline(drafts, starts[call.rule]!, start, rule, drafts[call.next]!);
      }
      const again = start.calls.filter((c) => c.rule === rule);
      start.calls = start.calls.filter((c) => c.rule !== rule);
      for (const draft of drafts.filter((d) => d.rule === rule && d.ends))
        for (const { next } of again) {
          for (const e of [...drafts[next]!.bytes]) addByte(draft, e);
          for (const c of [...drafts[next]!.calls]) addCall(draft, c);
        }
    }
  }
}

/** Puts a copy of the rule that begins at `from` between `start` and `after`. */
function inline(drafts: Draft[], from: number, start: Draft, rule: number, after: Draft): void {
  const copies = new Map<number, Draft>();
  const numbers = new Map<number, number>();
  const todo: number[] = [];
  const copy = (at: number): number => {
    if (!numbers.has(at)) {
      if (drafts.length >= MOST_POSITIONS) throw tooLarge();
      const draft: Draft = { rule, bytes: [], calls: [], ends: false };
      copies.set(at, draft);
      numbers.set(at, drafts.push(draft) - 1);
      todo.push(at);
    }
    return numbers.get(at)!;
  };
  const edges = (source: Draft, into: Draft): void => {
    for (const e of source.bytes) addByte(into, { ...e, next: copy(e.next) });
    for (const c of source.calls) addCall(into, { ...c, next: copy(c.next) });
  };
  edges(drafts[from]!, start);
  for (const at of todo) {
    const into = copies.get(at)!;
    edges(drafts[at]!, into);
    if (!drafts[at]!.ends) continue;
    for (const e of after.bytes) addByte(into, e);
    for (const c of after.calls) addCall(into, c);
    into.ends = after.ends;
  }
}

/** Groups of rules that lead to one another in a circle. */
function circles(count: number, leads: (rule: number) => readonly number[]): number[][] {
  const reach = Array.from({ length: count }, (_, i) => {
    const seen = new Set(leads(i));
    for (const r of seen) for (const next of leads(r)) seen.add(next);
    return seen;
  });
  const out: number[][] = [];
  for (let i = 0; i < count; i++)
    if (reach[i]!.has(i) && !out.some((c) => c.includes(i)))
      out.push(Array.from({ length: count }, (_, j) => j).filter((j) => reach[i]!.has(j) && reach[j]!.has(i)));
  return out;
}
