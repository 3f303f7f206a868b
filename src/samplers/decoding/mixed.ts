// The loop of the algorithms that draw from a distribution made of several: guidance, contrasts.
import { applyChain, observeChain, recordOf, reordered, startChain, type Applied } from './chain.ts';
import { contextAt, emit, ended, endedByStage, forward, open, release, type Forward } from './common.ts';
import { checkLogits, draw, logSoftmax } from './draw.ts';
import { stageOf } from './stages.ts';
import type {
  Chain,
  DecodeRequest,
  Decoding,
  ForwardAnswer,
  Mixed,
  MixRequest,
  Mixing,
  OtherRows,
  StageContext,
} from './types.ts';

/** Least log-probability in nats that another distribution is taken to give, so that no score is infinite. */
export const FLOOR = -1000;

/** Tokens that were written before a branch goes on: other prompts are followed by them too. */
export const continuedOf = ({ prompt, continued = 0 }: Pick<MixRequest, 'prompt' | 'continued'>): readonly number[] =>
  prompt.slice(prompt.length - continued);

/**
 * log p − strength · log p′ over the tokens whose p is at least `alpha` times the largest; the others are −Infinity. Both
 * are normalised here; p′ may have fewer rows, and no token that it lacks is kept.
 */
export function contrast(
  logits: ArrayLike<number>,
  other: ArrayLike<number>,
  { alpha, strength }: { readonly alpha: number; readonly strength: number },
): Float64Array {
  const own = logSoftmax(logits);
  const theirs = logSoftmax(other);
  const bar = alpha > 0 ? own.reduce((a, b) => Math.max(a, b)) + Math.log(alpha) : -Infinity;
  return own.map((l, v) =>
    l >= bar && l > -Infinity && v < theirs.length ? l - strength * Math.max(FLOOR, theirs[v]!) : -Infinity,
  );
}

/** What a mixing makes of a place under a chain. Throws where a row is no distribution, and what a mask throws. */
export function mixAt(
  mixing: Mixing,
  { logits, ...others }: OtherRows & { readonly logits: Float32Array },
  context: StageContext,
  chain: Chain,
): Mixed {
  checkLogits(logits);
  if (others.beside) checkLogits(others.beside, mixing.beside?.model === 'draft' ? 'The draft model' : 'The model');
  for (const early of others.early ?? []) checkLogits(early, 'An early layer');
  const masks = chain.filter((use) => stageOf(use.stage)?.masks);
  const allowed = masks.length > 0 ? reordered(Float64Array.from(logits), context, masks, []) : logits;
  return mixing.mix(logits, others, allowed);
}

/**
 * Ancestral sampling with the request's chain from what `mixing` makes of several rows of logits at each place. Each sample
 * has its sequence, and one beside it where the mixing asks for another text; those of the target go through one pass.
 * Records say what the model itself thought of a token; `drawnLogProbability` is under what drew it.
 */
export function* drawMixed(whole: DecodeRequest, mixing: Mixing): Decoding {
  const { beside, layers } = mixing;
  // The text beside ends where its own sequence is full.
  const longer = Math.max(0, (beside?.prompt.length ?? 0) - whole.prompt.length);
  const request = { ...whole, context: whole.context - longer };
  const { chain } = request;
  const memory = startChain(chain);
  if (yield* ended(request)) return;
  const more = layers ? { early: layers } : {};
  function* pass(own: Forward['rows'], others: Forward['rows']) {
    if (beside?.model === 'target') {
      const { logits, early } = yield* forward('target', [...own, ...others], 'last', more);
      return own.map((_, i) => rowOf({ logits, ...(early && { early }) }, i, logits[own.length + i]?.[0]));
    }
    const theirs = others.length > 0 ? yield* forward('draft', others) : null;
    const answer = yield* forward('target', own, 'last', more);
    return own.map((_, i) => rowOf(answer, i, theirs?.logits[i]?.[0]));
  }
  const first = yield* open('target');
  const firstBeside = beside ? yield* open(beside.model) : null;
  const [row] = yield* pass(
    [{ sequence: first, tokens: request.prompt }],
    beside ? [{ sequence: firstBeside!, tokens: beside.prompt }] : [],
  );
  const samples = [];
  for (let index = 0; index < request.samples; index++)
    samples.push({
      index,
      tokens: [...request.prompt],
      sequence: index === 0 ? first : yield* open('target', first),
      beside: beside && index > 0 ? yield* open(beside.model, firstBeside!) : firstBeside,
      row: row!,
      state: memory,
    });
  for (let live = samples; live.length > 0;) {
    const going: typeof live = [];
    for (const sample of live) {
      const context = contextAt(request, sample.index, sample.tokens);
      let over = true;
      let applied: Applied | null = null;
      try {
        applied = applyChain(mixAt(mixing, sample.row, context, chain).logits, context, chain, sample.state);
      } catch (error) {
        yield* endedByStage(sample.index, error);
      }
      if (applied) {
        const u = context.uniform('draw');
        const token = draw(applied.probabilities, u, applied.order);
        sample.state = observeChain(chain, sample.state, applied, token);
        over = yield* emit(request, sample, token, recordOf(sample.row.logits, applied, token, u));
      }
      if (!over) going.push(sample);
      else {
        yield* release('target', sample.sequence);
        if (beside) yield* release(beside.model, sample.beside!);
      }
    }
    if (going.length === 0) return;
    const last = (s: (typeof going)[number]) => [s.tokens[s.tokens.length - 1]!];
    const rows = yield* pass(
      going.map((s) => ({ sequence: s.sequence, tokens: last(s) })),
      beside ? going.map((s) => ({ sequence: s.beside!, tokens: last(s) })) : [],
    );
    going.forEach((s, i) => (s.row = rows[i]!));
    live = going;
  }
}

const rowOf = ({ logits, early }: ForwardAnswer, i: number, beside: Float32Array | undefined) => ({
  logits: logits[i]![0]!,
  beside,
  early: early?.[i]?.[0],
});
