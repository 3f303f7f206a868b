import { ROUND } from '../draw.ts';
import { ordered } from './ordered.ts';
import { recursive } from './recursive.ts';
import type { AcceptanceRule } from './types.ts';

/** The rule with the larger expected acceptance of these drafts. */
export const betterOf = (p: Float64Array, q: Float64Array, n: number): AcceptanceRule =>
  n > 1 && ordered.rate(p, q, n)! > recursive.rate(p, q, n)! + ROUND ? ordered : recursive;

/**
 * At every place the one of two rules that accepts more there. Each keeps the target's distribution, and which one is
 * taken depends on p, q and the number of drafts alone, never on the drafts: so this keeps it too. Ordered acceptance wins
 * where p and q are apart, recursive rejection where they are nearly the same; no other rule here was seen to beat both.
 */
export const bestKnown: AcceptanceRule = {
  id: 'best_known',
  title: 'Ordered or recursive, by place',
  paper: { title: 'derived here, beside SpecTr (2310.15141)', url: 'https://arxiv.org/abs/2310.15141' },
  summary: 'At every place the one of the two rules with the larger acceptance for what target and draft say there.',
  law: 'iid',
  weigh: (p, q, tokens) => betterOf(p, q, tokens.length).weigh(p, q, tokens),
  rate: (p, q, n) => betterOf(p, q, n).rate(p, q, n),
};
