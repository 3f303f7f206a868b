import { useStore } from 'zustand';
import { cellAt } from '../../../../experiments/grid/cells.ts';
import { fieldTitle } from '../../state/gridFace.ts';
import { backToGrid } from '../../state/gridOpen.ts';
import { gridStore } from '../../state/gridStore.ts';
import { useExperiment, useView } from '../hooks.ts';

/** In Compare: which cell of the grid is looked at, and the way back. */
export default function CellBar() {
  const head = useStore(gridStore, (s) => s.head);
  const cell = useView((s) => s.cell);
  const contender = useExperiment((s) => s.experiment.contenders[0]!);
  if (!head || cell === null) return null;
  const where = Object.entries(cellAt(head, cell).values).map(([f, v]) => `${fieldTitle(f, contender)} ${v}`);
  return (
    <p className="cell-bar" data-testid="cell-bar">
      <button type="button" onClick={backToGrid}>
        ← Back to the grid
      </button>
      <span>
        Its cell with <b>{where.join(', ')}</b>. The grid waits as you left it.
      </span>
    </p>
  );
}
