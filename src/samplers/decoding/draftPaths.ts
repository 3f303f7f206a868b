// Several texts that a draft model writes ahead of one sample, in passes that serve all of them. Paths that agree so far
// share a sequence of the draft's cache, and part when they draw different tokens.
import { type DraftLaw } from './acceptance/index.ts';
import { without } from './acceptance/recursive.ts';
import { topOf } from './acceptance/topPlusOne.ts';
import { applyChain, observeChain, type Applied, type ChainState } from './chain.ts';
import { contextAt, forward, open, prefill, release } from './common.ts';
import { draw } from './draw.ts';
import { NothingAllowed } from './grammar/engine.ts';
import type { Answer, DecodeOp, DecodeRequest, Decoding, SequenceId, StageContext } from './types.ts';

/** Drafted tokens after a sample's text, and the distribution that each was drawn from. */
export interface Path {
  readonly tokens: number[];
  readonly q: Float64Array[];
}

/** Paths that have the same tokens so far. */
interface Group {
  readonly sample: number;
  readonly sequence: SequenceId;
  /** What the cache of `sequence` holds. */
  length: number;
  readonly tokens: number[];
  readonly state: ChainState;
  readonly members: readonly Path[];
}

/** The first drafts of `n` paths under a law; fewer where q has fewer tokens. */
function firstDrafts(q: Float64Array, n: number, law: DraftLaw, order: Applied['order'], context: StageContext) {
  if (law === 'iid') return Array.from({ length: n }, (_, k) => draw(q, context.uniform('draft', k), order));
  const tokens = law === 'top_plus_one' ? topOf(q, n) : [];
  // Of the laws that take tokens out, q is another one after each draft.
  for (let attempt = 0; tokens.length < n; attempt++) {
    const left = without(q, tokens);
    if (!left.some((v) => v > 0)) break;
    tokens.push(draw(left, context.uniform('draft', attempt)));
  }
  return tokens;
}

/** What the draft's cache holds of each sample, and paths from there. */
export class DraftPaths {
  readonly #request: DecodeRequest;
  readonly #sequences: readonly SequenceId[];
  /** Tokens in the cache of each sample's own sequence. */
  readonly #held: number[][];

  private constructor(request: DecodeRequest, sequences: readonly SequenceId[]) {
    this.#request = request;
    this.#sequences = sequences;
    this.#held = sequences.map(() => request.prompt.slice(0, -1));
  }
  static *start(request: DecodeRequest): Generator<DecodeOp, DraftPaths, Answer> {
    const { sequences } = yield* prefill('draft', request.prompt.slice(0, -1), request.samples);
    return new DraftPaths(request, sequences);
  }

  /** `n` paths of at most `most(sample)` tokens for each sample; of laws other than `iid` only the first drafts differ. */
  *write(
    live: readonly { readonly index: number; readonly tokens: readonly number[]; readonly state: ChainState }[],
    n: number,
    law: DraftLaw,
    most: (sample: { readonly tokens: readonly number[] }) => number,
  ): Generator<DecodeOp, Path[][], Answer> {
    const request = this.#request;
    const made = live.map((): Path[] => []);
    let groups: Group[] = live.flatMap(({ index, tokens, state }, sample) =>
      most({ tokens }) > 0
        ? [
            {
              sample,
              sequence: this.#sequences[index]!,
              length: this.#held[index]!.length,
              tokens: [...tokens],
              state,
              members: [],
            },
          ]
        : [],
    );
    const copies: SequenceId[] = [];
    const ends = (t: number) => request.endTokens.includes(t);
    for (let depth = 0; groups.length > 0; depth++) {
      const { logits } = yield* forward(
        'draft',
        groups.map((g) => ({ sequence: g.sequence, tokens: g.tokens.slice(g.length) })),
      );
      const next: Group[] = [];
      for (const [i, g] of groups.entries()) {
        g.length = g.tokens.length;
        const { index, tokens } = live[g.sample]!;
        if (g.sequence === this.#sequences[index]) this.#held[index] = [...g.tokens];
        const context = contextAt(request, index, g.tokens);
        let applied: Applied;
        try {
          // Models of one family are padded to different sizes: what the target has no row for is not proposed.
          applied = applyChain(logits[i]![0]!.subarray(0, request.vocab), context, request.chain, g.state);
        } catch (error) {
          // The draft cannot go on here; whether the text can is the target's to say.
          if (!(error instanceof NothingAllowed)) throw error;
          continue;
        }
        const q = applied.probabilities;
        const by = new Map<number, Path[]>();
        const draft = (path: Path, token: number) => {
          path.tokens.push(token);
          path.q.push(q);
          by.set(token, [...(by.get(token) ?? []), path]);
        };
        if (depth === 0)
          for (const token of firstDrafts(q, n, law, applied.order, context)) {
            const path: Path = { tokens: [], q: [] };
            made[g.sample]!.push(path);
            draft(path, token);
          }
        else
          for (const path of g.members)
            draft(path, draw(q, context.uniform('draft', made[g.sample]!.indexOf(path)), applied.order));
        let { sequence } = g;
        let first = true;
        for (const [token, members] of by) {
          if (depth + 1 >= most({ tokens }) || ends(token)) continue;
          if (!first) {
            sequence = yield* open('draft', g.sequence);
            copies.push(sequence);
          }
          first = false;
          const state = observeChain(request.chain, g.state, applied, token);
          next.push({ sample: g.sample, sequence, length: g.length, tokens: [...g.tokens, token], state, members });
        }
      }
      groups = next;
    }
    for (const copy of copies) yield* release('draft', copy);
    return made;
  }

  /** After a pass: the cache keeps what it has of the sample's text. */
  *keep({ index, tokens }: { readonly index: number; readonly tokens: readonly number[] }): Decoding {
    const held = this.#held[index]!;
    let length = 0;
    while (length < held.length && length < tokens.length - 1 && held[length] === tokens[length]) length++;
    if (length === held.length) return;
    yield { op: 'rollback', model: 'draft', sequence: this.#sequences[index]!, length };
    held.length = length;
  }
  release(index: number): Decoding {
    return release('draft', this.#sequences[index]!);
  }
}
