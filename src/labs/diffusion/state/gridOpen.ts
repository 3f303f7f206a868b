// From a cell of the grid to an experiment and back.
import { cellAt } from '../../../experiments/grid/cells.ts';
import type { GridHead } from '../../../experiments/grid/records.ts';
import { parseExperiment, type GridText } from '../config/codec.ts';
import { onModel } from './experimentStore.ts';
import { cellRun, type CellMade } from '../config/gridAxes.ts';
import type { Experiment } from '../config/experiment.ts';
import { experimentStore, undo, undoable } from './experimentStore.ts';
import { baseOf } from './gridDraft.ts';
import { gridStore } from './gridStore.ts';
import { setView, viewStore, type LabView } from './viewStore.ts';

/** The run of a cell of these results, on the experiment that they say they are of. */
export const cellOf = (head: GridHead, index: number): CellMade =>
  cellRun(baseOf(parseExperiment(head.link).experiment), cellAt(head, index).values);

/** Where the cell in Compare was opened. */
let from: { readonly experiment: Experiment; readonly grid: GridText | null } | null = null;

/** Opens a cell as an experiment in Compare; says why where it is none. */
export function openCell(index: number): string | null {
  const { head } = gridStore.getState();
  if (!head) return 'This cell has not been run.';
  const made = cellOf(head, index);
  if ('refused' in made) return made.refused;
  const { experiment } = experimentStore.getState();
  from = { experiment, grid: viewStore.getState().grid };
  // What no cell depends on stays as the reader has it.
  const { budgets, seeds } = onModel(experiment, made.experiment.model);
  undoable.change('', { ...made.experiment, budgets, seeds }, [0]);
  setView({ labView: 'compare', cell: index, position: 1, hidden: [], large: null, inspected: null });
  return null;
}

/** Back to the grid as it was left; what was changed of the cell meanwhile can be had again by undo. */
export function backToGrid(): void {
  if (from && experimentStore.getState().experiment !== from.experiment) {
    if (experimentStore.getState().past.at(-1)?.experiment === from.experiment) undo();
    else
      undoable.change(
        '',
        from.experiment,
        from.experiment.contenders.map((_, i) => i),
      );
  }
  setView({ labView: 'grid', cell: null, ...(from?.grid && { grid: from.grid }) });
  from = null;
}

/** Shows one of the lab's views; the way to the grid from one of its cells leads back to where that was opened. */
export function lookAt(labView: LabView): void {
  if (labView === 'grid' && viewStore.getState().cell !== null) backToGrid();
  else setView({ labView });
}
