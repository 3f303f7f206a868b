// Which quality numbers there are to show, for whom they are defined, and who is best by one.
import { metricMenu } from '../config/menus.ts';
import { halfWidth, verdicts, type Verdict } from '../../../metrics/intervals.ts';
import type { ContenderResult } from './runStore.ts';
import type { Quality } from './types.ts';

export type MetricItem = (typeof metricMenu)[number];
export type { Verdict };

/** The metrics that any of these results holds, in registry order. */
export const presentMetrics = (qualities: readonly Quality[]): readonly MetricItem[] =>
  metricMenu.filter((m) => qualities.some((q) => q[m.id] !== undefined));

/** Why a contender can have no value by a metric; null when it can. */
export function whyUndefined(
  metric: Pick<MetricItem, 'against'>,
  stochastic: boolean,
  stepwise = false,
): string | null {
  if (metric.against !== 'reference') return null;
  if (stochastic)
    return 'It draws fresh noise on its way, so the same start has no one right end: a paired error is not defined for it.';
  return stepwise
    ? 'Its guidance acts once a step, so more steps are another law and no solution lies at their end: a paired error is not defined for it.'
    : null;
}

/** The first metric that is defined for every contender, given which of them draw noise. */
export const commonMetric = (present: readonly MetricItem[], stochastic: readonly boolean[]): MetricItem | undefined =>
  present.find((m) => stochastic.every((s) => whyUndefined(m, s) === null));

/** The metric to show: the chosen one; else the first that all contenders have; else the first of any. */
export const shownMetric = (
  chosen: string | null,
  present: readonly MetricItem[],
  stochastic: readonly boolean[],
): MetricItem | undefined => present.find((m) => m.id === chosen) ?? commonMetric(present, stochastic) ?? present[0];

/** Half the width of the 95 % interval of a result's value; null while there is none. */
export function interval(result: Pick<ContenderResult, 'spread'> | undefined, metric: string): number | null {
  const spread = result?.spread?.[metric];
  const half = spread ? halfWidth(spread) : NaN;
  return Number.isFinite(half) ? half : null;
}

/**
 * Who is best by a metric, and who cannot be told from the best; among those with the same key, where keys are given:
 * errors against different solutions cannot be compared.
 */
export function ratings(
  results: readonly (Pick<ContenderResult, 'quality' | 'spread'> | undefined)[],
  metric: string,
  better: 'lower' | 'higher',
  keys: readonly string[] = [],
): readonly Verdict[] {
  const out: Verdict[] = results.map(() => 'unknown');
  for (const key of new Set(results.map((_, i) => keys[i]))) {
    const group = results.flatMap((_, i) => (keys[i] === key ? [i] : []));
    const found = verdicts(
      group.map((i) => ({
        value: results[i]?.quality[metric] ?? null,
        spread: results[i]?.spread?.[metric] ?? null,
      })),
      better,
    );
    group.forEach((i, k) => {
      out[i] = found[k]!;
    });
  }
  return out;
}
