/** A grammar over Unicode text, as GBNF and JSON schemas are both read into. */
export type Node =
  /** One character: code points, ranges inclusive, sorted and apart; surrogates are no characters. */
  | { readonly kind: 'chars'; readonly ranges: Ranges }
  | { readonly kind: 'seq'; readonly items: readonly Node[] }
  | { readonly kind: 'alt'; readonly items: readonly Node[] }
  | { readonly kind: 'rule'; readonly name: string }
  /** `max` may be Infinity. */
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number };
export type Ranges = readonly (readonly [from: number, to: number])[];

export interface Grammar {
  readonly root: string;
  /** In the order in which they were written. */
  readonly rules: ReadonlyMap<string, Node>;
}

/** What is wrong with a grammar or a schema: a sentence that says where, and what to do. */
export class GrammarError extends Error {
  override readonly name = 'GrammarError';
}

export const LAST_CODE_POINT = 0x10ffff;
const SURROGATES = [0xd800, 0xdfff] as const;

/** Sorted, joined, without surrogates. */
export function ranges(list: Ranges): Ranges {
  const out: [number, number][] = [];
  const apart = list.flatMap(([from, to]): (readonly [number, number])[] => [
    [from, Math.min(to, SURROGATES[0] - 1)],
    [Math.max(from, SURROGATES[1] + 1), to],
  ]);
  for (const [from, to] of apart.filter(([a, b]) => a <= b).sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/** Every character that is not in the ranges. */
export function without(list: Ranges): Ranges {
  const out: [number, number][] = [];
  let from = 0;
  for (const [a, b] of ranges(list)) {
    if (a > from) out.push([from, a - 1]);
    from = b + 1;
  }
  if (from <= LAST_CODE_POINT) out.push([from, LAST_CODE_POINT]);
  return ranges(out);
}

export const chars = (list: Ranges): Node => ({ kind: 'chars', ranges: ranges(list) });
export const one = (character: number): Node => ({ kind: 'chars', ranges: [[character, character]] });
export const seq = (...items: readonly Node[]): Node => (items.length === 1 ? items[0]! : { kind: 'seq', items });
export const alt = (...items: readonly Node[]): Node => (items.length === 1 ? items[0]! : { kind: 'alt', items });
export const rule = (name: string): Node => ({ kind: 'rule', name });
export const repeat = (item: Node, min: number, max: number): Node => ({ kind: 'repeat', item, min, max });
export const optional = (item: Node): Node => repeat(item, 0, 1);
/** The characters of a text, one after another; nothing for ''. */
export const literal = (text: string): Node => seq(...Array.from(text, (c) => one(c.codePointAt(0)!)));
