// Grammars are loaded when a contender has one: what stands in for them until then.
import type { Mask } from './masks.ts';
import type { Vocabulary } from './trie.ts';

export const kinds = ['gbnf', 'json_schema', 'json_schema_compact'] as const;
export interface GrammarText {
  readonly kind: (typeof kinds)[number];
  readonly text: string;
}

/** What may come after a text, and where in the grammar that is. */
export interface Allowed extends Mask {
  /** Where the text stands, as sentences. */
  words(): readonly string[];
}
export interface Grammars {
  /** Why a grammar cannot be read, as a sentence; null when it can. */
  refuse(grammar: GrammarText): string | null;
  /** The tokens that may follow `tokens`. Throws NothingAllowed where the grammar allows none. */
  allowed(grammar: GrammarText, vocabulary: Vocabulary, tokens: readonly number[]): Allowed;
}

/** A text cannot go on: what the reader is told of it. */
export class NothingAllowed extends Error {
  override readonly name = 'NothingAllowed';
}

let here: Grammars | null = null;
export function provideGrammars(grammars: Grammars): void {
  here = grammars;
}
/** Null until loaded. */
export const grammars = (): Grammars | null => here;
/** Whether a chain needs it. */
export const usesGrammar = (chain: readonly { readonly stage: string }[]): boolean =>
  chain.some(({ stage }) => stage === 'grammar');
