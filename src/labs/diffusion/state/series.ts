// From measured points to chart series: means and spreads over seeds, and the Pareto front. Pure.
import type { CostAxis } from '../config/view.ts';
import type { SlotPoint } from './sweepStore.ts';
import type { Cost } from './types.ts';
import type { Slot } from '../../../frame/state/slots.ts';

export interface SeriesPoint {
  readonly steps: number;
  /** Of a contender that chooses its own steps: `steps` are the evaluations that its tolerances were set for. */
  readonly chosen?: true;
  /** What is said of it instead of its steps. */
  readonly words?: string;
  readonly seeds: number;
  readonly x: number;
  readonly y: number;
  /** One standard deviation over the seeds to either side; geometric on a log axis, so always positive there. */
  readonly low: number;
  readonly high: number;
}
export interface Series {
  readonly slot: Slot;
  readonly points: readonly SeriesPoint[];
}
export type Reading = (p: Pick<SlotPoint, 'cost' | 'quality'>) => number | null | undefined;

/** Mean and one standard deviation to either side; on a log scale of the logarithms. A single value has no spread. */
export function spread(
  values: readonly number[],
  log: boolean,
): { readonly mean: number; readonly low: number; readonly high: number } {
  const v = log ? values.map(Math.log) : values;
  const n = v.length;
  const mean = v.reduce((a, b) => a + b, 0) / n;
  const sd = n < 2 ? 0 : Math.sqrt(v.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1));
  const back = log ? Math.exp : (x: number) => x;
  return { mean: back(mean), low: back(mean - sd), high: back(mean + sd) };
}

/** How repeats of one point become one number: their mean, or for times the best, which a busy machine disturbs least. */
export type Fold = 'mean' | 'best';
const fold = (values: readonly number[], log: boolean, how: Fold) => {
  const [first] = values as readonly [number];
  // Evaluations are the same for every seed: they stay whole numbers.
  if (values.every((v) => v === first)) return { mean: first, low: first, high: first };
  if (how === 'mean') return spread(values, log);
  const best = values.reduce((a, b) => Math.min(a, b));
  return { mean: best, low: best, high: best };
};

/** A spread of repeats beyond which times of this adapter rank nothing. */
export const NOISY = 0.25;

/**
 * By how much repeats of the same run differ in time: the median over all points of one standard deviation, relative.
 * Null where nothing was repeated.
 */
export function timeNoise(points: readonly SlotPoint[], time: Reading): number | null {
  const groups = new Map<string, number[]>();
  for (const p of points) {
    const t = time(p);
    if (!usable(t, true)) continue;
    const key = `${p.slot}|${p.steps}`;
    groups.set(key, [...(groups.get(key) ?? []), t]);
  }
  const spreads = [...groups.values()]
    .filter((g) => g.length > 1)
    .map((g) => spread(g, true))
    .map(({ mean, high }) => high / mean - 1)
    .sort((a, b) => a - b);
  return spreads[Math.floor(spreads.length / 2)] ?? null;
}

const usable = (v: number | null | undefined, log: boolean): v is number =>
  typeof v === 'number' && Number.isFinite(v) && (!log || v > 0);

/** One series per slot, in slot order of `slots`, sorted by x. Points without a reading on either axis are left out. */
export function seriesOf(
  points: readonly SlotPoint[],
  slots: readonly Slot[],
  x: Reading,
  y: Reading,
  log: { readonly x: boolean; readonly y: boolean },
  how: { readonly x: Fold; readonly y: Fold } = { x: 'mean', y: 'mean' },
): Series[] {
  const groups = new Map<string, SlotPoint[]>();
  for (const p of points) {
    if (!usable(x(p), log.x) || !usable(y(p), log.y)) continue;
    const key = `${p.slot}|${p.steps}`;
    groups.set(key, [...(groups.get(key) ?? []), p]);
  }
  const all = [...groups.values()];
  return slots.map((slot) => ({
    slot,
    points: all
      .filter((g) => g[0]!.slot === slot)
      .map((g): SeriesPoint => {
        const { mean, low, high } = fold(
          g.map((p) => y(p)!),
          log.y,
          how.y,
        );
        return {
          steps: g[0]!.steps,
          ...(g[0]!.chosen && { chosen: true }),
          seeds: g.length,
          x: fold(
            g.map((p) => x(p)!),
            log.x,
            how.x,
          ).mean,
          y: mean,
          low,
          high,
        };
      })
      .sort((a, b) => a.x - b.x || a.steps - b.steps),
  }));
}

/** The points that no other beats in both cost and quality, by rising cost. */
export function paretoFront<P extends { readonly x: number; readonly y: number }>(
  points: readonly P[],
  better: 'lower' | 'higher',
): P[] {
  const sign = better === 'lower' ? 1 : -1;
  const front: P[] = [];
  for (const p of [...points].sort((a, b) => a.x - b.x || sign * (a.y - b.y))) {
    if (front.length === 0 || sign * p.y < sign * front.at(-1)!.y) front.push(p);
  }
  return front;
}

/** The slope of log y on log x by least squares: minus the order of convergence. Null below three points. */
export function logSlope(points: readonly { readonly x: number; readonly y: number }[]): number | null {
  if (points.length < 3) return null;
  const u = points.map((p) => Math.log(p.x));
  const v = points.map((p) => Math.log(p.y));
  const n = points.length;
  const mu = u.reduce((a, b) => a + b) / n;
  const mv = v.reduce((a, b) => a + b) / n;
  const den = u.reduce((a, x) => a + (x - mu) ** 2, 0);
  return den === 0 ? null : u.reduce((a, x, i) => a + (x - mu) * (v[i]! - mv), 0) / den;
}

export const costOf =
  (axis: CostAxis) =>
  (p: { readonly cost: Cost }): number | null =>
    p.cost[axis];
