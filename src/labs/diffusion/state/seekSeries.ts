// From the cells of noise searches to what is drawn: means over seeds with intervals, and one table row a line. Pure.
import { meanHalfWidth } from '../../../metrics/intervals.ts';
import { secondBounds, type SecondId } from '../config/seekWords.ts';
import type { Cell } from './seekSession.ts';
import type { Series, SeriesPoint } from './series.ts';

export type Reading = 'score' | SecondId;
export const readingOf = (cell: Pick<Cell, 'score' | 'second'>, of: Reading): number | undefined =>
  of === 'score' ? cell.score : cell.second[of];

export interface Summary {
  readonly mean: number;
  /** Half of a 95 % interval over seeds; null for one seed. */
  readonly half: number | null;
}
export function summary(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, half: values.length > 1 ? meanHalfWidth(values) : null };
}

/** All seeds of a line at a budget; what was ended on the way is no repeat of the others. */
export const cellsAt = (cells: readonly Cell[], line: number, budget: number): readonly Cell[] =>
  cells.filter((c) => c.line === line && c.budget === budget && !c.stopped);
const valuesOf = (cells: readonly Cell[], of: Reading): number[] =>
  cells.flatMap((c) => {
    const v = readingOf(c, of);
    return v !== undefined && Number.isFinite(v) ? [v] : [];
  });

/** A point each budget: what was really spent, and the reading with its interval. */
export function seekSeries(cells: readonly Cell[], lines: number, budgets: readonly number[], of: Reading): Series[] {
  const [least, most] = of === 'score' ? [-Infinity, Infinity] : secondBounds(of);
  return Array.from({ length: lines }, (_, line): Series => {
    const points = budgets.flatMap((budget): SeriesPoint[] => {
      const own = cellsAt(cells, line, budget);
      const found = summary(valuesOf(own, of));
      if (!found) return [];
      const { mean, half } = found;
      const spent = summary(own.map((c) => c.cost.evaluations))!.mean;
      const low = Math.max(least, mean - (half ?? 0));
      const high = Math.min(most, mean + (half ?? 0));
      const words = `budget ${budget}, ${own.length} ${own.length === 1 ? 'seed' : 'seeds'}`;
      return [{ steps: budget, words, seeds: own.length, x: spent, y: mean, low, high }];
    });
    return { slot: line, points };
  });
}

export interface TableRow {
  readonly line: number;
  /** Seeds that came to their end. */
  readonly seeds: number;
  readonly readings: Readonly<Partial<Record<Reading, Summary>>>;
  readonly cost: Readonly<Record<keyof Cell['cost'], number>> | null;
}
/** Each line at a budget. */
export function seekTable(cells: readonly Cell[], lines: number, budget: number, of: readonly Reading[]): TableRow[] {
  return Array.from({ length: lines }, (_, line): TableRow => {
    const own = cellsAt(cells, line, budget);
    const readings = of.flatMap((id) => {
      const found = summary(valuesOf(own, id));
      return found ? [[id, found] as const] : [];
    });
    const average = (key: keyof Cell['cost']) => summary(own.map((c) => c.cost[key]))!.mean;
    return {
      line,
      seeds: own.length,
      readings: Object.fromEntries(readings),
      cost:
        own.length === 0
          ? null
          : {
              evaluations: average('evaluations'),
              depth: average('depth'),
              work: average('work'),
              verified: average('verified'),
              wallMs: average('wallMs'),
            },
    };
  });
}

/** What a line's ends are at a budget, or what it was ended at. */
export const shownCell = (cells: readonly Cell[], line: number, budget: number): Cell | null =>
  cells.findLast((c) => c.line === line && c.budget === budget && c.after !== null) ?? null;

export interface Bars {
  readonly line: number;
  /** Evaluations of each step, on average; the first is the choice of a start. */
  readonly perStep: readonly number[];
}
/** How searches that choose step by step spread a budget. */
export const stepBars = (cells: readonly Cell[], lines: number, budget: number): readonly Bars[] =>
  Array.from({ length: lines }, (_, line) => {
    const own = cellsAt(cells, line, budget).flatMap(({ perStep }) => (perStep ? [perStep] : []));
    return {
      line,
      perStep: (own[0] ?? []).map((_v, k) => own.reduce((sum, p) => sum + p[k]!, 0) / own.length),
    };
  }).filter(({ perStep }) => perStep.length > 0);
