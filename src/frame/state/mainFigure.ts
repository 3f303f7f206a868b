/** The number that a run is best remembered by: the best contender's by the lab's first metric. */
export interface MainFigure {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
  /** Half the width of its 95 % interval; null where there is none. */
  readonly half: number | null;
  readonly of: string;
}
/** The best of several values, for the history; null where there is none. */
export function bestOf(
  metric: { readonly title: string; readonly unit: string; readonly better: 'lower' | 'higher' },
  rows: readonly { readonly of: string; readonly value: number | undefined; readonly half: number | null }[],
): MainFigure | null {
  let best: MainFigure | null = null;
  const sign = metric.better === 'lower' ? 1 : -1;
  for (const { of, value, half } of rows)
    if (value !== undefined && Number.isFinite(value) && (best === null || sign * value < sign * best.value))
      best = { metric: metric.title, unit: metric.unit, value, half, of };
  return best;
}
