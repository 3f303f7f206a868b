// Summaries of timing samples, and how many to take.

/** The quantile q of some numbers, linear between neighbours. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (high - low) * (at - below);
}
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Median, quartiles, and their distance over the median. */
export function summary(values: readonly number[]): {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly spread: number;
} {
  const middle = median(values);
  const low = quantile(values, 0.25);
  const high = quantile(values, 0.75);
  return { median: middle, low, high, spread: middle > 0 ? (high - low) / middle : 0 };
}

/** A timed pass should last at least this many steps of its clock, and this many ms; no more is needed. */
const STEPS = 50;
const LEAST_MS = 2;
/** Fewest samples of a median, unless one run takes longer than SLOW_RUN_MS. */
export const LEAST_SAMPLES = 20;
export const SLOW_RUN_MS = 500;
const FEWEST_SAMPLES = 3;

export interface SamplePlan {
  readonly repeats: number;
  readonly samples: number;
  /** Empty, or why fewer samples are taken than were asked for. */
  readonly because: string;
}

/**
 * Repeats of a pass and number of samples, from the time of one run. `wanted` samples when they fit into `budgetMs`,
 * first with fewer repeats, then with fewer samples down to 20; fewer than those only where one run takes over half a
 * second.
 */
export function samplePlan(
  runMs: number,
  resolutionMs: number,
  wanted: number,
  budgetMs: number,
  mostRepeats: number,
): SamplePlan {
  const once = Math.max(runMs, 1e-6);
  const asked = Math.max(LEAST_SAMPLES, wanted);
  const target = Math.max(LEAST_MS, STEPS * resolutionMs);
  const repeats = Math.max(1, Math.min(mostRepeats, Math.ceil(target / once), Math.floor(budgetMs / (once * asked))));
  const fit = Math.floor(budgetMs / (repeats * once));
  const samples = Math.min(asked, Math.max(fit, once > SLOW_RUN_MS ? FEWEST_SAMPLES : LEAST_SAMPLES));
  return {
    repeats,
    samples,
    because:
      samples < asked ? `${samples} samples where ${asked} were asked for: one run takes ${once.toFixed(0)} ms` : '',
  };
}
