// A metric over the columns' axis, a line for each row, with bands over what is averaged. Pure.
import type { Spot } from '../../../experiments/grid/summary.ts';
import type { Reading } from '../charts/readings.ts';

/** More lines cover each other; colours and dashes repeat after eight. */
export const MOST_LINES = 8;
/** The first rows of the groups that are drawn together. */
export const lineGroups = (rows: number): readonly number[] =>
  Array.from({ length: Math.ceil(rows / MOST_LINES) }, (_, i) => i * MOST_LINES);

export interface LinePoint {
  readonly column: number;
  /** Pixels. */
  readonly x: number;
  readonly y: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The points of a row that have a value, with their bands held inside the plot. */
export function pointsOf(
  line: readonly Spot[],
  xOf: (column: number) => number,
  yOf: (value: number) => number,
  { top, bottom }: { readonly top: number; readonly bottom: number },
): readonly LinePoint[] {
  const inside = (y: number) => Math.min(bottom, Math.max(top, Number.isFinite(y) ? y : bottom));
  return line.flatMap((spot, column) => {
    if (spot.mean === null || !Number.isFinite(spot.mean)) return [];
    const band = spot.half !== null && Number.isFinite(spot.half);
    return [
      {
        column,
        x: xOf(column),
        y: yOf(spot.mean),
        low: band ? inside(yOf(spot.mean - spot.half!)) : null,
        high: band ? inside(yOf(spot.mean + spot.half!)) : null,
      },
    ];
  });
}

const at = (x: number, y: number) => `${x.toFixed(1)},${y.toFixed(1)}`;
export const linePath = (points: readonly LinePoint[]): string =>
  points.length === 0 ? '' : `M${points.map((p) => at(p.x, p.y)).join('L')}`;

/** The closed outline of the bands; runs of points with a band, each by itself. */
export function bandPath(points: readonly LinePoint[]): string {
  const runs: LinePoint[][] = [[]];
  for (const p of points) {
    if (p.low === null) runs.push([]);
    else runs.at(-1)!.push(p);
  }
  return runs
    .filter((run) => run.length > 1)
    .map((run) => {
      const upper = run.map((p) => at(p.x, p.high!));
      const lower = run.toReversed().map((p) => at(p.x, p.low!));
      return `M${[...upper, ...lower].join('L')}Z`;
    })
    .join('');
}

/** What a column says: each row's number with its interval. */
export function columnReadings(
  spots: readonly (readonly Spot[])[],
  names: { readonly columns: readonly string[]; readonly rows: readonly string[]; readonly x: string },
  xOf: (column: number) => number,
  textOf: (spot: Spot, row: number, column: number) => string,
): readonly Reading[] {
  return names.columns.map((column, c) => ({
    at: xOf(c),
    head: `${names.x} ${column}`,
    rows: spots.flatMap((line, r) => {
      const spot = line[c]!;
      if (spot.mean === null) return [];
      const [value = '', ...more] = textOf(spot, r, c).split(/(?=,)/);
      return [{ key: String(r), slot: r, name: names.rows[r] ?? '', value, more: more.join('').replace(/^, /, '') }];
    }),
  }));
}
