// Cells that two grids share: an axis that grew by a value does not make the others' cells run again. Pure.
import { cellAt, cellKey, combinations } from '../../../experiments/grid/cells.ts';
import type { CellRow, GridHead } from '../../../experiments/grid/records.ts';

/** The rows of one grid as rows of another, where both hold the same cell of the same experiment on the same device. */
export function carried(
  from: GridHead,
  rows: readonly CellRow[],
  to: GridHead,
): readonly { readonly row: CellRow; readonly was: number }[] {
  const alike =
    from.link === to.link && from.device === to.device && from.metrics.join() === to.metrics.join() && rows.length > 0;
  if (!alike) return [];
  const fields = (head: GridHead) =>
    head.axes
      .map((a) => a.field)
      .sort()
      .join();
  if (fields(from) !== fields(to)) return [];
  const known = new Map(rows.map((row) => [cellKey(row), row]));
  const out: { row: CellRow; was: number }[] = [];
  for (let index = 0; index < combinations(to); index++) {
    const { values } = cellAt(to, index);
    const row = known.get(cellKey({ index, values }));
    if (row) out.push({ row: { ...row, index, values }, was: row.index });
  }
  return out;
}
