// Which quality numbers there are to show, and which of several contenders is best by one.
import { metricMenu } from '../config/menus.ts';
import type { Quality } from './types.ts';

export type MetricItem = (typeof metricMenu)[number];

/** The metrics that any of these results holds, in registry order. */
export const presentMetrics = (qualities: readonly Quality[]): readonly MetricItem[] =>
  metricMenu.filter((m) => qualities.some((q) => q[m.id] !== undefined));

/** The metric to show: the chosen one, or the first that is present. */
export const shownMetric = (chosen: string | null, present: readonly MetricItem[]): MetricItem | undefined =>
  present.find((m) => m.id === chosen) ?? present[0];

/** The best value; null when fewer than two are there to compare. */
export function bestValue(values: readonly (number | null | undefined)[], better: 'lower' | 'higher'): number | null {
  const finite = values.filter((v): v is number => typeof v === 'number' && Number.isFinite(v));
  return finite.length < 2 ? null : finite.reduce((a, b) => (better === 'lower' ? Math.min(a, b) : Math.max(a, b)));
}
