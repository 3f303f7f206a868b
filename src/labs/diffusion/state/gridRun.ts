// Runs a grid: cells come from the worker, are gathered for the page and kept in the browser. Stopped, it keeps what is
// there; run again, it goes on with the rest.
import { cellAt } from '../../../experiments/grid/cells.ts';
import { differs, rowOf, type GridHead } from '../../../experiments/grid/records.ts';
import type { GridSpec } from '../../../experiments/grid/types.ts';
import { createBatch } from '../../../frame/state/frameBatch.ts';
import { createTask } from '../../../frame/state/task.ts';
import type { CellRun } from '../config/gridAxes.ts';
import { modelCard, type ModelId } from '../config/menus.ts';
import type { GridProgress, Requests } from '../worker/protocol.ts';
import { connection } from './connection.ts';
import { carried } from './gridCarry.ts';
import { leftOf, type GridCount } from './gridCount.ts';
import { dropCells, keepCells, keepGrid } from './gridKeep.ts';
import { MOST_TIMED, paceOf, timeOf, type Timed } from './gridPace.ts';
import { addCells, dropFailed, gridRows, gridStore, showCells, type CellKept } from './gridStore.ts';
import { notices, type DiffusionAction } from './notices.ts';
import { stoppers } from './stoppers.ts';
import { nextFlush } from './sweep.ts';

/** What is asked of a run: all that is known of the grid under edit. */
export interface GridJob {
  readonly base: CellRun;
  readonly spec: GridSpec;
  readonly head: GridHead;
  readonly count: GridCount;
  /** The link that opens it, and what it is called. */
  readonly hash: string;
  readonly title: string;
}

/** Samples that a cell's picture shows: fewer where there are many cells, so that memory stays flat. */
export function samplesShown(model: ModelId, cells: number): number {
  const many = cells > 1000;
  if (modelCard(model).shape.kind === 'point') return many ? 128 : 256;
  return many ? 1 : 4;
}

let kept: number | null = null;
/** Counts runs, so that one whose place was taken while it was prepared goes no further. */
let starts = 0;
let flushMs = 0;
/** What the time left and the next estimate come from. */
interface Clock {
  timed: readonly Timed[];
  last: number;
  /** Cells that are still to come, and their work. */
  cells: number;
  work: number;
  readonly model: string;
}
let clock: Clock = { timed: [], last: 0, cells: 0, work: 0, model: '' };

const unkept = (thrown: unknown): void => {
  kept = null;
  const why =
    thrown instanceof Error && thrown.name === 'QuotaExceededError' ? 'its disk space is used up' : String(thrown);
  gridStore.setState({
    note: `This browser keeps no results of this grid (${why}): a reload would begin anew. Export them to keep them.`,
  });
};

const batch = createBatch<CellKept>(
  (cells) => {
    addCells(cells);
    if (kept !== null) void keepCells(kept, cells, gridStore.getState().phase === 'running').catch(unkept);
  },
  (work) => {
    setTimeout(work, flushMs);
    flushMs = nextFlush(flushMs);
  },
);

const task = createTask<Requests, 'grid', DiffusionAction>({
  connection,
  kind: 'grid',
  notices,
  takesTurns: true,
  waysOn: ({ name }) => (name === 'DeviceLostError' ? ['retryGpu', 'useCpu'] : []),
  onNews({ phase }) {
    if (phase === 'running') return gridStore.setState({ phase, remainingMs: null, loading: false });
    gridStore.setState({ phase, remainingMs: null, loading: false });
    batch.flush();
    // Cut short by other work it goes on by itself, also after a reload; stopped by the reader it waits for a word.
    const goesOn = phase === 'cancelled' && !gridStore.getState().stopped;
    if (kept !== null) void keepCells(kept, [], goesOn).catch(unkept);
  },
});

/** A cell has ended; one that failed cost next to nothing, and says nothing of the others. */
function ended(work: number, ran: boolean): void {
  const now = performance.now();
  if (ran) clock.timed = [...clock.timed, { work, ms: now - clock.last }].slice(-MOST_TIMED);
  clock.last = now;
  clock.cells--;
  clock.work -= work;
  const pace = paceOf(clock.timed);
  gridStore.setState({
    loading: false,
    ...(pace && {
      remainingMs: timeOf(pace, Math.max(0, clock.cells), Math.max(0, clock.work)),
      speed: { model: clock.model, pace },
    }),
  });
}

function onProgress(progress: GridProgress, { head, spec, count }: GridJob): void {
  switch (progress.kind) {
    case 'status':
      if (progress.of === 0) gridStore.setState({ loading: true });
      return;
    case 'cell': {
      const { cell, nfe, passes, quality, picture } = progress.result;
      const metrics = head.metrics.map((id) => quality[id] ?? null);
      batch.push({ row: rowOf(cell, { nfe, passes, metrics }, head), picture });
      return ended(count.work.get(cell.index) ?? 0, true);
    }
    case 'failed': {
      const cell = cellAt(spec, progress.cell.index);
      batch.push({ row: rowOf(cell, { failed: progress.because }, head), picture: null });
      return ended(count.work.get(cell.index) ?? 0, false);
    }
    default:
      progress satisfies never;
  }
}

/** Puts the rows of this head in place: those that are there, or what an older grid shares with it. */
function settle({ head, count }: GridJob): readonly CellKept[] {
  const now = gridStore.getState().head;
  if (now && differs(now, head) === undefined) return [];
  const shared = now ? carried(now, gridRows.all(), head).filter(({ row }) => count.work.has(row.index)) : [];
  const cells = shared.map(({ row, was }): CellKept => ({ row, picture: gridRows.picture(was) ?? null }));
  const note =
    cells.length > 0 ? `${cells.length} cells were taken from the grid before, which had them already.` : null;
  showCells(head, cells, note);
  return cells;
}

/** Runs what is not there yet. Resolves to true when the grid came to its end. */
export async function runGridJob(job: GridJob): Promise<boolean> {
  task.cancel();
  batch.flush();
  const mine = ++starts;
  gridStore.setState({ phase: 'running', stopped: false, remainingMs: null });
  const { base, spec, head, count } = job;
  const cells = settle(job);
  const entry = { head, hash: job.hash, title: job.title, running: true };
  const { id, evicted } = await keepGrid(entry).catch((thrown: unknown) => {
    unkept(thrown);
    return { id: null, evicted: 0 };
  });
  if (mine !== starts) return false;
  kept = id;
  if (id !== null && cells.length > 0) await keepCells(id, cells, true).catch(unkept);
  if (evicted > 0)
    gridStore.setState({
      note: `${evicted} older ${evicted === 1 ? 'grid' : 'grids'} left this browser to make room.`,
    });
  flushMs = 0;
  const left = leftOf(count, gridRows.has);
  clock = { timed: [], last: performance.now(), ...left, model: base.experiment.model };
  if (mine !== starts) return false;
  const asked = () => {
    clock.last = performance.now();
    const skip = new Set([...count.work.keys()].filter(gridRows.has));
    return { base, spec, skip, shown: samplesShown(base.experiment.model, count.work.size) };
  };
  const out = await task.run(asked, { onProgress: (progress) => onProgress(progress, job) });
  return out !== null;
}

/** Stops at once; what is there stays. `byReader`: nothing begins by itself afterwards. */
export function stopGrid(byReader: boolean): void {
  starts++;
  if (byReader) gridStore.setState({ stopped: true });
  if (task.running()) task.cancel();
  else if (gridStore.getState().phase === 'running') gridStore.setState({ phase: 'cancelled' });
}
stoppers.add(() => stopGrid(false));

/** Forgets the cells that failed, here and where they are kept, so that a run tries them again. */
export function forgetFailed(): void {
  const failed = gridRows.all().flatMap((row) => (row.failed === null ? [] : [row.index]));
  dropFailed();
  if (kept !== null) void dropCells(kept, failed).catch(unkept);
}

/** The number under which the rows shown are kept. */
export const adopt = (id: number | null): void => void (kept = id);
