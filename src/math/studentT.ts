import { betaQuantile } from './beta.ts';

/**
 * Quantile of Student's t with `dof` degrees of freedom: the t with P(T ≤ t) = p, 0 < p < 1. From that of a Beta
 * variable: dof/(dof + T²) is Beta(dof/2, ½) (Abramowitz and Stegun 1964, 26.7.1).
 */
export function studentQuantile(p: number, dof: number): number {
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  const x = betaQuantile(2 * tail, dof / 2, 0.5);
  return Math.sign(p - 0.5) * Math.sqrt(dof * (1 / x - 1));
}
