import { byRatio, excess, overlap, tails } from './common.ts';
import type { AcceptanceRule } from './types.ts';

/**
 * The law of the draft that is chosen when of n the one with the largest p/q is: at place i of that order
 * (Σ_{j≥i} q)ⁿ − (Σ_{j>i} q)ⁿ.
 */
export function chosenLaw(p: Float64Array, q: Float64Array, n: number): { law: Float64Array; place: Int32Array } {
  const order = byRatio(p, q);
  const after = tails(q, order);
  const law = new Float64Array(p.length);
  const place = new Int32Array(p.length).fill(order.length);
  order.forEach((x, i) => {
    law[x] = after[i]! ** n - after[i + 1]! ** n;
    place[x] = i;
  });
  // q sums to 1 but for rounding; so must this.
  const sum = after[0]! ** n;
  if (sum > 0) for (const x of order) law[x]! /= sum;
  return { law, place };
}

/**
 * The canonical two steps: one of the drafts is chosen, and that one is judged as a single draft of the law that the
 * choice gave it. Any choice whose law is known exactly keeps the target; here the draft with the largest p/q is chosen.
 * After Khisti et al. 2024, https://arxiv.org/abs/2410.18234, who choose by weights; the closed law is derived here.
 */
export const canonical: AcceptanceRule = {
  id: 'canonical',
  title: 'Canonical two steps',
  paper: {
    title: 'Multi-Draft Speculative Sampling: Canonical Decomposition and Theoretical Limits',
    url: 'https://arxiv.org/abs/2410.18234',
  },
  summary: 'The draft that the target likes best beside the draft model is chosen, then judged like a single one.',
  law: 'iid',
  weigh(p, q, tokens) {
    const { law, place } = chosenLaw(p, q, tokens.length);
    const token = tokens.reduce((a, b) => (place[b]! < place[a]! ? b : a));
    return { tries: [{ token, probability: Math.min(1, p[token]! / law[token]!) }], residual: excess(p, law) };
  },
  rate: (p, q, n) => overlap(p, chosenLaw(p, q, n).law),
};
