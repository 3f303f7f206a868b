// Which quality numbers there are to show, and which of several contenders is best by one.
import { metricMenu } from '../config/menus.ts';
import type { Quality } from './types.ts';

export type MetricItem = (typeof metricMenu)[number];

/** The metrics that any of these results holds, in registry order. */
export const presentMetrics = (qualities: readonly Quality[]): readonly MetricItem[] => metricMenu.filter((m) => qualities.some((q) => q[m.id] !== undefined));

/** The metric to show: the chosen one, or the first that is present. */
export const shownMetric = (chosen: string | null, present: readonly MetricItem[]): MetricItem | undefined => present.find((m) => m.id === chosen) ?? present[0];

/** Index of the best value; −1 when there are fewer than two to compare. */
export function bestIndex(values: readonly (number | null | undefined)[], better: 'lower' | 'higher'): number {
  let best = -1, count = 0;
  for (const [i, v] of values.entries()) {
    if (typeof v !== 'number' || !Number.isFinite(v)) continue;
    count++;
    if (best < 0 || (better === 'lower' ? v < values[best]! : v > values[best]!)) best = i;
  }
  return count < 2 ? -1 : best;
}
