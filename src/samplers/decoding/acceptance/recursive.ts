import { at, excess, overlap, total } from './common.ts';
import type { AcceptanceRule, Weighed } from './types.ts';

/** p − q where it is positive, scaled to a distribution; null when p and q are the same but for rounding. */
function rest(p: Float64Array, q: Float64Array): Float64Array | null {
  const left = excess(p, q);
  const sum = total(left);
  return sum > 0 ? left.map((v) => v / sum) : null;
}

/** q without the tokens drawn so far, scaled to a distribution. */
export function without(q: Float64Array, taken: readonly number[]): Float64Array {
  const left = Float64Array.from(q);
  for (const t of taken) if (t < left.length) left[t] = 0;
  const sum = total(left);
  return sum > 0 ? left.map((v) => v / sum) : left;
}

/** One draft after the other, each by the rule of one: what a refused one leaves of p is the next one's target. */
function weigh(p: Float64Array, tokens: readonly number[], lawOf: (k: number) => Float64Array): Weighed {
  const tries: { token: number; probability: number }[] = [];
  let target = p;
  for (const [k, token] of tokens.entries()) {
    const q = lawOf(k);
    tries.push({ token, probability: Math.min(1, target[token]! / at(q, token)) });
    const left = rest(target, q);
    if (!left) return { tries, residual: new Float64Array(p.length) };
    target = left;
  }
  return { tries, residual: target };
}

const title = 'Recursive rejection';
/**
 * Recursive rejection: the rule of one draft (Chen et al. 2023), again and again on what is left of the target. Miao et
 * al. 2023 (SpecInfer), https://arxiv.org/abs/2305.09781, algorithm 2.
 */
export const recursive: AcceptanceRule = {
  id: 'recursive',
  title,
  paper: { title: 'SpecInfer', url: 'https://arxiv.org/abs/2305.09781' },
  summary: 'Each draft is judged by itself, against what the ones before it left of the target.',
  law: 'iid',
  weigh: (p, q, tokens) => weigh(p, tokens, () => q),
  rate(p, q, n) {
    let refused = 1;
    let target: Float64Array | null = p;
    for (let k = 0; k < n && target; k++) {
      refused *= 1 - overlap(target, q);
      target = rest(target, q);
    }
    return target ? 1 - refused : 1;
  },
};

/**
 * The same with drafts that differ: the k-th is drawn from q without the ones before it, and judged against that. Jeon et
 * al. 2024 (Recursive Speculative Decoding), https://arxiv.org/abs/2402.14160.
 */
export const recursiveWithout: AcceptanceRule = {
  id: 'recursive_without',
  title: `${title}, drafts that differ`,
  paper: { title: 'Recursive Speculative Decoding', url: 'https://arxiv.org/abs/2402.14160' },
  summary: 'Drafts are drawn without replacement, so that none is tried twice; each is judged against what is left.',
  law: 'without',
  weigh: (p, q, tokens) => weigh(p, tokens, (k) => without(q, tokens.slice(0, k))),
  rate(p, q, n) {
    const first = overlap(p, q);
    const left = rest(p, q);
    if (n === 1 || !left) return left ? first : 1;
    if (n > 2) return null;
    // Σ over the refused first token t of (q − p)⁺_t · Σ_x min(p'_x, q_x/(1 − q_t)): sorted by p'/q the inner sum is two
    // tails, split where p'/q passes 1/(1 − q_t).
    const order = [...left.keys()]
      .filter((x) => at(q, x) > 0)
      .sort((x, y) => left[x]! / at(q, x) - left[y]! / at(q, y));
    const below = new Float64Array(order.length + 1);
    const above = new Float64Array(order.length + 1);
    order.forEach((x, i) => (below[i + 1] = below[i]! + left[x]!));
    for (let i = order.length - 1; i >= 0; i--) above[i] = above[i + 1]! + at(q, order[i]!);
    let sum = first;
    for (const t of order) {
      const refused = at(q, t) - p[t]!;
      if (!(refused > 0) || at(q, t) >= 1) continue;
      const scale = 1 / (1 - at(q, t));
      let [low, high] = [0, order.length];
      while (low < high) {
        const mid = (low + high) >> 1;
        if (left[order[mid]!]! <= scale * at(q, order[mid]!)) low = mid + 1;
        else high = mid;
      }
      // t itself has p' = 0, so it stands among the first and adds nothing.
      sum += refused * (below[low]! + scale * above[low]!);
    }
    return sum;
  },
};
