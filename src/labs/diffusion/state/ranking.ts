// From measured points to a ranking: means and intervals over seeds, and who cannot be told from the best. Pure.
import { FEWEST_SEEDS, meanHalfWidth, verdicts, type Verdict } from '../../../metrics/intervals.ts';
import { whyUndefined, type MetricItem } from './metrics.ts';
import type { SweepPoint } from './types.ts';

export interface RankRow {
  /** Index of the contender among those that were ranked. */
  readonly entrant: number;
  readonly nfe: number;
  readonly seeds: number;
  /** Mean over the seeds, geometric for a metric on a logarithmic axis; null where there is none, with the reason. */
  readonly value: number | null;
  /** The 95 % interval of that mean; null with a single seed. */
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: Verdict;
  readonly why: string | null;
  /** Mean wall time of a run, in ms. */
  readonly wallMs: number;
}

export { FEWEST_SEEDS };

const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;

/**
 * Rows from the best to the worst by a metric; those without a value come last. Only seeds that all of the rated have
 * are compared, because the noise of a seed is shared.
 */
export function rankRows(points: readonly SweepPoint[], metric: MetricItem): readonly RankRow[] {
  const entrants = [...new Set(points.map((p) => p.contender))].sort((a, b) => a - b);
  const of = entrants.map((entrant) => {
    const own = points.filter((p) => p.contender === entrant).toSorted((a, b) => a.seed - b.seed);
    const values = own.map((p) => p.quality[metric.id]);
    return { entrant, own, values, defined: values.every((v) => v !== undefined && Number.isFinite(v)) };
  });
  const log = metric.log && of.every((r) => !r.defined || r.values.every((v) => v! > 0));
  const seeds = Math.min(...of.map((r) => r.own.length));
  const scale = of.map((r) => (r.defined ? r.values.map((v) => (log ? Math.log(v!) : v!)) : null));
  const rated = verdicts(
    scale.map((values) => ({
      value: values && mean(values),
      spread: values && seeds >= FEWEST_SEEDS ? values.slice(0, seeds) : null,
    })),
    metric.better,
    meanHalfWidth,
  );
  const back = (v: number) => (log ? Math.exp(v) : v);
  const rows = of.map(({ entrant, own, values, defined }, i): RankRow => {
    const centre = scale[i] ? mean(scale[i]) : null;
    const half = scale[i] && scale[i].length > 1 ? meanHalfWidth(scale[i]) : null;
    return {
      entrant,
      nfe: own[0]!.cost.nfe,
      seeds: own.length,
      value: centre === null ? null : back(centre),
      low: centre === null || half === null ? null : back(centre - half),
      high: centre === null || half === null ? null : back(centre + half),
      verdict: rated[i]!,
      why: defined ? null : reason(metric, values),
      wallMs: mean(own.map((p) => p.cost.wallMs)),
    };
  });
  const sign = metric.better === 'lower' ? 1 : -1;
  const key = (r: RankRow) => (r.value === null ? Infinity : sign * r.value);
  return rows.toSorted((a, b) => (key(a) === key(b) ? a.entrant - b.entrant : key(a) - key(b)));
}

const reason = (metric: MetricItem, values: readonly (number | undefined)[]): string =>
  values.some((v) => v === undefined)
    ? (whyUndefined(metric, true) ?? 'This model has no such number.')
    : 'It diverged: not every run ended in finite numbers.';
