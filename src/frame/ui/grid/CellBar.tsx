import { useStore } from 'zustand';
import { cellAt } from '../../../experiments/grid/cells.ts';
import type { Grid } from '../../state/grid/create.ts';

/** In Compare: which cell of the grid is looked at, and the way back. */
export function CellBar({ grid, cell }: { readonly grid: Grid; readonly cell: number | null }) {
  const head = useStore(grid.store, (s) => s.head);
  if (!head || cell === null) return null;
  const where = Object.entries(cellAt(head, cell).values).map(([f, v]) => `${grid.titleOf(f)} ${v}`);
  return (
    <p className="cell-bar" data-testid="cell-bar">
      <button type="button" onClick={grid.back}>
        ← Back to the grid
      </button>
      <span>
        Its cell with <b>{where.join(', ')}</b>. The grid waits as you left it.
      </span>
    </p>
  );
}
