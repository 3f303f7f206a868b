import { logGamma } from './beta.ts';

/** Regularised lower incomplete gamma function P(a, x) by its power series, DLMF § 8.11; fast for x < a + 1. */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; k < 10000 && term > sum * 1e-17; k++) sum += term *= x / (a + k);
  return sum * Math.exp(a * Math.log(x) - x - logGamma(a));
}

/**
 * Regularised upper incomplete gamma function Q(a, x) by its continued fraction, DLMF § 8.9, contracted to even terms;
 * fast for x > a + 1.
 */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let h = d;
  for (let k = 1; k < 10000; k++) {
    const term = k * (a - k);
    b += 2;
    d = 1 / (b + term * d);
    c = b + term / c;
    h *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return h * Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** Q(a, x) = Γ(a, x) / Γ(a) for a > 0, x ≥ 0; keeps its digits in the upper tail. */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

/** Probability that a χ² variable of `degrees` is above x. */
export const chiSquareSurvival = (x: number, degrees: number): number => upperGamma(degrees / 2, x / 2);

/** The x that a χ² variable of `degrees` exceeds with probability `p`, 0 < p < 1; bisection to the last digits. */
export function chiSquareQuantile(p: number, degrees: number): number {
  let low = 0;
  let high = degrees + 10;
  while (chiSquareSurvival(high, degrees) > p) high *= 2;
  for (let i = 0; i < 100; i++) {
    const mid = (low + high) / 2;
    if (chiSquareSurvival(mid, degrees) > p) low = mid;
    else high = mid;
  }
  return (low + high) / 2;
}

/**
 * The same for a non-central χ² of non-centrality `lambda`: a Poisson(λ/2) mixture of central ones with 2j more
 * degrees.
 */
export function noncentralSurvival(x: number, degrees: number, lambda: number): number {
  if (lambda === 0) return chiSquareSurvival(x, degrees);
  const mean = lambda / 2;
  const reach = 10 * Math.sqrt(mean) + 40;
  let sum = 0;
  for (let j = Math.max(0, Math.floor(mean - reach)); j <= mean + reach; j++)
    sum += Math.exp(j * Math.log(mean) - mean - logGamma(j + 1)) * chiSquareSurvival(x, degrees + 2 * j);
  return sum;
}

export interface GTest {
  /** 2 Σ O ln(O / E). */
  readonly g: number;
  readonly degrees: number;
  /** Probability of a G at least as large when the counts come from the probabilities. */
  readonly p: number;
}

/** Cells that expect fewer counts than this are pooled: below it the χ² limit of G is poor. */
const POOL_BELOW = 5;

/**
 * The G-test (likelihood-ratio χ²) of counts against a distribution. Cells expecting fewer than 5 are pooled into one,
 * which joins the smallest other cell if it stays below 5. A count where the probability is 0 is impossible: G is
 * infinite. With one cell left there is nothing to test and p is 1.
 */
export function gTest(counts: ArrayLike<number>, probabilities: ArrayLike<number>): GTest {
  if (counts.length !== probabilities.length)
    throw new RangeError(`The G-test got ${counts.length} counts for ${probabilities.length} probabilities.`);
  let n = 0;
  let impossible = false;
  for (let i = 0; i < counts.length; i++) n += counts[i]!;
  const cells: { seen: number; expected: number }[] = [];
  const pool = { seen: 0, expected: 0 };
  for (let i = 0; i < counts.length; i++) {
    const seen = counts[i]!;
    const expected = n * probabilities[i]!;
    if (expected === 0) impossible ||= seen > 0;
    else if (expected >= POOL_BELOW) cells.push({ seen, expected });
    else {
      pool.seen += seen;
      pool.expected += expected;
    }
  }
  if (pool.expected >= POOL_BELOW || cells.length === 0) cells.push(pool);
  else if (pool.expected > 0) {
    const least = cells.reduce((a, b) => (b.expected < a.expected ? b : a));
    least.seen += pool.seen;
    least.expected += pool.expected;
  }
  const degrees = cells.length - 1;
  if (impossible) return { g: Infinity, degrees, p: 0 };
  const g = Math.max(
    2 * cells.reduce((sum, { seen, expected }) => sum + (seen > 0 ? seen * Math.log(seen / expected) : 0), 0),
    0,
  );
  return { g, degrees, p: degrees > 0 ? chiSquareSurvival(g, degrees) : 1 };
}

/**
 * The total variation t such that *every* bias of at least t is found by a G-test of n draws at level `alpha` with
 * probability `power` or more. A bias δ moves G by the non-centrality λ = n Σ δ²/p, and Σ δ²/p ≥ (Σ |δ|)² = 4t² by
 * Cauchy and Schwarz, so t = ½ √(λ/n) with the λ that has this power. Asymptotic in n; 0 when there is one cell only.
 */
export function detectableBias(n: number, degrees: number, alpha: number, power = 0.8): number {
  if (degrees < 1) return 0;
  const critical = chiSquareQuantile(alpha, degrees);
  let low = 0;
  let high = 10;
  while (noncentralSurvival(critical, degrees, high) < power) high *= 2;
  for (let i = 0; i < 50; i++) {
    const mid = (low + high) / 2;
    if (noncentralSurvival(critical, degrees, mid) < power) low = mid;
    else high = mid;
  }
  return Math.sqrt(high / n) / 2;
}
