// Which spot of a grid is best by a metric, and which cannot be told from it. Pure.
import { FEWEST_SEEDS, meanHalfWidth, verdicts, type Verdict } from '../../../metrics/intervals.ts';
import type { Spot } from '../../../experiments/grid/summary.ts';

export interface SpotRanking {
  readonly verdicts: readonly (readonly Verdict[])[];
  readonly best: readonly [row: number, column: number] | null;
  readonly tied: number;
  readonly rated: number;
  /** Why nobody is marked, as a sentence; null where somebody is. */
  readonly unmarked: string | null;
}

/**
 * The repeats of all spots share their seeds, so that differences are taken seed by seed; with m comparisons each is held
 * to 5 %/m (Bonferroni).
 */
export function rankSpots(
  spots: readonly (readonly Spot[])[],
  repeats: readonly (readonly (readonly number[])[])[] | null,
  metric: { readonly better: 'lower' | 'higher'; readonly log: boolean },
): SpotRanking {
  const columns = spots[0]?.length ?? 0;
  const flat = spots.flat();
  const values = repeats?.flat() ?? null;
  const log = metric.log && (values ?? []).flat().every((v) => v > 0);
  const scaled = (v: number) => (log ? Math.log(v) : v);
  const enough = values !== null && values.every((v) => v.length === 0 || v.length >= FEWEST_SEEDS);
  const rated = verdicts(
    flat.map((spot, i) => {
      const own = enough ? values[i]!.map(scaled) : null;
      if (spot.mean === null) return { value: null, spread: null };
      const mean = own && own.length > 0 ? own.reduce((a, b) => a + b, 0) / own.length : spot.mean;
      return { value: mean, spread: own };
    }),
    metric.better,
    meanHalfWidth,
  );
  const sign = metric.better === 'lower' ? 1 : -1;
  let best: number | null = null;
  flat.forEach((s, i) => {
    if (s.mean !== null && (best === null || sign * s.mean < sign * flat[best]!.mean!)) best = i;
  });
  const marked = rated.indexOf('best');
  const at = marked >= 0 ? marked : best;
  const unmarked =
    values === null
      ? 'Nothing is repeated evenly, so no interval says what a difference is worth: nobody is marked.'
      : `Fewer than ${FEWEST_SEEDS} repeats cannot decide so many comparisons: nobody is marked.`;
  return {
    verdicts: spots.map((line, r) => line.map((_, c) => (enough ? rated[r * columns + c]! : 'unknown'))),
    best: at === null ? null : [Math.floor(at / columns), at % columns],
    tied: enough ? rated.filter((v) => v === 'tied').length : 0,
    rated: flat.filter((s) => s.mean !== null).length,
    unmarked: enough ? null : unmarked,
  };
}
