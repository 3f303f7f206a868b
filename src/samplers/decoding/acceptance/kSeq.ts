import { at, excess } from './common.ts';
import type { AcceptanceRule } from './types.ts';

/** β(ρ) = Σ min(q, p/ρ): what a single try takes. */
function taken(p: Float64Array, q: Float64Array, rho: number): number {
  let sum = 0;
  for (let x = 0; x < p.length; x++) sum += Math.min(at(q, x), p[x]! / rho);
  return sum;
}

/** Halvings of [1, n]: to the last digit of a float64. */
const HALVINGS = 60;

/**
 * The smallest ρ in [1, n] with 1 − (1 − β(ρ))ⁿ ≤ ρ·β(ρ), to rounding: for less, more than p would come out of the
 * tries. Where p and q are apart it is n.
 */
export function rhoOf(p: Float64Array, q: Float64Array, n: number): number {
  const fits = (rho: number) => {
    const beta = taken(p, q, rho);
    return -Math.expm1(n * Math.log1p(-Math.min(beta, 1))) <= rho * beta;
  };
  if (fits(1)) return 1;
  let [low, high] = [1, n];
  for (let k = 0; k < HALVINGS; k++) {
    const mid = (low + high) / 2;
    if (fits(mid)) high = mid;
    else low = mid;
  }
  return high;
}

/**
 * K-SEQ: all drafts are tried with the same min(1, p/(ρq)), ρ as small as the target allows. Sun et al. 2023 (SpecTr),
 * https://arxiv.org/abs/2310.15141, algorithm 3.
 */
export const kSeq: AcceptanceRule = {
  id: 'k_seq',
  title: 'K-SEQ (SpecTr)',
  paper: { title: 'SpecTr', url: 'https://arxiv.org/abs/2310.15141' },
  summary: 'Every draft has the same chance, as large as it can be when there are so many.',
  law: 'iid',
  weigh(p, q, tokens) {
    const rho = rhoOf(p, q, tokens.length);
    const beta = taken(p, q, rho);
    // What the tries give of each token, over min(p/ρ, q): Σ_k (1 − β)^k.
    const times = beta > 0 ? -Math.expm1(tokens.length * Math.log1p(-Math.min(beta, 1))) / beta : tokens.length;
    return {
      tries: tokens.map((token) => ({ token, probability: Math.min(1, p[token]! / (rho * at(q, token))) })),
      residual: excess(
        p,
        Float64Array.from(p, (v, x) => Math.min(v / rho, at(q, x))),
        times,
      ),
    };
  },
  rate: (p, q, n) => -Math.expm1(n * Math.log1p(-Math.min(1, taken(p, q, rhoOf(p, q, n))))),
};
