// The geometry of a board: a table of equal cells under sticky heads, of which only those in sight are drawn. Pure.

export interface BoardSize {
  readonly rows: number;
  readonly columns: number;
  readonly cell: { readonly width: number; readonly height: number };
  /** Of the heads: the left one's width, the upper one's height. */
  readonly head: { readonly width: number; readonly height: number };
}
export interface Sight {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
export type Place = readonly [row: number, column: number];

export const boardWidth = ({ columns, cell, head }: BoardSize): number => head.width + columns * cell.width;
export const boardHeight = ({ rows, cell, head }: BoardSize): number => head.height + rows * cell.height;

/** First and last of the rows and columns that are in sight. */
export function inSight(size: BoardSize, sight: Sight) {
  const { rows, columns, cell, head } = size;
  const last = (at: number, room: number, step: number, count: number) =>
    Math.min(count - 1, Math.floor((at + Math.max(0, room - 1)) / step));
  return {
    fromRow: Math.min(rows - 1, Math.max(0, Math.floor(sight.top / cell.height))),
    toRow: last(sight.top, sight.height - head.height, cell.height, rows),
    fromColumn: Math.min(columns - 1, Math.max(0, Math.floor(sight.left / cell.width))),
    toColumn: last(sight.left, sight.width - head.width, cell.width, columns),
  };
}

/** The cell at a place of the box, or null on a head or beside the board. */
export function placeAt(size: BoardSize, sight: Sight, x: number, y: number): Place | null {
  if (x < size.head.width || y < size.head.height || x >= sight.width || y >= sight.height) return null;
  const column = Math.floor((x - size.head.width + sight.left) / size.cell.width);
  const row = Math.floor((y - size.head.height + sight.top) / size.cell.height);
  return row < size.rows && column < size.columns ? [row, column] : null;
}

/** Where a key leads; null for a key that is none of the board's. */
export function moved(key: string, now: Place | null, { rows, columns }: BoardSize, page: number): Place | null {
  if (rows === 0 || columns === 0) return null;
  const at = (row: number, column: number): Place => [
    Math.min(rows - 1, Math.max(0, row)),
    Math.min(columns - 1, Math.max(0, column)),
  ];
  const [row, column] = now ?? [0, 0];
  const to: Readonly<Record<string, Place>> = {
    ArrowRight: at(row, column + 1),
    ArrowLeft: at(row, column - 1),
    ArrowDown: at(row + 1, column),
    ArrowUp: at(row - 1, column),
    Home: at(row, 0),
    End: at(row, columns - 1),
    PageDown: at(row + page, column),
    PageUp: at(row - page, column),
  };
  if (!Object.hasOwn(to, key)) return null;
  return now === null ? [0, 0] : to[key]!;
}

/** How far to scroll so that a cell is in sight. */
export function scrollFor(size: BoardSize, sight: Sight, [row, column]: Place): { left: number; top: number } {
  const fit = (from: number, step: number, at: number, room: number) => {
    if (from < at) return from;
    return from + step > at + room ? from + step - room : at;
  };
  return {
    left: fit(column * size.cell.width, size.cell.width, sight.left, sight.width - size.head.width),
    top: fit(row * size.cell.height, size.cell.height, sight.top, sight.height - size.head.height),
  };
}
