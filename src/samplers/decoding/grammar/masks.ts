// Which tokens may come in a state of the automaton. Most of them are decided by the position alone, whatever lies under
// it: those are found once per position. Only tokens that go on past the end of the position's rule ask the stacks (the
// context-independent and context-dependent tokens of Dong et al. 2024, https://arxiv.org/abs/2411.15100, section 3.1).
import { Automaton, DEAD } from './automaton.ts';
import { trimmed, type Network } from './network.ts';
import { trieOf, type Trie, type Vocabulary } from './trie.ts';

export interface Mask {
  /** One bit a token, token t at bit t mod 32 of word ⌊t / 32⌋. */
  readonly bits: Uint32Array;
  readonly allowed: number;
}
interface Local {
  readonly bits: Uint32Array;
  /** Nodes of the tree at which the position's rule has ended. */
  readonly past: Int32Array;
}
const MOST_MASKS = 512;
export const isAllowed = ({ bits }: Pick<Mask, 'bits'>, token: number): boolean =>
  ((bits[token >>> 5]! >>> (token & 31)) & 1) === 1;

/** Where a text of tokens stands. */
export type Place =
  | { readonly state: number }
  /** The token at `at` is not one that the grammar allows there. */
  | { readonly leftAt: number };

/** A grammar over one vocabulary. */
export class Masks {
  readonly vocabulary: Vocabulary;
  readonly #network: Network;
  readonly #trie: Trie;
  #automaton: Automaton;
  #locals = new Map<number, Local>();
  #masks = new Map<number, Mask>();
  /** The text asked about last, and the state after each of its tokens. */
  #tokens: number[] = [];
  #states: number[];

  constructor(network: Network, vocabulary: Vocabulary, trie: Trie = trieOf(vocabulary)) {
    this.vocabulary = vocabulary;
    this.#trie = trie;
    const { alphabet } = trie;
    this.#network = trimmed(network, (from, to) => {
      for (let byte = from; byte <= to; byte++) if (alphabet[byte]) return true;
      return false;
    });
    this.#automaton = new Automaton(this.#network);
    this.#states = [this.#automaton.start];
  }

  /** Whether the model's tokens can write any text of the grammar. */
  get possible(): boolean {
    return this.#network.productive || this.#network.empty;
  }
  get automaton(): Automaton {
    return this.#automaton;
  }

  /** The place after a text; that of a text one token longer than the last one takes one step. */
  after(tokens: readonly number[]): Place {
    if (this.#automaton.crowded) this.#forget();
    let same = 0;
    while (same < this.#tokens.length && same < tokens.length && this.#tokens[same] === tokens[same]) same++;
    this.#tokens.length = same;
    this.#states.length = same + 1;
    for (let i = same; i < tokens.length; i++) {
      const state = this.#token(this.#states[i]!, tokens[i]!);
      if (state === DEAD) return { leftAt: i };
      this.#tokens.push(tokens[i]!);
      this.#states.push(state);
    }
    return { state: this.#states[tokens.length]! };
  }

  #token(from: number, token: number): number {
    const { size, endTokens, bytes } = this.vocabulary;
    const own = token < size && !endTokens.includes(token) ? bytes(token) : null;
    let state = own && own.length > 0 ? from : DEAD;
    for (let i = 0; state !== DEAD && i < own!.length; i++) state = this.#automaton.step(state, own![i]!);
    return state;
  }

  /** A new automaton: what was known of the old one has outgrown its use. */
  #forget(): void {
    this.#automaton = new Automaton(this.#network);
    this.#locals.clear();
    this.#masks.clear();
    this.#tokens = [];
    this.#states = [this.#automaton.start];
  }

  /** Tokens allowed in a state. The mask is kept: it is not to be written. */
  mask(state: number): Mask {
    const known = this.#masks.get(state);
    if (known) {
      // The one asked for last goes last.
      this.#masks.delete(state);
      this.#masks.set(state, known);
      return known;
    }
    const { positions, stacks, ends } = this.#automaton.states[state]!;
    const bits = new Uint32Array(Math.ceil(this.vocabulary.size / 32));
    for (let i = 0; i < positions.length; i++) {
      const local = this.#local(positions[i]!);
      for (let w = 0; w < bits.length; w++) bits[w]! |= local.bits[w]!;
      const under = this.#automaton.under(stacks[i]!);
      if (this.#automaton.states[under]!.positions.length === 0) continue;
      for (const node of local.past) this.#walk(under, node, bits, null);
    }
    if (ends)
      for (const token of this.vocabulary.endTokens)
        if (token < this.vocabulary.size) bits[token >>> 5]! |= 1 << (token & 31);
    let allowed = 0;
    for (const word of bits) for (let rest = word; rest !== 0; rest &= rest - 1) allowed++;
    const mask = { bits, allowed };
    this.#masks.set(state, mask);
    if (this.#masks.size > MOST_MASKS) this.#masks.delete(this.#masks.keys().next().value!);
    return mask;
  }

  #local(position: number): Local {
    let local = this.#locals.get(position);
    if (!local) {
      const bits = new Uint32Array(Math.ceil(this.vocabulary.size / 32));
      const past: number[] = [];
      this.#walk(this.#automaton.alone(position), 0, bits, past);
      this.#locals.set(position, (local = { bits, past: Int32Array.from(past) }));
    }
    return local;
  }

  /** Sets the bits of all tokens below a node whose further bytes the state takes; notes where the state may end. */
  #walk(state: number, node: number, bits: Uint32Array, past: number[] | null): void {
    const { byte, end, depth, from, tokens } = this.#trie;
    const automaton = this.#automaton;
    const base = depth[node]!;
    const states = new Int32Array(this.#trie.deepest - base + 1);
    states[0] = state;
    for (let at = node + 1; at < end[node]!;) {
      const level = depth[at]! - base;
      const next = automaton.step(states[level - 1]!, byte[at]!);
      if (next === DEAD) {
        at = end[at]!;
        continue;
      }
      states[level] = next;
      for (let t = from[at]!; t < from[at + 1]!; t++) bits[tokens[t]! >>> 5]! |= 1 << (tokens[t]! & 31);
      if (past && automaton.states[next]!.ends) past.push(at);
      at++;
    }
  }
}
