import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { spotIndex } from '../../state/grid/face.ts';
import type { Place } from './board.ts';
import { FaceTools } from './FaceTools.tsx';
import { HeatMap } from './HeatMap.tsx';
import { Lines } from './Lines.tsx';
import { Pictures } from './Pictures.tsx';
import { readingOf } from './reading.ts';
import { useGrid } from './context.ts';
import { useResults } from './useResults.ts';

/** Pictures of all cells, and beside them any metric over the same two axes. */
export function Results() {
  const { grid } = useGrid();
  const results = useResults(grid);
  const cursor = useStore(grid.look, (s) => s.cursor);
  const count = useStore(grid.store, (s) => s.count);
  const ofRows = useStore(grid.store, (s) => s.head);
  const plan = useStore(grid.plan, (s) => s.head);
  const [refused, setRefused] = useState<string | null>(null);
  const { titleOf } = grid;
  // Results of another grid than that under edit say nothing of what its rules leave out.
  const known = count !== null && (ofRows === null || JSON.stringify(ofRows) === JSON.stringify(plan));
  const runs = useMemo(() => (known ? (index: number) => count.work.has(index) : () => true), [known, count]);
  const reading = readingOf(grid, results, cursor, runs, titleOf);
  const { head, laid, shown } = results;
  if (!head || !laid) return null;
  const open = ([row, column]: Place) => {
    const index = shown?.cells[row]?.[column] ?? spotIndex(head, laid, row, column);
    setRefused(ofRows ? grid.openCell(index) : 'This cell has not been run.');
  };
  const said = reading ? `${reading.where}: ${reading.says}` : '';
  const shared = { results, cursor, runs, titleOf, said, onPick: open };
  return (
    <section className="grid-results" aria-label="Results of the grid">
      <FaceTools results={results} />
      <p className="grid-reading" data-testid="grid-reading">
        {reading ? (
          <>
            <b>{reading.where}</b> {reading.says}
            {cursor && reading.index !== null && (
              <button type="button" onClick={() => open(cursor)}>
                Open in Compare
              </button>
            )}
          </>
        ) : (
          <span className="soft">
            Point at a cell, or go there with the arrow keys, to read it; press it to open it as an experiment.
          </span>
        )}
        {refused !== null && <span className="bad"> {refused}</span>}
      </p>
      <div className="grid-panes">
        <Pictures {...shared} />
        <div className="grid-numbers">
          <HeatMap {...shared} />
          <Lines results={results} titleOf={titleOf} onPick={open} />
        </div>
      </div>
    </section>
  );
}
