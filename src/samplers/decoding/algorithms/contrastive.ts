import { numberField } from '../../../core/field.ts';
import { recordOf, reordered, startChain } from '../chain.ts';
import { contextAt, emit, ended, endedByStage, forward, largest, open, prefill, release } from '../common.ts';
import { checkLogits, descending, softmax } from '../draw.ts';
import type { Algorithm } from '../types.ts';

/** A state scaled to length 1, so that a dot product is a cosine; a zero state stays zero. */
function unit(state: ArrayLike<number>): Float64Array {
  const v = Float64Array.from(state);
  const length = Math.hypot(...v);
  return length > 0 ? v.map((x) => x / length) : v;
}

/** The record of a chosen token; `p` is what stages left, where there are any. */
const record = (logits: Float32Array, p: Float64Array, staged: boolean, token: number) =>
  recordOf(logits, staged ? { probabilities: p, order: descending(p, 0), watched: new Map() } : null, token, null);

/** The largest cosine between a state and the states before it. All are unit vectors. */
function closest(state: Float64Array, before: readonly Float64Array[]): number {
  let most = -1;
  for (const other of before)
    most = Math.max(
      most,
      state.reduce((sum, x, i) => sum + x * other[i]!, 0),
    );
  return most;
}

/**
 * Contrastive search: of the k most probable tokens v the one with the largest (1 − α)·p(v) − α·max_j cos(h_v, h_j),
 * where h_v is the model's final state after v and j runs over all tokens before, prompt included: confident, but not
 * yet said. One pass judges all k candidates, each on its own copy of the sequence; the winner's copy goes on, and its
 * logits are the next ones. Su et al. 2022, https://arxiv.org/abs/2202.06417, equation 5. α = 0 is greedy decoding; of
 * equal scores the more probable token wins. Stages that change the order of tokens act on the probabilities first.
 */
export const contrastive: Algorithm<{ k: number; alpha: number }> = {
  id: 'contrastive',
  title: 'Contrastive search',
  paper: { title: 'A Contrastive Framework for Neural Text Generation', url: 'https://arxiv.org/abs/2202.06417' },
  summary:
    'Takes a probable token whose meaning, as the model sees it, is not yet in the text: coherent without drawing anything.',
  params: {
    k: numberField({
      label: 'Candidates k',
      help: 'How many of the most probable tokens are compared; each needs its own copy of the sequence.',
      default: 4,
      min: 1,
      max: 16,
      integer: true,
    }),
    alpha: numberField({
      label: 'Penalty α',
      help: 'Weight of being unlike the text so far against being probable; 0 is greedy.',
      default: 0.6,
      min: 0,
      max: 1,
      step: 0.05,
    }),
  },
  usesChain: false,
  takesReordering: true,
  preservesDistribution: false,
  sequences: (_, { k }) => k,
  refuse: ({ samples }) =>
    samples > 1
      ? `Contrastive search draws nothing, so its ${samples} samples would all be the same: ask for one.`
      : null,
  *run(request, { k, alpha }) {
    const { chain } = request;
    const memory = startChain(chain);
    if (yield* ended(request)) return;
    const { sequences, answer } = yield* prefill('target', request.prompt, 1, { hidden: 'all' });
    const sample = { index: 0, tokens: [...request.prompt] };
    const states = answer!.hidden![0]!.map(unit);
    let sequence = sequences[0]!;
    let logits = answer!.logits[0]![0]!;
    for (;;) {
      checkLogits(logits);
      let p: Float64Array;
      try {
        const left = reordered(Float64Array.from(logits), contextAt(request, 0, sample.tokens), chain, memory);
        p = softmax(left);
      } catch (error) {
        yield* endedByStage(0, error);
        break;
      }
      const tokens = largest(p, k).filter((t) => p[t]! > 0);
      const copies = [sequence];
      while (copies.length < tokens.length) copies.push(yield* open('target', sequence));
      const next = yield* forward(
        'target',
        tokens.map((token, i) => ({ sequence: copies[i]!, tokens: [token] })),
        'last',
        { hidden: true },
      );
      const after = next.hidden!.map((h) => unit(h[0]!));
      const scores = tokens.map((t, i) => (1 - alpha) * p[t]! - alpha * closest(after[i]!, states));
      const best = scores.indexOf(Math.max(...scores));
      for (const [i, copy] of copies.entries()) if (i !== best) yield* release('target', copy);
      sequence = copies[best]!;
      if (yield* emit(request, sample, tokens[best]!, record(logits, p, chain.length > 0, tokens[best]!))) break;
      states.push(after[best]!);
      logits = next.logits[best]![0]!;
    }
    yield* release('target', sequence);
  },
};
