import { at, excess } from './common.ts';
import { without } from './recursive.ts';
import { largest } from '../common.ts';
import type { AcceptanceRule } from './types.ts';

/** The most probable n − 1 tokens of q that have any mass, most probable first. */
export const topOf = (q: Float64Array, n: number): number[] => largest(q, n - 1).filter((x) => q[x]! > 0);

/** Σ over the rest of min(p, q'), q' being q without the top. */
function drawnMass(p: Float64Array, rest: Float64Array): number {
  let sum = 0;
  for (let x = 0; x < p.length; x++) sum += Math.min(p[x]!, at(rest, x));
  return sum;
}

/**
 * The n − 1 most probable tokens of q are drafts whatever happens, and one is drawn from the rest. The drawn one is taken
 * with min(1, p/q'); else a token is drawn from p − min(p, q'), which holds all of p on the fixed ones: taking one of
 * these is an acceptance too. It reaches the bound of such drafts, p(top) + Σ min(p, q'). After Hu et al. 2025 (greedy
 * drafting), https://arxiv.org/abs/2502.18779.
 */
export const topPlusOne: AcceptanceRule = {
  id: 'top_plus_one',
  title: 'Top and one drawn',
  paper: { title: 'Towards Optimal Multi-draft Speculative Decoding', url: 'https://arxiv.org/abs/2502.18779' },
  summary: 'The likeliest drafts are always there and one more is drawn: no rule accepts more of such drafts.',
  law: 'top_plus_one',
  weigh(p, q, tokens) {
    const [top, drawn] = [tokens.slice(0, -1), tokens[tokens.length - 1]!];
    const rest = without(q, top);
    const took = drawnMass(p, rest);
    const tries = [{ token: drawn, probability: Math.min(1, p[drawn]! / at(rest, drawn)) }];
    // Refused, which happens with 1 − took, the fixed ones are tried in turn out of what then remains.
    let left = 1 - took;
    for (const token of top) {
      tries.push({ token, probability: left > 0 ? Math.min(1, p[token]! / left) : 1 });
      left -= p[token]!;
    }
    const residual = excess(p, rest);
    for (const token of top) residual[token] = 0;
    return { tries, residual };
  },
  rate(p, q, n) {
    const top = topOf(q, n);
    const rest = without(q, top);
    return top.reduce((sum, x) => sum + p[x]!, 0) + drawnMass(p, rest);
  },
};
