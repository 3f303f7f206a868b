import { booleanField, numberField } from '../../../core/field.ts';
import { speculate, type Drafter } from '../speculation.ts';
import type { Algorithm, DecodeRequest } from '../types.ts';

const LONGEST = 4;

/** How often which token followed which last 1 … LONGEST tokens. */
export class NgramTable {
  readonly #counts = new Map<string, Map<number, number>>();
  #read = 0;

  /** Counts what is new at the end of a text that only grows. */
  read(tokens: readonly number[]): void {
    for (let at = Math.max(1, this.#read); at < tokens.length; at++) this.add(tokens, at);
    this.#read = Math.max(this.#read, tokens.length);
  }
  /** Counts the token at one place after the n-grams before it. */
  add(tokens: readonly number[], at: number): void {
    for (let n = 1; n <= Math.min(LONGEST, at); n++) {
      const key = tokens.slice(at - n, at).join();
      const followers = this.#counts.get(key) ?? new Map<number, number>();
      followers.set(tokens[at]!, (followers.get(tokens[at]!) ?? 0) + 1);
      this.#counts.set(key, followers);
    }
  }
  after(ngram: readonly number[]): ReadonlyMap<number, number> | undefined {
    return this.#counts.get(ngram.join());
  }
}

/** What a follower must have to be proposed, by the length of the n-gram: times that the n-gram stood, and its share. */
export interface Demands {
  readonly times: readonly number[];
  readonly percent: readonly number[];
}
/** llama.cpp's thresholds: of the text's own table, and stricter ones of the table of other texts. */
export const LAX: Demands = { times: [2, 2, 1, 1], percent: [66, 50, 50, 50] };
export const STRICT: Demands = { times: [4, 3, 2, 2], percent: [75, 66, 66, 66] };

/**
 * The most frequent follower of the longest n-gram at the end of `tokens` that meets the demands, its counts added up over
 * the tables; the one seen first of equals. Null when none does.
 */
export function follower(
  tokens: readonly number[],
  tables: readonly NgramTable[],
  longest: number,
  { times, percent }: Demands,
): number | null {
  for (let n = Math.min(longest, tokens.length); n > 0; n--) {
    const ngram = tokens.slice(-n);
    const counts = new Map<number, number>();
    for (const table of tables)
      for (const [token, count] of table.after(ngram) ?? []) counts.set(token, (counts.get(token) ?? 0) + count);
    let best: number | null = null;
    let [most, sum] = [0, 0];
    for (const [token, count] of counts) {
      sum += count;
      if (count > most) [best, most] = [token, count];
    }
    if (best !== null && sum >= times[n - 1]! && 100 * most >= percent[n - 1]! * sum) return best;
  }
  return null;
}

interface CacheParams {
  tokens: number;
  ngram: number;
  dynamic: boolean;
}

function* drafter(
  { prompt, endTokens }: Pick<DecodeRequest, 'prompt' | 'endTokens'>,
  { tokens: most, ngram, dynamic }: CacheParams,
): Generator<never, Drafter> {
  const given = new NgramTable();
  given.read(prompt);
  const others = new NgramTable();
  // What a sample has written, by its index; and how much of it the other texts were told.
  const own = new Map<number, { readonly table: NgramTable; told: number }>();
  const of = (index: number) => {
    const known = own.get(index) ?? { table: new NgramTable(), told: prompt.length };
    own.set(index, known);
    return known;
  };
  const learn = (index: number, tokens: readonly number[]) => {
    const sample = of(index);
    for (; sample.told < tokens.length; sample.told++) {
      sample.table.add(tokens, sample.told);
      if (dynamic) others.add(tokens, sample.told);
    }
  };
  return {
    *propose(live, room) {
      return live.map((sample) => {
        const tables = [given, of(sample.index).table];
        const tokens = [...sample.tokens];
        const end = tokens.length + Math.min(most, room(sample));
        while (tokens.length < end) {
          const next = follower(tokens, tables, ngram, LAX) ?? follower(tokens, [others], ngram, STRICT);
          if (next === null) break;
          tokens.push(next);
          if (endTokens.includes(next)) break;
        }
        return tokens.slice(sample.tokens.length).map((token) => ({ token, q: null }));
      });
    },

    *afterPass({ index, tokens }) {
      learn(index, tokens);
    },

    *release({ index, tokens }) {
      learn(index, tokens);
    },
  };
}

/**
 * Speculation from n-gram caches: what followed the last tokens most often is proposed, token by token, and the target
 * checks it as in speculative sampling; a proposal is a point mass, accepted with probability p(token). The longest n-gram
 * that has stood often enough and whose follower is clear enough is used: first of the text's own cache (the prompt and
 * what was written), then by stricter thresholds of the dynamic cache, which learns from all texts of the run. Whatever is
 * proposed, each text keeps exactly the target's distribution, and the texts stay independent (`speculate`). As llama.cpp's
 * lookup decoding, whose thresholds these are, without its static cache of a corpus; after Stewart et al. 2024,
 * https://arxiv.org/abs/2411.03786, for tables of n-grams as drafts.
 */
export const ngramCache: Algorithm<CacheParams> = {
  id: 'ngram_cache',
  title: 'N-gram cache',
  paper: {
    title: 'The N-Grammys: Accelerating Autoregressive Inference with Learning-Free Batched Speculation',
    url: 'https://arxiv.org/abs/2411.03786',
  },
  summary:
    'Counts what followed which tokens, proposes what usually did, and checks it in one pass: the same distribution, faster where text repeats.',
  params: {
    tokens: numberField({
      label: 'Tokens ahead',
      help: 'How many proposed tokens are checked in one pass.',
      default: 8,
      min: 1,
      max: 16,
      integer: true,
    }),
    ngram: numberField({
      label: 'Longest n-gram',
      help: 'How many last tokens are looked up together; shorter ones are tried when the longest is not clear enough.',
      default: 4,
      min: 1,
      max: LONGEST,
      integer: true,
    }),
    dynamic: booleanField({
      label: 'Learn from other texts',
      help: 'Also propose what followed in the other texts of the run, where it did so more clearly.',
      default: true,
    }),
  },
  usesChain: true,
  preservesDistribution: true,
  run: (request, params) => speculate(request, () => drafter(request, params)),
};
