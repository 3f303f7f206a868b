import { at, byRatio, tails } from './common.ts';
import type { AcceptanceRule } from './types.ts';

/** Product of two power series in z, cut after zⁿ. */
function times(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) for (let j = 0; i + j < a.length; j++) out[i + j]! += a[i]! * b[j]!;
  return out;
}
/** e^{cz}, cut after zⁿ. */
function exponential(c: number, n: number): Float64Array {
  const out = new Float64Array(n + 1);
  out[0] = 1;
  for (let k = 1; k <= n; k++) out[k] = (out[k - 1]! * c) / k;
  return out;
}

export interface OrderedLaw {
  /** Tokens that can be drafted, by p/q descending. */
  readonly order: readonly number[];
  /** Probability of being taken once tried, by token. */
  readonly accept: Float64Array;
  /** Probability of being tried at all, by token. */
  readonly tried: Float64Array;
}

/**
 * With n drafts drawn from q and tried by p/q descending, token y is tried when it is among them and every one before
 * it was refused: tried_y = n!·[zⁿ] e^{C_y z}(e^{q_y z} − 1)·Π_{x before y}(1 + (1 − λ_x)(e^{q_x z} − 1)), C_y the mass
 * of q after y, and λ_y = min(1, p_y/tried_y) takes no more of y than the target wants. O(V n²).
 */
export function orderedLaw(p: Float64Array, q: Float64Array, n: number): OrderedLaw {
  const order = byRatio(p, q);
  const after = tails(q, order);
  const accept = new Float64Array(p.length);
  const tried = new Float64Array(p.length);
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  let before = exponential(0, n);
  order.forEach((y, i) => {
    const own = exponential(at(q, y), n);
    own[0] = 0;
    const chance = factorial * times(times(exponential(after[i + 1]!, n), own), before)[n]!;
    tried[y] = chance;
    accept[y] = chance > 0 ? Math.min(1, p[y]! / chance) : 1;
    const refused = own.map((v) => (1 - accept[y]!) * v);
    refused[0] = 1;
    before = times(before, refused);
  });
  return { order, accept, tried };
}

/**
 * Ordered acceptance: distinct drafts are tried by p/q descending, each with as much as the target has left for it after
 * those that come before. Exact by construction; in no paper that we know, derived here beside Khisti et al. 2024.
 */
export const ordered: AcceptanceRule = {
  id: 'ordered',
  title: 'Ordered acceptance',
  paper: {
    title: 'derived here, beside Canonical Decomposition (2410.18234)',
    url: 'https://arxiv.org/abs/2410.18234',
  },
  summary:
    'Drafts that the target likes best beside the draft model are tried first, each with all that is left for it.',
  law: 'iid',
  weigh(p, q, tokens) {
    const { order, accept, tried } = orderedLaw(p, q, tokens.length);
    const drafts = new Set(tokens);
    return {
      tries: order.filter((x) => drafts.has(x)).map((token) => ({ token, probability: accept[token]! })),
      residual: p.map((v, x) => Math.max(0, v - accept[x]! * tried[x]!)),
    };
  },
  rate(p, q, n) {
    const { accept, tried } = orderedLaw(p, q, n);
    return accept.reduce((sum, a, x) => sum + a * tried[x]!, 0);
  },
};
