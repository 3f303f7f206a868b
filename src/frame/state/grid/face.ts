// How a grid's results are laid out: which axes are columns and rows, and what the others are held at. Pure.
import { valueIn, type CellRow, type GridHead } from '../../../experiments/grid/records.ts';
import { face, type Face, type Spot } from '../../../experiments/grid/summary.ts';
import type { Axis } from '../../../experiments/grid/types.ts';

/** What the reader chose; what does not fit the axes at hand is replaced. */
export interface GridLook {
  readonly x: string | null;
  readonly y: string | null;
  /** By field: a value, or null for the mean over all of them. */
  readonly held: Readonly<Record<string, string | null>>;
  readonly metric: string | null;
  /** Pixels of a picture's side; null for what fits. */
  readonly size: number | null;
  /** The first of the rows that have a line in the chart. */
  readonly lines: number;
}
export const FIRST_LOOK: GridLook = { x: null, y: null, held: {}, metric: null, size: null, lines: 0 };

const numeric = (axis: Axis): boolean => axis.values.every((v) => v.trim() !== '' && Number.isFinite(Number(v)));

type Arranged = Pick<GridLook, 'x' | 'y' | 'held'>;

/** Numbers of steps or evaluations go across, what is compared goes down; seeds are averaged over. */
function chosen(axes: readonly Axis[], look: Arranged): { x: Axis; y: Axis | null } {
  const compared = axes.filter((a) => a.field !== 'seed');
  const pool = compared.length > 0 ? compared : axes;
  // An axis of one value shows nothing as columns or rows while another has more.
  const telling = pool.filter((a) => a.values.length > 1 && a.field !== look.y);
  const x =
    axes.find((a) => a.field === look.x) ??
    telling.find((a) => a.field === 'nfe' || a.field === 'steps') ??
    telling.findLast(numeric) ??
    telling.at(-1) ??
    pool.findLast((a) => a.field !== look.y) ??
    axes[0]!;
  const others = axes.filter((a) => a !== x);
  const rows = others.filter((a) => a.field !== 'seed');
  const y = others.find((a) => a.field === look.y) ?? rows.find((a) => a.values.length > 1) ?? rows[0] ?? null;
  return { x, y };
}

export interface Laid {
  readonly x: Axis;
  readonly y: Axis | null;
  /** The axes that are neither, each with the value that it is held at; null for the mean. */
  readonly others: readonly { readonly axis: Axis; readonly at: string | null }[];
  readonly face: Face;
}

export function laid({ axes }: Pick<GridHead, 'axes'>, look: Arranged): Laid {
  const { x, y } = chosen(axes, look);
  const others = axes
    .filter((a) => a !== x && a !== y)
    .map((axis) => {
      const wanted = look.held[axis.field];
      const first = axis.field === 'seed' ? null : axis.values[0]!;
      const at = wanted === null || (wanted !== undefined && axis.values.includes(wanted)) ? wanted : first;
      return { axis, at };
    });
  const held = Object.fromEntries(others.flatMap(({ axis, at }) => (at === null ? [] : [[axis.field, at]])));
  return { x, y, others, face: { x: x.field, y: y?.field ?? null, held } };
}

/** The index of the cell with these values; those of axes that are not named are the first ones. */
export function indexOf({ axes }: Pick<GridHead, 'axes'>, values: Readonly<Record<string, string>>): number {
  return axes.reduce((index, axis) => {
    const value = values[axis.field];
    const at = value === undefined ? 0 : axis.values.indexOf(value);
    return index * axis.values.length + Math.max(0, at);
  }, 0);
}

/** The first cell of a spot, also of one where nothing has ended yet. */
export const spotIndex = (head: Pick<GridHead, 'axes'>, { x, y, face: { held } }: Laid, row: number, column: number) =>
  indexOf(head, { ...held, [x.field]: x.values[column]!, ...(y && { [y.field]: y.values[row]! }) });

/** The spots of all results, and the pictured cell of each: the first that ended well, else the first that failed. */
export interface Shown {
  readonly spots: readonly (readonly Spot[])[];
  readonly cells: readonly (readonly (number | null)[])[];
}
export function shownSpots(head: GridHead, rows: readonly CellRow[], metric: string, at: Laid): Shown {
  const sorted = rows.toSorted((a, b) => Number(a.failed !== null) - Number(b.failed !== null) || a.index - b.index);
  const spots = face(head, sorted, metric, at.face);
  return { spots, cells: spots.map((line) => line.map((s) => s.cell)) };
}

/** Values of a spot's repeats in one order for all spots; null where any spot has others, or none is repeated. */
export function repeatsOf(head: GridHead, rows: readonly CellRow[], metric: string, at: Laid): number[][][] | null {
  const averaged = at.others.filter((o) => o.at === null).map((o) => o.axis.field);
  const down = at.y?.values ?? [null];
  const out = down.map(() => at.x.values.map((): Map<string, number> => new Map()));
  for (const row of rows) {
    const value = valueIn(head, row, metric);
    if (value === null) continue;
    if (Object.entries(at.face.held).some(([field, v]) => row.values[field] !== v)) continue;
    const i = at.y ? at.y.values.indexOf(row.values[at.y.field]!) : 0;
    const j = at.x.values.indexOf(row.values[at.x.field]!);
    out[i]?.[j]?.set(averaged.map((f) => row.values[f]).join('\n'), value);
  }
  const keys = [
    ...(out
      .flat()
      .find((m) => m.size > 0)
      ?.keys() ?? []),
  ].sort();
  const alike = out.flat().every((m) => m.size === 0 || (m.size === keys.length && keys.every((k) => m.has(k))));
  return alike && keys.length > 1 ? out.map((line) => line.map((m) => keys.flatMap((k) => m.get(k) ?? []))) : null;
}

/** The scale of an axis of columns: its values as numbers where they are numbers, else their places. */
export function scaleOf({ values, field }: Axis): {
  readonly at: readonly number[];
  readonly kind: 'linear' | 'log' | 'place';
} {
  const numbers = values.map(Number);
  const rising = numbers.every((v, i) => i === 0 || v > numbers[i - 1]!);
  const places = values.map((_, i) => i);
  if (!numeric({ field, values }) || !rising || field === 'seed' || field === 'class')
    return { at: places, kind: 'place' };
  const wide = numbers[0]! > 0 && numbers.at(-1)! / numbers[0]! > 7;
  return { at: numbers, kind: wide ? 'log' : 'linear' };
}
