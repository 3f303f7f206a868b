import { canonical } from './canonical.ts';
import { kSeq } from './kSeq.ts';
import { ordered } from './ordered.ts';
import { recursive } from './recursive.ts';
import type { AcceptanceRule } from './types.ts';

/** First the one that mostly wins: of equal ones it stays. */
const rules = [ordered, recursive, kSeq, canonical];

/** The rule with the largest expected acceptance of these drafts. */
export const bestOf = (p: Float64Array, q: Float64Array, n: number): AcceptanceRule =>
  n === 1 ? recursive : rules.reduce((a, b) => (b.rate(p, q, n)! > a.rate(p, q, n)! ? b : a));

/**
 * At every place the rule that accepts most there. Each keeps the target's distribution, and which one is taken depends on
 * p, q and the number of drafts alone, never on the drafts: so this keeps it too. Ordered acceptance wins where p and q
 * are apart, recursive rejection where they are nearly the same.
 */
export const bestKnown: AcceptanceRule = {
  id: 'best_known',
  title: 'The best of these at each place',
  paper: { title: 'derived here, beside SpecTr (2310.15141)', url: 'https://arxiv.org/abs/2310.15141' },
  summary: 'At every place the rule with the largest acceptance for what target and draft say there.',
  law: 'iid',
  weigh: (p, q, tokens) => bestOf(p, q, tokens.length).weigh(p, q, tokens),
  rate: (p, q, n) => bestOf(p, q, n).rate(p, q, n),
};
