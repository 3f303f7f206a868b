// What a chart says at one of its abscissas: for the pointer, the arrow keys and the table of numbers. Pure.

/** One series' value there. */
export interface ReadingRow {
  readonly key: string;
  /** Colour and marker; null where there is none. */
  readonly slot: number | null;
  readonly name: string;
  readonly value: string;
  /** Of another abscissa nearby: said at the pointer, not again in the table. */
  readonly lent?: boolean;
  /** An interval, a number of steps, a token. */
  readonly more: string;
}
export interface Reading {
  /** Pixels from the chart's left edge. */
  readonly at: number;
  readonly head: string;
  readonly rows: readonly ReadingRow[];
}

/** Where the plot lies in the chart, in pixels. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Pixels of a value on a horizontal axis. */
export function placeOn(plot: Plot, [low, high]: readonly [number, number], log: boolean): (x: number) => number {
  const f = log ? Math.log : (v: number) => v;
  return (x) =>
    high === low
      ? (plot.left + plot.right) / 2
      : plot.left + ((f(x) - f(low)) / (f(high) - f(low))) * (plot.right - plot.left);
}

/** Abscissas that lie closer than this are read together. */
const TOGETHER = 12;

/** Points from left to right, those of nearly one abscissa together; `at` is the middle of a group. */
export function groupsOf<P extends { readonly at: number }>(points: readonly P[]): { at: number; points: P[] }[] {
  const groups: { from: number; points: P[] }[] = [];
  for (const p of points.toSorted((a, b) => a.at - b.at)) {
    const last = groups.at(-1);
    if (last && p.at - last.from < TOGETHER) last.points.push(p);
    else groups.push({ from: p.at, points: [p] });
  }
  return groups.map((g) => ({ at: (g.from + g.points.at(-1)!.at) / 2, points: g.points }));
}

/** The reading nearest to a place, or null where none is near. */
export function nearest(readings: readonly Reading[], at: number, reach = 40): number | null {
  let best: number | null = null;
  readings.forEach((r, i) => {
    const distance = Math.abs(r.at - at);
    if (distance <= reach && (best === null || distance < Math.abs(readings[best]!.at - at))) best = i;
  });
  return best;
}

/** A reading among those of a chart that has changed: of the same name, else the nearest; null in an empty chart. */
export function again(readings: readonly Reading[], was: Reading): number | null {
  const same = readings.findIndex((r) => r.head === was.head);
  return same >= 0 ? same : nearest(readings, was.at, Infinity);
}

/** Where an arrow key leads from a reading; null for a key that is none of theirs. */
export function step(key: string, now: number | null, count: number): number | null {
  if (count === 0) return null;
  switch (key) {
    case 'ArrowRight':
      return now === null ? 0 : Math.min(count - 1, now + 1);
    case 'ArrowLeft':
      return now === null ? count - 1 : Math.max(0, now - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
