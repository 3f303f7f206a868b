// Proposing tokens cheaply and letting the target judge them in one pass: the part that a draft model and a look into
// the prompt share.
import { applyChain, observeChain, recordOf, startChain, type Applied, type ChainState } from './chain.ts';
import { contextAt, emit, ended, endedByStage, forward, limitOf, prefill, release, type Sample } from './common.ts';
import { draw } from './draw.ts';
import type { Answer, DecodeOp, DecodeRequest, Decoding, SequenceId } from './types.ts';

/**
 * A proposed token, and the distribution that it was drawn from; null for a point mass (it was looked up, not drawn).
 */
export interface Proposal {
  readonly token: number;
  readonly q: Float64Array | null;
}

export interface SpeculativeSample extends Sample {
  readonly sequence: SequenceId;
  /** The chain's memory after `tokens`: the target's, whatever was proposed in between. */
  state: ChainState;
}

/** Where proposals come from. */
export interface Drafter {
  /** At most `room(sample)` proposals for each live sample; none is fine. */
  propose(
    live: readonly SpeculativeSample[],
    room: (sample: SpeculativeSample) => number,
  ): Generator<DecodeOp, Proposal[][], Answer>;
  /** Called after a pass: `sample.tokens` then ends with what was accepted of the proposals, or replaced them. */
  afterPass?(sample: SpeculativeSample): Decoding;
  release?(sample: SpeculativeSample): Decoding;
}

/**
 * Accept or correct one proposal x ~ q where the target wants p. Accept with probability min(1, p(x)/q(x)); else draw
 * from the residual r = (p − q)⁺/Σ(p − q)⁺. Then P(t) = min(p, q)(t) + (1 − Σ min(p, q))·r(t) = min(p, q)(t) + (p −
 * q)⁺(t) = p(t), because Σ(p − q)⁺ = 1 − Σ min(p, q). For a point mass q at x: accept with p(x), else draw from p
 * without x.
 */
export function judge(
  p: Float64Array,
  { token, q }: Proposal,
  accept: number,
  residual: number,
): { readonly token: number; readonly accepted: boolean } {
  if (accept * (q ? q[token]! : 1) < p[token]!) return { token, accepted: true };
  const proposed = (t: number): number => {
    // A draft's table may have fewer rows than the target's: it proposes none of those that it lacks.
    if (q) return q[t] ?? 0;
    return t === token ? 1 : 0;
  };
  const left = p.map((v, t) => Math.max(0, v - proposed(t)));
  const sum = left.reduce((a, b) => a + b, 0);
  // Rejected means p(x) < q(x), so something is left; only rounding can lose it, and then p and q are the same to
  // 1e-16.
  const corrected = sum > 0 ? left.map((v) => v / sum) : p;
  return { token: draw(corrected, residual), accepted: false };
}

/**
 * Speculative decoding with any drafter. Every pass the target is fed the last token and the proposals, so it gives the
 * logits of every proposal and of one token more; the chain is applied to each with the history and the memory that
 * plain sampling would have there. Proposals are judged in order: the first one rejected is replaced by a draw from the
 * residual and ends the pass, and when all are accepted the last logits give a free token, the bonus.
 *
 * Why it is exact for every stage: p at a place depends on accepted tokens only (history, memory) and on the place's
 * own keyed uniforms, and a position's uniforms for `draft`, `accept`, `residual` and `draw` decide nothing before it.
 * Proposals after the first rejected one are never looked at, so their uniforms can be used again for new proposals.
 * 24-bit uniforms bound the error of a probability by 2^-24. So no stage has to be refused here.
 *
 * `rule` is a parameter for the tests, which plant faults in it.
 */
export function* speculate(
  request: DecodeRequest,
  start: () => Generator<DecodeOp, Drafter, Answer>,
  rule: typeof judge = judge,
): Decoding {
  const { chain, prompt } = request;
  const memory = startChain(chain);
  if (yield* ended(request)) return;
  // The last token of a sample is always fed with its proposals, so that one pass gives the logits of all.
  const { sequences } = yield* prefill('target', prompt.slice(0, -1), request.samples);
  const drafter = yield* start();
  let live: SpeculativeSample[] = sequences.map((sequence, index) => ({
    index,
    tokens: [...prompt],
    sequence,
    state: memory,
  }));
  while (live.length > 0) {
    const proposals = yield* drafter.propose(live, (s) => limitOf(request) - s.tokens.length - 1);
    const { logits } = yield* forward(
      'target',
      live.map((s, i) => ({
        sequence: s.sequence,
        tokens: [s.tokens[s.tokens.length - 1]!, ...proposals[i]!.map((x) => x.token)],
      })),
      'all',
    );
    const going: SpeculativeSample[] = [];
    for (const [i, sample] of live.entries()) {
      const proposed = proposals[i]!;
      const fed = sample.tokens.length + proposed.length;
      let accepted = 0;
      let over = false;
      for (let j = 0; j <= proposed.length && accepted === j && !over; j++) {
        const row = logits[i]![j]!;
        const context = contextAt(request, sample.index, sample.tokens);
        let applied: Applied;
        try {
          applied = applyChain(row, context, chain, sample.state);
        } catch (error) {
          yield* endedByStage(sample.index, error);
          over = true;
          break;
        }
        let u = context.uniform('draw');
        let token: number;
        let by: 'model' | 'bonus' | 'drafted' | 'corrected' = proposed.length > 0 ? 'bonus' : 'model';
        if (j === proposed.length) token = draw(applied.probabilities, u, applied.order);
        else {
          const verdict = rule(
            applied.probabilities,
            proposed[j]!,
            context.uniform('accept'),
            context.uniform('residual'),
          );
          token = verdict.token;
          if (verdict.accepted) accepted++;
          by = verdict.accepted ? 'drafted' : 'corrected';
          u = context.uniform(verdict.accepted ? 'accept' : 'residual');
        }
        sample.state = observeChain(chain, sample.state, applied, token);
        over = yield* emit(request, sample, token, recordOf(row, applied, token, u, by));
      }
      yield { op: 'count', sample: sample.index, proposed: proposed.length, accepted };
      if (over) {
        yield* release('target', sample.sequence);
        if (drafter.release) yield* drafter.release(sample);
      } else {
        if (sample.tokens.length - 1 < fed)
          yield { op: 'rollback', model: 'target', sequence: sample.sequence, length: sample.tokens.length - 1 };
        if (drafter.afterPass) yield* drafter.afterPass(sample);
        going.push(sample);
      }
    }
    live = going;
  }
}
