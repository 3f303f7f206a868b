import { charOfByte } from '../tokenText.ts';

/** Marks the last byte of a word. */
export const WORD_END = '</w>';

export interface Pairs {
  readonly vocab: ReadonlyMap<string, number>;
  /** Two neighbours, with a space between them, and when they are joined: lower first. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly unknown: number;
}
export interface WordToken {
  readonly id: number;
  readonly token: string;
  /** Bytes of the word, without its mark, that the token stands for. */
  readonly bytes: number;
}

const utf8 = new TextEncoder();

/**
 * A word's tokens: its bytes, joined pair by pair, the earliest merge of the list first and the leftmost of equal ones.
 * Sennrich et al. 2016, https://arxiv.org/abs/1508.07909, over bytes.
 */
export function joinBytes(word: string, { vocab, ranks, unknown }: Pairs): readonly WordToken[] {
  const bytes = utf8.encode(word);
  const symbols = Array.from(bytes, (byte) => charOfByte[byte]!);
  const lengths = symbols.map(() => 1);
  symbols.push(`${symbols.pop() ?? ''}${WORD_END}`);
  const rankAt = (i: number): number => ranks.get(`${symbols[i]} ${symbols[i + 1]}`) ?? Infinity;
  const pairs = symbols.slice(1).map((_, i) => rankAt(i));
  while (pairs.length > 0) {
    let best = 0;
    for (let i = 1; i < pairs.length; i++) if (pairs[i]! < pairs[best]!) best = i;
    if (pairs[best] === Infinity) break;
    symbols.splice(best, 2, `${symbols[best]}${symbols[best + 1]}`);
    lengths.splice(best, 2, lengths[best]! + lengths[best + 1]!);
    pairs.splice(best, 1);
    if (best > 0) pairs[best - 1] = rankAt(best - 1);
    if (best < pairs.length) pairs[best] = rankAt(best);
  }
  return symbols.map((token, i) => ({ id: vocab.get(token) ?? unknown, token, bytes: lengths[i]! }));
}
