import { numberField } from '../../../core/field.ts';
import { applyChain, observeChain, type Applied } from '../chain.ts';
import { contextAt, forward, prefill, release } from '../common.ts';
import { draw } from '../draw.ts';
import { NothingAllowed } from '../grammar/engine.ts';
import { speculate, type Drafter, type Proposal, type SpeculativeSample } from '../speculation.ts';
import type { Algorithm, Answer, DecodeOp, DecodeRequest } from '../types.ts';

/**
 * A draft model writes ahead, one cheap pass a token, through the same chain as the target; the chain's memory starts
 * from the target's at every round and follows the draft from there. The draft's cache lags: what was accepted last,
 * and the corrected or bonus token, are fed with the next round's first pass.
 */
export function* draftModel(request: DecodeRequest, most: number): Generator<DecodeOp, Drafter, Answer> {
  const { sequences } = yield* prefill('draft', request.prompt.slice(0, -1), request.samples);
  const lengths = sequences.map(() => request.prompt.length - 1);
  return {
    *propose(live, room) {
      const writing = live.map((sample) => ({
        sample,
        state: sample.state,
        tokens: [...sample.tokens],
        made: [] as Proposal[],
        most: Math.min(most, room(sample)),
      }));
      for (;;) {
        const going = writing.filter(
          (w) =>
            w.made.length < w.most &&
            !(w.made.length > 0 && request.endTokens.includes(w.tokens[w.tokens.length - 1]!)),
        );
        if (going.length === 0) return writing.map((w) => w.made);
        const { logits } = yield* forward(
          'draft',
          going.map((w) => ({
            sequence: sequences[w.sample.index]!,
            tokens: w.tokens.slice(lengths[w.sample.index]!),
          })),
        );
        for (const [i, w] of going.entries()) {
          lengths[w.sample.index] = w.tokens.length;
          // Models of one family are padded to different sizes: what the target has no row for is not proposed.
          const context = contextAt(request, w.sample.index, w.tokens);
          let applied: Applied;
          try {
            applied = applyChain(logits[i]![0]!.subarray(0, request.vocab), context, request.chain, w.state);
          } catch (error) {
            // The draft cannot go on here; whether the text can is the target's to say.
            if (!(error instanceof NothingAllowed)) throw error;
            w.most = w.made.length;
            continue;
          }
          const token = draw(applied.probabilities, context.uniform('draft'), applied.order);
          w.state = observeChain(request.chain, w.state, applied, token);
          w.made.push({ token, q: applied.probabilities });
          w.tokens.push(token);
        }
      }
    },
    *afterPass({ index, tokens }: SpeculativeSample) {
      const length = Math.min(lengths[index]!, tokens.length - 1);
      if (length < lengths[index]!) yield { op: 'rollback', model: 'draft', sequence: sequences[index]!, length };
      lengths[index] = length;
    },
    release: ({ index }) => release('draft', sequences[index]!),
  };
}

/**
 * Speculative sampling: the draft proposes up to `tokens` tokens, the target accepts or corrects them in one pass (see
 * `speculate` for why the text has exactly the target's distribution). Chen et al. 2023,
 * https://arxiv.org/abs/2302.01318, algorithm 2; the same rule in Leviathan et al. 2023,
 * https://arxiv.org/abs/2211.17192. The draft must have the target's vocabulary.
 */
export const speculative: Algorithm<{ tokens: number }> = {
  id: 'speculative',
  title: 'Speculative sampling',
  paper: {
    title: 'Accelerating Large Language Model Decoding with Speculative Sampling',
    url: 'https://arxiv.org/abs/2302.01318',
  },
  summary:
    'A small model writes a few tokens ahead and the large one checks them all in one pass: the same distribution in fewer passes.',
  params: {
    tokens: numberField({
      label: 'Tokens ahead',
      help: 'How many tokens the draft writes before each check. More pay off only when most are accepted.',
      default: 4,
      min: 1,
      max: 16,
      integer: true,
    }),
  },
  needsDraft: true,
  usesChain: true,
  preservesDistribution: true,
  run: (request, { tokens }) => speculate(request, () => draftModel(request, tokens)),
};
