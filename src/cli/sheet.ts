// All cells of a grid as one picture: the last axis across, the others down, each cell with its first metric.
import { combinations } from '../experiments/grid/cells.ts';
import type { CellRow, GridHead } from '../experiments/grid/records.ts';
import type { Axis } from '../experiments/grid/types.ts';
import { cut, EMPTY, FAINT, fill, INK, lay, raster, reduced, textWidth, write, type Raster } from './raster.ts';

const MARGIN = 16;
const GAP = 8;
/** Heights of the title, of the lines under it, and of captions. */
const TITLE = 23;
const LINE = 13;
const SMALL = 12;
/** Beside the pictures: at most as wide. */
const WIDEST_LABEL = 300;
/** A sheet has no more pixels; cells are made smaller until it fits. */
const MOST_PIXELS = 40e6;

/** Where a sheet's cells stand, from their numbers. */
export interface SheetPlan {
  readonly columns: number;
  readonly rows: number;
  /** Values of the axis across, above the columns; none where one axis alone is wrapped. */
  readonly heads: readonly string[];
  /** What the cells of a row have in common; empty texts where one axis alone is wrapped. */
  readonly sides: readonly string[];
  /** What stands above a cell; undefined where heads and sides say it. */
  readonly captionOf?: (index: number) => string;
}

const named = ({ field }: Axis, value: string): string => (Number.isNaN(Number(value)) ? value : `${field} ${value}`);

export function planSheet({ axes }: Pick<GridHead, 'axes'>): SheetPlan {
  const across = axes.at(-1)!;
  const count = combinations({ axes, skip: [] });
  if (axes.length === 1) {
    const columns = Math.ceil(Math.sqrt(count));
    const rows = Math.ceil(count / columns);
    const captionOf = (index: number) => named(across, across.values[index]!);
    return { columns, rows, heads: [], sides: Array.from({ length: rows }, () => ''), captionOf };
  }
  const down = axes.slice(0, -1);
  const columns = across.values.length;
  const rows = count / columns;
  const sides = Array.from({ length: rows }, (_, row) => {
    let rest = row;
    const parts: string[] = [];
    for (const axis of down.toReversed()) {
      parts.push(named(axis, axis.values[rest % axis.values.length]!));
      rest = Math.floor(rest / axis.values.length);
    }
    return parts.reverse().join(', ');
  });
  return { columns, rows, heads: across.values.map((value) => named(across, value)), sides };
}

/** A number as short as four digits allow. */
const short = (v: number): string => String(Number(v.toPrecision(4)));

function underOf(head: GridHead, row: CellRow | undefined): string {
  if (!row) return 'left out';
  if (row.failed !== null) return 'failed';
  const which = row.metrics.findIndex((v) => v !== null);
  return which < 0 ? '' : `${head.metrics[which]} ${short(row.metrics[which]!)}`;
}

/** Room for every picture that is there. One is held at a time, as there may be thousands. */
function roomFor(
  rows: readonly CellRow[],
  pictureOf: (index: number) => Raster | undefined,
): Pick<Raster, 'width' | 'height'> {
  const room = { width: 0, height: 0 };
  for (const { index, failed } of rows) {
    const picture = failed === null ? pictureOf(index) : undefined;
    room.width = Math.max(room.width, picture?.width ?? 0);
    room.height = Math.max(room.height, picture?.height ?? 0);
  }
  return { width: room.width || 64, height: room.height || 64 };
}

/** Draws a sheet. `pictureOf` gives a cell's picture, or undefined where there is none. */
export function drawSheet(
  head: GridHead,
  rows: readonly CellRow[],
  title: readonly string[],
  pictureOf: (index: number) => Raster | undefined,
): Raster {
  const plan = planSheet(head);
  const byIndex = new Map(rows.map((row) => [row.index, row]));
  const room = roomFor(rows, pictureOf);
  const cells = plan.columns * plan.rows;
  let times = 1;
  while (((room.width + GAP) / times) * ((room.height + GAP) / times) * cells > MOST_PIXELS) times++;
  const width = Math.max(1, Math.floor(room.width / times));
  const height = Math.max(1, Math.floor(room.height / times));

  const side = Math.min(WIDEST_LABEL, Math.max(...plan.sides.map((text) => textWidth(text, 1)))) + GAP;
  const cellHeight = height + SMALL + GAP + (plan.captionOf ? SMALL : 0);
  const top = MARGIN + TITLE + (title.length - 1) * LINE + 2 * GAP + (plan.heads.length > 0 ? SMALL : 0);
  const wide = 2 * MARGIN + side + plan.columns * (width + GAP);
  const sheet = raster(Math.max(wide, 2 * MARGIN + 480), top + plan.rows * cellHeight + MARGIN);
  const inner = sheet.width - 2 * MARGIN;
  const [name = '', ...under] = title;
  write(sheet, cut(name, inner, 2), MARGIN, MARGIN, INK, 2);
  for (const [i, line] of under.entries()) write(sheet, cut(line, inner, 1), MARGIN, MARGIN + TITLE + i * LINE, FAINT);

  const leftOf = (column: number) => MARGIN + side + column * (width + GAP);
  for (const [column, text] of plan.heads.entries())
    write(sheet, cut(text, width, 1), leftOf(column), top - SMALL, INK);
  for (let index = 0; index < combinations({ axes: head.axes, skip: [] }); index++) {
    const [column, row] = [index % plan.columns, Math.floor(index / plan.columns)];
    const left = leftOf(column);
    let y = top + row * cellHeight;
    if (column === 0) write(sheet, cut(plan.sides[row]!, side - GAP, 1), MARGIN, y + Math.floor(height / 2), INK);
    if (plan.captionOf) {
      write(sheet, cut(plan.captionOf(index), width, 1), left, y, INK);
      y += SMALL;
    }
    const known = byIndex.get(index);
    const picture = known && known.failed === null ? pictureOf(index) : undefined;
    if (picture) lay(sheet, times === 1 ? picture : reduced(picture, times), left, y);
    else fill(sheet, left, y, width, height, EMPTY);
    write(sheet, cut(underOf(head, known), width, 1), left, y + height + 3, FAINT);
  }
  return sheet;
}
