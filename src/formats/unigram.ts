// The most probable way to cut a text into pieces with scores (Kudo, "Subword Regularization", https://arxiv.org/abs/1804.10959, section 3.2,
// by the Viterbi algorithm), with the arithmetic and the ties of the two libraries that trained models come from.

export interface UnigramPieces {
  /** Piece and score (a logarithm of a probability) by id. */
  readonly pieces: readonly string[];
  readonly scores: ArrayLike<number>;
  /** Ids that no text becomes by its letters: SentencePiece's control, unknown and byte pieces. */
  readonly unmatched: ReadonlySet<number>;
  /** The piece for characters that no piece covers. */
  readonly unknown: number;
  /** Unknown characters become their bytes' pieces `<0x41>` where all of them exist. */
  readonly byteFallback: boolean;
  /**
   * `tokenizers`: float64, every piece matches, and neighbouring unknown characters are looked up as one piece before
   * they are unknown. `sentencepiece`: sums are rounded to float32 after each piece, the smallest score is that of the
   * pieces that match, and every unknown character may become bytes.
   */
  readonly as: 'tokenizers' | 'sentencepiece';
}

/** What an unknown character costs beyond the least probable piece, in both libraries. */
const UNKNOWN_PENALTY = 10;

/** Sorted pieces; a range of them is what a trie's node would be, without the memory for nodes. */
class SortedPieces {
  readonly #pieces: readonly string[];
  readonly #ids: readonly number[];
  constructor(pieces: readonly string[], ids: readonly number[]) {
    this.#ids = [...ids].sort((a, b) => (pieces[a]! < pieces[b]! ? -1 : 1));
    this.#pieces = this.#ids.map((id) => pieces[id]!);
  }
  /** The first index from `lo` on whose piece has at `depth` a code unit of at least `unit`; ended pieces come first. */
  #from(lo: number, hi: number, depth: number, unit: number): number {
    let [a, b] = [lo, hi];
    while (a < b) {
      const m = (a + b) >>> 1;
      const piece = this.#pieces[m]!;
      if (piece.length > depth && piece.charCodeAt(depth) >= unit) b = m;
      else a = m + 1;
    }
    return a;
  }
  /** Calls with (id, length) for every piece that the text has at `start`, the shorter first. */
  at(text: string, start: number, found: (id: number, length: number) => void): void {
    let [lo, hi] = [0, this.#pieces.length];
    for (let depth = 0; start + depth < text.length && lo < hi; depth++) {
      const unit = text.charCodeAt(start + depth);
      lo = this.#from(lo, hi, depth, unit);
      hi = this.#from(lo, hi, depth, unit + 1);
      if (lo < hi && this.#pieces[lo]!.length === depth + 1) found(this.#ids[lo]!, depth + 1);
    }
  }
}

/** `<0x41>`, as byte pieces are written. */
export const bytePiece = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
/** Ids of a text's bytes, or null where one has no piece. */
export function byteIds(text: string, ids: ReadonlyMap<string, number>): number[] | null {
  const found: number[] = [];
  for (const byte of new TextEncoder().encode(text)) {
    const id = ids.get(bytePiece(byte));
    if (id === undefined) return null;
    found.push(id);
  }
  return found;
}

/** Ids of one piece of text, best by the sum of scores; of two equal sums the one whose last piece begins first. */
export function unigram(model: UnigramPieces): (text: string) => number[] {
  const { pieces, scores, unmatched, unknown, byteFallback } = model;
  const single = model.as === 'sentencepiece';
  const matched = pieces.map((_, id) => id).filter((id) => !unmatched.has(id) && pieces[id] !== '');
  const sorted = new SortedPieces(pieces, matched);
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  let least = Infinity;
  for (const id of single ? matched : pieces.keys()) least = Math.min(least, scores[id]!);
  const round = single ? Math.fround : (x: number) => x;
  const unknownScore = round(least - UNKNOWN_PENALTY);

  const idsOfUnknown = (text: string): number[] => {
    const known = single ? undefined : ids.get(text);
    if (known !== undefined) return [known];
    return (byteFallback ? byteIds(text, ids) : null) ?? [unknown];
  };
  return (text) => {
    const n = text.length;
    const best = new Float64Array(n + 1);
    const from = new Int32Array(n + 1).fill(-1);
    const by = new Int32Array(n + 1);
    const offer = (start: number, end: number, id: number, score: number): void => {
      // The float32 sum is compared before it is rounded for unknown characters only; scores are float32 themselves.
      const sum = round(best[start]! + score);
      if (from[end] !== -1 && !(sum > best[end]!)) return;
      [best[end], from[end], by[end]] = [sum, start, id];
    };
    for (let at = 0; at < n;) {
      const width = text.codePointAt(at)! > 0xffff ? 2 : 1;
      let covered = false;
      sorted.at(text, at, (id, length) => {
        offer(at, at + length, id, scores[id]!);
        covered ||= length === width;
      });
      if (!covered) offer(at, at + width, unknown, unknownScore);
      at += width;
    }
    const runs: { id: number; text: string }[] = [];
    for (let end = n; end > 0; end = from[end]!) {
      const [id, start] = [by[end]!, from[end]!];
      const last = runs.at(-1);
      // A run of unknown characters is one; SentencePiece's becomes one id only where no bytes stand for it.
      if (id === unknown && last?.id === unknown) last.text = text.slice(start, end) + last.text;
      else runs.push({ id, text: text.slice(start, end) });
    }
    return runs.reverse().flatMap(({ id, text: part }) => (id === unknown ? idsOfUnknown(part) : [id]));
  };
}
