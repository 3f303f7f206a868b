// A metric of a grid over one axis or two, with bands over what repeats.
import { meanHalfWidth } from '../../metrics/intervals.ts';
import { valueIn, type CellRow, type GridHead } from './records.ts';

export interface Spot {
  /** Mean of the cells that fall here and have a value; null where none has. */
  readonly mean: number | null;
  /** Half the width of the mean's 95 % interval over the repeats; null for fewer than two. */
  readonly half: number | null;
  readonly values: number;
  /** Of the first cell that falls here: what a press opens. */
  readonly cell: number | null;
  /** Cells here that failed or have no value. */
  readonly without: number;
}

export interface Face {
  /** The axis of columns, and of rows where there are two. */
  readonly x: string;
  readonly y: string | null;
  /** What other axes are held at; an axis that is neither shown nor held is averaged over. */
  readonly held: Readonly<Record<string, string>>;
}

/** The spots of a face, row by row: `y` values down (one row without y), `x` values across. */
export function face(head: GridHead, rows: readonly CellRow[], metric: string, at: Face): Spot[][] {
  const valuesOf = (field: string | null) => head.axes.find((a) => a.field === field)?.values ?? [null];
  const across = new Map(valuesOf(at.x).map((v, i) => [v, i]));
  const down = new Map(valuesOf(at.y).map((v, i) => [v, i]));
  const found = Array.from(down, () => Array.from(across, (): CellRow[] => []));
  for (const row of rows) {
    if (Object.entries(at.held).some(([field, value]) => row.values[field] !== value)) continue;
    const i = down.get(at.y === null ? null : row.values[at.y]!);
    const j = across.get(row.values[at.x]!);
    if (i !== undefined && j !== undefined) found[i]![j]!.push(row);
  }
  return found.map((line) => line.map((cells) => spot(cells, (row) => valueIn(head, row, metric))));
}

function spot(cells: readonly CellRow[], valueOf: (row: CellRow) => number | null): Spot {
  const values = cells.map(valueOf).filter((v): v is number => v !== null);
  return {
    mean: values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length,
    half: values.length < 2 ? null : meanHalfWidth(values),
    values: values.length,
    cell: cells[0]?.index ?? null,
    without: cells.length - values.length,
  };
}
