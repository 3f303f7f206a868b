import { useMemo } from 'react';
import { useStore } from 'zustand';
import { differs } from '../../../experiments/grid/records.ts';
import { seconds } from '../format.ts';
import type { Grid } from '../../state/grid/create.ts';
import { leftOf, type Left } from '../../state/grid/count.ts';
import type { GridState } from '../../state/grid/store.ts';
import { useGrid } from './context.ts';

const thousands = (n: number): string => n.toLocaleString('en');

/** What it comes to before it is run. */
function costOf(grid: Grid, state: GridState, missing: number, left: Left): string {
  const { count } = state;
  if (!count) return 'Counting the cells';
  const cells = `${thousands(count.work.size)} ${count.work.size === 1 ? 'cell' : 'cells'}`;
  const estimate = grid.estimateMs(left);
  const rest = missing < count.work.size ? ' for the rest' : '';
  const time =
    missing === 0 || estimate === null
      ? ''
      : `, ${estimate < 950 ? '' : 'about '}${seconds(estimate)}${rest}, by the speed of the last run`;
  const unknown = missing > 0 && estimate === null ? ', time not known yet' : '';
  return `${cells}, ${thousands(count.evaluations)} evaluations${time}${unknown}`;
}

/** The way to run the grid, stop it and go on; how far it is. */
export function RunBar() {
  const { grid } = useGrid();
  const state = useStore(grid.store);
  const { head, reading } = useStore(grid.plan);
  const { phase, loading, count, done, failed, remainingMs, note, head: ofRows } = state;
  const running = phase === 'running';
  const other = head && ofRows ? differs(head, ofRows) : undefined;
  const has = (index: number) => other === undefined && ofRows !== null && grid.rows.has(index);
  const missing = count ? [...count.work.keys()].filter((i) => !has(i)).length : 0;
  const left = leftOf(count ?? { work: new Map() }, has);
  const ready = reading.spec !== null && count !== null && head !== null && count.work.size > 0;
  const total = count?.work.size ?? 0;
  const remarks = useMemo(() => (head ? grid.remarks(head) : []), [grid, head]);
  const share = total > 0 ? (total - missing) / total : 0;
  return (
    <div className="run-bar" data-testid="grid-run" data-phase={phase} data-done={done} data-failed={failed}>
      {running ? (
        <button type="button" onClick={() => grid.stop(true)}>
          Stop
        </button>
      ) : (
        <button
          type="button"
          className="primary"
          disabled={!ready || missing === 0}
          title={missing < total ? 'Goes on with the cells that are not there yet' : 'Runs every cell of the grid'}
          onClick={() => void grid.start()}
        >
          {missing > 0 && missing < total ? 'Resume' : 'Run'}
        </button>
      )}
      <p role="status">
        {running ? (
          <>
            {loading ? 'Fetching the model, ' : ''}
            {thousands(total - missing)} of {thousands(total)} cells
            {remainingMs !== null && `, ${seconds(remainingMs)} left`}
          </>
        ) : (
          reading.spec && costOf(grid, state, missing, left)
        )}
        {ready && missing === 0 && !running && ': all there'}
      </p>
      {running && <progress max={1} value={share} aria-label="Cells that ended" />}
      {failed > 0 && !running && other === undefined && (
        <button type="button" onClick={grid.retryFailed} title="Forgets the cells that failed and runs them once more">
          Try the {failed} failed again
        </button>
      )}
      {count && count.unmakeable > 0 && (
        <p className="warn grid-line" data-testid="grid-unmakeable">
          {count.unmakeable} of {thousands(total)} cells cannot be made and will say so; the first: {count.because}
        </p>
      )}
      {remarks.map((text) => (
        <p key={text} className="warn grid-line" data-testid="grid-remark">
          {text}
        </p>
      ))}
      {other !== undefined && done > 0 && (
        <p className="warn grid-line" data-testid="grid-other">
          What is shown below is of {other}; running the grid above replaces it here, and it stays under Earlier grids.
        </p>
      )}
      {note !== null && <p className="fine grid-line">{note}</p>}
    </div>
  );
}
