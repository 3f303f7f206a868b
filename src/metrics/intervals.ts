// What a difference between two numbers of one run is worth: the delete-a-group jackknife, and who cannot be told from
// the best. After Efron, "The jackknife, the bootstrap and other resampling plans" (1982), ch. 2, with groups as in
// Kott, "The delete-a-group jackknife" (2001), eq. 1.
import { studentQuantile } from '../math/studentT.ts';

/** Standard error of a statistic from its values with each of G groups left out: √((G − 1)/G · Σ(θ_g − θ̄)²). */
export function jackknifeError(leftOut: readonly number[]): number {
  const g = leftOut.length;
  const mean = leftOut.reduce((a, b) => a + b, 0) / g;
  return Math.sqrt(((g - 1) / g) * leftOut.reduce((a, v) => a + (v - mean) ** 2, 0));
}

/** Half the width of the interval with this confidence; NaN when the values are not finite. */
export const halfWidth = (leftOut: readonly number[], confidence = 0.95): number =>
  studentQuantile((1 + confidence) / 2, leftOut.length - 1) * jackknifeError(leftOut);

/** Half the width of a mean's interval, from repeats that are independent. */
export function meanHalfWidth(values: readonly number[], confidence = 0.95): number {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const sd = Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / (n - 1));
  return (studentQuantile((1 + confidence) / 2, n - 1) * sd) / Math.sqrt(n);
}

/** `unknown`: a number without an interval, or not finite. */
export type Verdict = 'best' | 'tied' | 'worse' | 'unknown';

export interface Rated {
  readonly value: number | null;
  /** Present when the value has a spread: half the width of an interval for its difference to another. */
  readonly spread: readonly number[] | null;
}

/**
 * Of several numbers that were measured on the same noise: the best, and those that cannot be told from it at 95 %
 * confidence over all comparisons with it together (Bonferroni). `half` is halfWidth for values with a group left out,
 * meanHalfWidth for repeats; it is asked of the differences, row by row, because the noise is shared.
 */
export function verdicts(
  rated: readonly Rated[],
  better: 'lower' | 'higher',
  half: (differences: readonly number[], confidence: number) => number = halfWidth,
): Verdict[] {
  const usable = rated.map((r) => r.value !== null && Number.isFinite(r.value) && r.spread !== null);
  const sign = better === 'lower' ? 1 : -1;
  let best = -1;
  rated.forEach((r, i) => {
    if (usable[i] && (best < 0 || sign * r.value! < sign * rated[best]!.value!)) best = i;
  });
  const compared = usable.filter(Boolean).length - 1;
  if (compared < 1) return rated.map(() => 'unknown');
  const confidence = 1 - 0.05 / compared;
  return rated.map((r, i) => {
    if (!usable[i]) return 'unknown';
    if (i === best) return 'best';
    const differences = r.spread!.map((v, g) => v - rated[best]!.spread![g]!);
    const gap = Math.abs(r.value! - rated[best]!.value!);
    // Written so that a spread that is not finite tells nothing apart.
    return gap > half(differences, confidence) ? 'worse' : 'tied';
  });
}

/** With fewer repeats the intervals of many comparisons are too wide to mean anything. */
export const FEWEST_SEEDS = 4;
