// What is done with a grid's results: a cell is opened as an experiment, and all of them are files.
import { cellAt } from '../../../experiments/grid/cells.ts';
import { writeGrid } from '../../../experiments/grid/link.ts';
import { gridCsv, gridJson, type CellRow, type GridHead } from '../../../experiments/grid/records.ts';
import { isRefused, type GridText } from '../../../experiments/grid/types.ts';
import { saveBlob } from '../saveBlob.ts';
import { readResults } from './files.ts';
import type { GridHost } from './host.ts';
import { keepCells, keepGrid } from './keep.ts';
import type { Rows } from './store.ts';

export function createResults<E extends object & { readonly contenders: readonly unknown[] }, Run>(
  { kind, view, experiment: undoable, show, opened, notices }: GridHost<E, Run>,
  { store, rows, show: showCells }: Rows,
) {
  /** The link that opens a grid's results, without its #. */
  const hashOf = (head: GridHead): string => kind.hash(kind.parse(head.link), writeGrid(head));
  /** Where the cell in Compare was opened. */
  let from: { readonly experiment: E; readonly grid: GridText | null } | null = null;

  /** Back to the grid as it was left; what was changed of the cell meanwhile can be had again by undo. */
  function back(): void {
    const { experiment, past } = undoable.store.getState();
    if (from && experiment !== from.experiment) {
      if (past.at(-1)?.experiment === from.experiment) undoable.undo();
      else
        undoable.change(
          '',
          from.experiment,
          from.experiment.contenders.map((_, i) => i),
        );
    }
    show({ labView: 'grid', cell: null, ...(from?.grid && { grid: from.grid }) });
    from = null;
  }

  const nothingYet = (): void =>
    notices.notify({
      kind: 'export',
      tone: 'warning',
      title: 'The grid has no results yet.',
      hint: 'Run it, or part of it, and export what is there.',
    });

  async function openJournal(name: string, head: GridHead, found: readonly CellRow[]): Promise<void> {
    const hash = hashOf(head);
    const fields = head.axes.map((a) => a.field).join(' × ');
    const kept = found.map((row) => ({ row, picture: null }));
    const { id } = await keepGrid({ head, hash, title: `${fields} from ${name}`, running: false });
    await keepCells(id, kept, false);
    showCells(
      head,
      kept,
      `These results are from “${name}”, computed on ${head.device}; a file of numbers holds no pictures.`,
    );
    location.hash = hash;
    notices.notify({
      kind: 'restored',
      title: `“${name}” holds this grid: ${found.length} cells.`,
      hint: 'What was here before is one undo away.',
    });
  }

  return {
    hashOf,
    words: (head: GridHead) => kind.words(kind.parse(head.link)),
    remarks: (head: GridHead) => kind.remarks?.(kind.parse(head.link), head) ?? [],
    nothingYet,
    /** Opens a cell as an experiment in Compare; says why where it is none. */
    openCell(index: number): string | null {
      const { head } = store.getState();
      if (!head) return 'This cell has not been run.';
      const made = kind.cellRun(kind.parse(head.link), cellAt(head, index).values);
      if (isRefused(made)) return made.refused;
      const { experiment } = undoable.store.getState();
      from = { experiment, grid: view.getState().grid };
      undoable.change('', opened(made, experiment), [0]);
      show({ labView: 'compare', cell: index });
      return null;
    },
    back,
    /** Shows one of the lab's views; the way to the grid from one of its cells leads back to where that was opened. */
    lookAt(labView: 'grid' | 'compare'): void {
      const { cell } = view.getState();
      if (labView === 'grid' && cell !== null) back();
      else show({ labView, cell });
    },
    save(format: 'csv' | 'json'): void {
      const { head } = store.getState();
      if (!head) return nothingYet();
      const text: string = format === 'csv' ? gridCsv(head, rows.all()) : gridJson(head, rows.all());
      saveBlob(new Blob([text], { type: format === 'csv' ? 'text/csv' : 'application/json' }), `results.${format}`);
    },
    /** Opens the results that a dropped file holds; false for another file. */
    async openResults(name: string, bytes: Uint8Array): Promise<boolean> {
      const results = readResults(new TextDecoder().decode(bytes), `“${name}”`);
      if (!results) return false;
      await openJournal(name, results.head, results.rows);
      return true;
    },
  };
}
