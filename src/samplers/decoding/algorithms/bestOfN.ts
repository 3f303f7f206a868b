import { numberField } from '../../../core/field.ts';
import type { EndReason } from '../common.ts';
import { sampleChain } from '../sampled.ts';
import type { Algorithm, TokenRecord } from '../types.ts';

export interface Candidate {
  readonly tokens: readonly number[];
  /** Mean log-probability of its tokens, nats. */
  readonly score: number;
}

/** Mean log-probability under the model itself; an empty text has 0. */
export const meanLogProbability = (records: readonly Pick<TokenRecord, 'logProbability'>[]): number =>
  records.reduce((sum, r) => sum + r.logProbability, 0) / Math.max(1, records.length);

/**
 * Share of the different tokens and pairs of tokens of two texts that both have (Jaccard): 1 for equal texts, 0 when
 * they share no token.
 */
export function overlap(a: readonly number[], b: readonly number[]): number {
  const parts = (tokens: readonly number[]) =>
    new Set(tokens.flatMap((t, i) => (i > 0 ? [`${t}`, `${tokens[i - 1]} ${t}`] : [`${t}`])));
  const [x, y] = [parts(a), parts(b)];
  const both = [...x].filter((p) => y.has(p)).length;
  const either = x.size + y.size - both;
  return either === 0 ? 1 : both / either;
}

/**
 * Indices of `count` candidates: the best score first, then each time the one with the largest score − penalty ·
 * (largest overlap with those taken).
 */
export function select(candidates: readonly Candidate[], count: number, penalty: number): number[] {
  const taken: number[] = [];
  while (taken.length < Math.min(count, candidates.length)) {
    let best = -1;
    let top = -Infinity;
    candidates.forEach((c, i) => {
      const value =
        c.score - penalty * taken.reduce((most, j) => Math.max(most, overlap(c.tokens, candidates[j]!.tokens)), 0);
      if (!taken.includes(i) && (best < 0 || value > top)) [best, top] = [i, value];
    });
    taken.push(best);
  }
  return taken;
}

/**
 * Diverse best-of-N: draws `candidates` texts with the chain in one batch and keeps as many as there are samples: the
 * one with the highest mean log-probability under the model itself, then by maximal marginal relevance those that are
 * good and unlike the ones kept, at `penalty` nats per token for a complete overlap. One sample, or penalty 0, is plain
 * best-of-N by likelihood. Carbonell and Goldstein 1998, https://doi.org/10.1145/290941.291025. The choice favours
 * likely texts, so their distribution is not the chain's. While they grow, the first candidates are shown; the chosen
 * ones replace them at the end.
 */
export const bestOfN: Algorithm<{ candidates: number; penalty: number }> = {
  id: 'best_of_n',
  title: 'Diverse best-of-N',
  paper: {
    title: 'The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing Summaries',
    url: 'https://doi.org/10.1145/290941.291025',
  },
  summary: 'Draws many texts, keeps the likeliest, and next to it those that are likely and different.',
  params: {
    candidates: numberField({
      label: 'Candidates',
      help: 'How many texts are drawn; as many as there are samples are kept.',
      default: 8,
      min: 1,
      max: 64,
      integer: true,
    }),
    penalty: numberField({
      label: 'Diversity',
      help: 'What repeating a kept text completely costs, in nats per token; 0 keeps the likeliest however alike they are.',
      default: 0.5,
      min: 0,
      max: 10,
      step: 0.05,
    }),
  },
  usesChain: true,
  preservesDistribution: false,
  sequences: (_, { candidates }) => candidates,
  refuse: ({ samples }, { candidates }) =>
    candidates < samples
      ? `${samples} samples cannot be kept of ${candidates} candidates: draw at least ${samples}.`
      : null,
  *run(request, { candidates: count, penalty }) {
    const made = Array.from({ length: count }, () => ({
      tokens: [] as number[],
      records: [] as TokenRecord[],
      why: 'length' as EndReason,
      detail: undefined as string | undefined,
    }));
    const drawing = sampleChain({ ...request, samples: count });
    for (let step = drawing.next(); !step.done;) {
      const o = step.value;
      if (o.op === 'end') Object.assign(made[o.sample]!, { why: o.why, detail: o.detail });
      if (o.op === 'emit') {
        made[o.sample]!.tokens.push(o.token);
        made[o.sample]!.records.push(o.record);
      }
      step = drawing.next(o.op === 'end' || (o.op === 'emit' && o.sample >= request.samples) ? undefined : yield o);
    }
    const candidates = made.map((m) => ({ ...m, score: meanLogProbability(m.records) }));
    for (const [sample, i] of select(candidates, request.samples, penalty).entries()) {
      const { tokens, records, score, why, detail } = candidates[i]!;
      if (tokens.length > 0) yield { op: 'replace', sample, tokens, records, score };
      yield { op: 'end', sample, why, ...(detail !== undefined && { detail }) };
    }
  },
};
