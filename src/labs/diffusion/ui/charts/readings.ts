// What a diffusion chart says at each of its abscissas. Pure.
import { compact, milliseconds } from '../../../../frame/ui/format.ts';
import { FLOAT32_FLOOR } from '../../../../frame/ui/charts/axis.ts';
import { groupsOf, type Reading, type ReadingRow } from '../../../../frame/ui/charts/readings.ts';
import { stepsText } from '../../../../samplers/contenders/naming.ts';
import type { Series, SeriesPoint } from '../../state/series.ts';

/** What an axis counts: evaluations are whole, times have a unit. */
export type AxisKind = 'nfe' | 'time' | 'quality';

export function written(v: number, kind: AxisKind): string {
  if (kind === 'nfe') return Number.isInteger(v) ? String(v) : compact(v);
  if (kind === 'time') return milliseconds(v);
  return v > 0 && v <= FLOAT32_FLOOR ? 'below float32' : compact(v);
}

const range = (low: number, high: number, kind: AxisKind) =>
  low === high || written(low, kind) === written(high, kind)
    ? written(low, kind)
    : `${written(low, kind)} … ${written(high, kind)}`;

export interface ReadingsOf {
  readonly series: readonly Series[];
  readonly own: readonly Series[];
  readonly x: { readonly title: string; readonly kind: AxisKind; place(v: number): number };
  readonly y: AxisKind;
  names(slot: number): string;
}

interface Placed {
  readonly at: number;
  readonly slot: number;
  readonly own: boolean;
  readonly p: SeriesPoint;
}
/** Pixels within which a series that has no point at an abscissa lends its next one. */
const LENT = 40;

/** The nearest points of the sweep's series that have none in a group: costs of samplers seldom agree exactly. */
function near(points: readonly Placed[], group: readonly Placed[], at: number): Placed[] {
  const absent = new Set(points.map((p) => p.slot));
  for (const { slot } of group) absent.delete(slot);
  const distance = (p: Placed) => Math.abs(p.at - at);
  return [...absent].flatMap((slot) => {
    const closest = points
      .filter((p) => p.slot === slot && !p.own && distance(p) <= LENT)
      .toSorted((a, b) => distance(a) - distance(b))[0];
    return closest ? [closest] : [];
  });
}

/** From left to right; at one abscissa from the lowest value to the highest. */
export function chartReadings({ series, own, x, y, names }: ReadingsOf): readonly Reading[] {
  const points = [
    ...series.flatMap((s) => s.points.map((p) => ({ at: x.place(p.x), slot: s.slot, own: false, p }))),
    ...own.flatMap((s) => s.points.map((p) => ({ at: x.place(p.x), slot: s.slot, own: true, p }))),
  ];
  return groupsOf(points).map(({ at, points: group }) => {
    const xs = group.map((g) => g.p.x);
    const here = [...group, ...near(points, group, at)];
    return {
      at,
      head: `${x.title} ${range(Math.min(...xs), Math.max(...xs), x.kind)}`,
      rows: here
        .toSorted((a, b) => a.p.y - b.p.y)
        .map(({ slot, own: mine, p }): ReadingRow => ({
          key: `${slot} ${mine} ${p.steps}`,
          slot,
          name: names(slot),
          value: written(p.y, y),
          lent: !xs.includes(p.x),
          more: [
            ...(mine ? ['this run'] : []),
            ...(xs.includes(p.x) ? [] : [`at ${x.title} ${written(p.x, x.kind)}`]),
            ...spreadOf(p, y),
            aboutOf(p),
          ].join(', '),
        })),
    };
  });
}

const aboutOf = ({ words, chosen, steps }: SeriesPoint): string =>
  words ?? (chosen ? `its tolerances set for ${steps} evaluations` : stepsText(steps));

/** No range where there is none. */
const spreadOf = (p: SeriesPoint, kind: AxisKind): readonly string[] =>
  p.seeds > 1 && p.low < p.high ? [`${written(p.low, kind)} … ${written(p.high, kind)}`] : [];
