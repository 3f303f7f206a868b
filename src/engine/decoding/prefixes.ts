// What was read once is not read again: caches of earlier texts are kept, and a new text goes on from the longest beginning
// that it shares with one of them. Under every decoding algorithm alike, which opens an empty sequence and feeds its prompt.
import { throwIfCancelled } from '../../core/cancel.ts';
import type { PassAnswer, PassOptions, PassRow } from '../../networks/transformerTypes.ts';
import type { Sequences, SequenceStore } from './sequences.ts';

/** How many tokens two texts have in common from their beginning. */
export function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let n = 0;
  while (n < most && a[n] === b[n]) n++;
  return n;
}

/** Tokens of one pass while a text is read: between two of them reading can be stopped. */
const PIECE = 256;

interface Kept {
  readonly id: number;
  /** Grows with use: the smallest goes first. */
  used: number;
}

/** How much of a text was there already. `reused` + `read` is its length. */
export interface Reading {
  readonly reused: number;
  readonly read: number;
}

/** Keeps at most `most` sequences of a store beyond those that are in use. */
export class Prefixes {
  readonly #sequences: Sequences;
  readonly #most: number;
  #kept: Kept[] = [];
  #clock = 0;

  constructor(sequences: Sequences, most: number) {
    this.#sequences = sequences;
    this.#most = Math.max(1, most);
  }

  /** Sequences that are kept. */
  get count(): number {
    return this.#kept.length;
  }

  /**
   * A sequence of its own for the beginning of `tokens` that is kept already, its last token never: somebody has to ask for
   * the logits after it. Null where nothing of it is kept.
   */
  async #fork(tokens: readonly number[]): Promise<{ readonly id: number; readonly shared: number } | null> {
    let best: { readonly kept: Kept; readonly shared: number } | null = null;
    for (const kept of this.#kept) {
      const shared = Math.min(commonPrefix(this.#sequences.tokens(kept.id), tokens), tokens.length - 1);
      if (shared > (best?.shared ?? 0)) best = { kept, shared };
    }
    if (!best) return null;
    best.kept.used = ++this.#clock;
    const id = await this.#sequences.open(best.kept.id);
    await this.#sequences.rollback(id, best.shared);
    return { id, shared: best.shared };
  }

  /**
   * Reads a text up to its last token, once for all who go on from it (`view`): only what no kept sequence begins with is
   * processed, in pieces. What was read until it was stopped is kept.
   */
  async read(
    tokens: readonly number[],
    signal: AbortSignal,
    told: (read: number) => void = () => {},
  ): Promise<Reading> {
    const begun = await this.#fork(tokens);
    const id = begun?.id ?? (await this.#sequences.open());
    const reused = begun?.shared ?? 0;
    try {
      // Cut at the same places as a text that is read from its beginning.
      for (let at = reused; at < tokens.length - 1;) {
        throwIfCancelled(signal);
        const end = Math.min(tokens.length - 1, PIECE * (Math.floor(at / PIECE) + 1));
        await this.#sequences.forward([{ sequence: id, tokens: tokens.slice(at, end) }], { want: 'last' });
        at = end;
        told(at);
      }
    } finally {
      this.#keep(id);
    }
    return { reused, read: tokens.length - reused };
  }

  /** A sequence that nobody uses any more: kept, unless another one begins with all of it. */
  #keep(id: number): void {
    const tokens = this.#sequences.tokens(id);
    const within = (a: readonly number[], b: readonly number[]) => commonPrefix(a, b) === a.length;
    if (
      tokens.length === 0 ||
      !this.#sequences.whole(id) ||
      this.#kept.some((k) => within(tokens, this.#sequences.tokens(k.id)))
    )
      return this.#sequences.release(id);
    const [idle, rest] = [[] as Kept[], [] as Kept[]];
    for (const k of this.#kept) (within(this.#sequences.tokens(k.id), tokens) ? idle : rest).push(k);
    const kept = [...rest, { id, used: ++this.#clock }].sort((a, b) => b.used - a.used);
    for (const { id: old } of [...idle, ...kept.slice(this.#most)]) this.#sequences.release(old);
    this.#kept = kept.slice(0, this.#most);
  }

  /** The store as one algorithm sees it. */
  view(): PrefixView {
    const sequences = this.#sequences;
    /** Real sequences by the ids that the algorithm knows; null until tokens are fed. */
    const held = new Map<number, number | null>();
    let next = 0;
    let reused = 0;
    const real = async (id: number): Promise<number> => {
      const known = held.get(id);
      if (known === undefined) throw new Error(`sequence ${id} is not open`);
      const made = known ?? (await sequences.open());
      held.set(id, made);
      return made;
    };
    /** The row on its real sequence, less what that begins with already. */
    const placed = async (row: PassRow, everything: boolean): Promise<PassRow> => {
      const begun = held.get(row.sequence) === null && !everything ? await this.#fork(row.tokens) : null;
      if (!begun) return { sequence: await real(row.sequence), tokens: row.tokens };
      held.set(row.sequence, begun.id);
      reused += begun.shared;
      return { sequence: begun.id, tokens: row.tokens.slice(begun.shared) };
    };
    return {
      get reused() {
        return reused;
      },
      get dispatchesPerToken() {
        return sequences.dispatchesPerToken;
      },
      async open(from) {
        const id = next++;
        held.set(id, from === undefined ? null : await sequences.open(await real(from)));
        return id;
      },
      rollback: async (id, length) => sequences.rollback(await real(id), length),
      release: (id) => {
        const known = held.get(id);
        if (known === undefined) throw new Error(`sequence ${id} is not open`);
        held.delete(id);
        if (known !== null) this.#keep(known);
      },
      async forward(rows: readonly PassRow[], options: PassOptions): Promise<PassAnswer> {
        // Who wants to see every token's logits or states needs every token read.
        const everything = options.want === 'all' || options.hidden === 'all';
        const real: PassRow[] = [];
        for (const row of rows) real.push(await placed(row, everything));
        return sequences.forward(real, options);
      },
    };
  }

  /** Forgets everything. */
  clear(): void {
    for (const { id } of this.#kept) this.#sequences.release(id);
    this.#kept = [];
  }
}

export interface PrefixView extends SequenceStore {
  /** Tokens that this algorithm found read already. */
  readonly reused: number;
}
