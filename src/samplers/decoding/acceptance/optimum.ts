import { at, byRatio, tails } from './common.ts';
import { topPlusOne } from './topPlusOne.ts';
import type { DraftLaw } from './types.ts';

/**
 * The most that any lossless rule can accept of n drafts: min over sets H of p(H) + 1 − Q(all drafts in H), by max-flow =
 * min-cut of the transport from drafts to the target. H is a prefix of the tokens by p/q ascending, so this is a sort of
 * the vocabulary. Q(H) = q(H)ⁿ for drafts drawn alike, Σ_{x∈H} q_x(q(H) − q_x)/(1 − q_x) for two that differ; null for
 * more that differ. After Hu et al. 2025, https://arxiv.org/abs/2502.18779; the formula is re-derived.
 */
export function optimum(p: Float64Array, q: Float64Array, n: number, law: DraftLaw): number | null {
  if (law === 'top_plus_one') return topPlusOne.rate(p, q, n);
  if (law === 'without' && n > 2) return null;
  const order = byRatio(p, q);
  const after = tails(q, order);
  const full = after[0]!;
  // From the whole vocabulary down: the smallest p/q last. Of what q never proposes none is in H.
  let target = order.reduce((sum, x) => sum + p[x]!, 0);
  let [one, two] = [0, 0];
  const weight = (x: number) => at(q, x) / (1 - at(q, x));
  if (law === 'without' && n === 2)
    for (const x of order) {
      if (at(q, x) >= 1) return Math.min(1, p[x]!);
      one += weight(x);
      two += weight(x) * at(q, x);
    }
  let best = 1;
  for (const [i, x] of order.entries()) {
    const mass = after[i]! / full;
    const all = law === 'without' && n === 2 ? mass * one - two : mass ** n;
    best = Math.min(best, target + 1 - all);
    target -= p[x]!;
    if (law === 'without' && n === 2) {
      one -= weight(x);
      two -= weight(x) * at(q, x);
    }
  }
  return Math.max(0, best);
}
