// What differs between two experiments, in results: differences with their intervals, and which of them are none.
import { halfWidth, meanHalfWidth, verdicts } from '../../../metrics/intervals.ts';
import { pairs, pairTitle } from './difference.ts';
import type { Contestant, Figure, Metric, Snapshot } from './types.ts';

export type Judgement = 'a' | 'b' | 'tied' | 'unknown';
export interface Outcome {
  readonly metric: Metric;
  readonly a: Figure | null;
  readonly b: Figure | null;
  /** B less A; or B over A where the metric is compared by logarithms. */
  readonly difference: number | null;
  /** Its interval, at the confidence at which it is judged. */
  readonly low: number | null;
  readonly high: number | null;
  readonly judgement: Judgement;
  /** Why it is not judged; empty where it is, and for what is not better either way. */
  readonly why: string;
}
export interface OutcomeGroup {
  readonly head: string;
  readonly outcomes: readonly Outcome[];
}

const mean = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0) / values.length;

/** Why two figures cannot be judged; null where they can. */
function obstacle(metric: Metric, a: Figure, b: Figure, grounds: boolean): string | null {
  if (metric.better === null) return '';
  if (metric.spread === null || !a.spread || !b.spread) return 'single values, no interval';
  if (!grounds) return 'measured against something else';
  if (a.spread.length !== b.spread.length) return 'measured on other numbers of parts';
  return null;
}

/** What is judged: the value and its spread on the scale on which they are compared. */
function compared({ spread }: Metric, figure: Figure) {
  const values = spread === 'logRepeats' ? figure.spread!.map(Math.log) : figure.spread!;
  return { value: spread === 'leftOut' ? figure.value : mean(values), spread: values };
}

function judged(metric: Metric, a: Figure, b: Figure, comparisons: number): Partial<Outcome> {
  const confidence = 1 - 0.05 / comparisons;
  const half = metric.spread === 'leftOut' ? halfWidth : meanHalfWidth;
  const [x, y] = [compared(metric, a), compared(metric, b)];
  const found = verdicts([x, y], metric.better!, (differences) => half(differences, confidence));
  const width = half(
    y.spread.map((v, i) => v - x.spread[i]!),
    confidence,
  );
  const gap = y.value - x.value;
  const shown = metric.spread === 'logRepeats' ? Math.exp : (v: number) => v;
  const interval = Number.isFinite(width) ? { low: shown(gap - width), high: shown(gap + width) } : {};
  if (found.includes('unknown') || !Number.isFinite(width))
    return { difference: shown(gap), why: 'a spread that is not finite' };
  if (!found.includes('worse')) return { difference: shown(gap), ...interval, judgement: 'tied' };
  return { difference: shown(gap), ...interval, judgement: found[0] === 'best' ? 'a' : 'b' };
}

const figureOf = (c: Contestant | null, { id }: Metric): Figure | null =>
  c?.figures.find((f) => f.metric === id) ?? null;

/**
 * Results side by side, contender by contender. Judged by the house's rule, which takes differences part by part, as on
 * shared noise; where the noise is not shared, that is still an interval at its level, only a wider one. The pairs of one
 * metric are compared together (Bonferroni).
 */
export function outcomes(a: Snapshot, b: Snapshot): readonly OutcomeGroup[] {
  const metrics = [...a.metrics, ...b.metrics.filter((m) => !a.metrics.some((n) => n.id === m.id))];
  const all = pairs(a.contenders, b.contenders);
  const sameGround = (pair: (typeof all)[number]) => pair.a !== null && pair.a.ground === pair.b?.ground;
  const comparisons = new Map(
    metrics.map((m) => [
      m.id,
      all.filter((pair) => {
        const [x, y] = [figureOf(pair.a, m), figureOf(pair.b, m)];
        return x && y && obstacle(m, x, y, sameGround(pair)) === null;
      }).length,
    ]),
  );
  return all.map((pair) => ({
    head: pairTitle(pair),
    outcomes: metrics.flatMap((metric): Outcome[] => {
      const [x, y] = [figureOf(pair.a, metric), figureOf(pair.b, metric)];
      if (!x && !y) return [];
      const base: Outcome = {
        metric,
        a: x,
        b: y,
        difference: x && y ? y.value - x.value : null,
        low: null,
        high: null,
        judgement: 'unknown',
        why: 'only one of them has it',
      };
      if (!x || !y) return [base];
      const why = obstacle(metric, x, y, sameGround(pair));
      if (why !== null) return [{ ...base, why }];
      return [{ ...base, why: '', ...judged(metric, x, y, comparisons.get(metric.id)!) }];
    }),
  }));
}

/** The best contender's figure by the first metric that ranks; null where nothing was measured. */
export function mainFigure(
  s: Snapshot,
): { readonly metric: Metric; readonly figure: Figure; readonly of: string } | null {
  const metric = s.metrics.find((m) => m.better !== null && s.contenders.some((c) => figureOf(c, m)));
  if (!metric) return null;
  const sign = metric.better === 'lower' ? 1 : -1;
  const ranked = s.contenders
    .flatMap((c) => {
      const figure = figureOf(c, metric);
      return figure && Number.isFinite(figure.value) ? [{ metric, figure, of: c.name }] : [];
    })
    .sort((x, y) => sign * (x.figure.value - y.figure.value));
  return ranked[0] ?? null;
}
