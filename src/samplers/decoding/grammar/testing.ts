// The texts of a grammar written out, without automaton: for tests only.
import type { Grammar, Node } from './ast.ts';
import type { Vocabulary } from './trie.ts';

/** Bytes of a text as characters 0 … 255. */
export const binary = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));
/** Tokens given by their bytes as characters, and one that ends a text. */
export const vocabularyOf = (tokens: readonly string[]): Vocabulary => ({
  size: tokens.length + 1,
  bytes: (t) => (t < tokens.length ? Uint8Array.from(tokens[t]!, (c) => c.charCodeAt(0)) : null),
  endTokens: [tokens.length],
});

/**
 * Every text of at most `longest` bytes, as characters 0 … 255: the rules' sets grow from nothing until none grows, as a
 * grammar's language is defined.
 */
export function textsOf({ rules, root }: Grammar, longest: number): Set<string> {
  const sets = new Map([...rules.keys()].map((name) => [name, new Set<string>()]));
  const joined = (a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> => {
    const out = new Set<string>();
    for (const x of a) for (const y of b) if (x.length + y.length <= longest) out.add(x + y);
    return out;
  };
  const of = (node: Node): Set<string> => {
    switch (node.kind) {
      case 'chars': {
        // Only classes small enough to write out, or cut to the letters of the tests.
        const out = new Set<string>();
        for (const [from, to] of node.ranges)
          for (let c = from; c <= Math.min(to, from + 4000); c++)
            if (to - from < 5 || c < 128) out.add(binary(String.fromCodePoint(c)));
        return out;
      }
      case 'seq':
        return node.items.reduce((set, item) => joined(set, of(item)), new Set(['']));
      case 'alt':
        return new Set(node.items.flatMap((item) => [...of(item)]));
      case 'rule':
        return sets.get(node.name)!;
      case 'repeat': {
        const item = of(node.item);
        let now = new Set(['']);
        for (let i = 0; i < node.min; i++) now = joined(now, item);
        const out = new Set(now);
        for (let i = node.min; i < node.max; i++) {
          now = joined(now, item);
          const before = out.size;
          for (const t of now) out.add(t);
          if (out.size === before) break;
        }
        return out;
      }
      default:
        return node satisfies never;
    }
  };
  for (let grown = true; grown;) {
    grown = false;
    for (const [name, node] of rules) {
      const set = of(node);
      if (set.size > sets.get(name)!.size) grown = true;
      sets.set(name, set);
    }
  }
  return sets.get(root)!;
}
