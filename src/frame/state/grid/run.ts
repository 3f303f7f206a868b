// Runs a grid: cells come from the worker, are gathered for the page and kept in the browser. Stopped, it keeps what is
// there; run again, it goes on with the rest.
import { cellAt } from '../../../experiments/grid/cells.ts';
import { differs, rowOf, type GridHead } from '../../../experiments/grid/records.ts';
import type { GridSpec } from '../../../experiments/grid/types.ts';
import type { GridAsk, GridEvent } from '../../../engine/grid.ts';
import { createBatch, nextFlush } from '../frameBatch.ts';
import type { TaskNews } from '../task.ts';
import { carried } from './carry.ts';
import { leftOf, type GridCount } from './count.ts';
import { dropCells, keepCells, keepGrid, noteStopped } from './keep.ts';
import { MOST_TIMED, paceOf, timeOf, type Timed } from './pace.ts';
import type { CellKept, Rows } from './store.ts';

/** What is asked of a run: all that is known of the grid under edit. */
export interface GridJob<Run> {
  readonly base: Run;
  readonly spec: GridSpec;
  readonly head: GridHead;
  readonly count: GridCount;
  /** The link that opens it, and what it is called. */
  readonly hash: string;
  readonly title: string;
  /** What its speed says something of. */
  readonly model: string;
  /** Samples that a cell's picture shows. */
  readonly shown: number;
}

/** The worker's side of a grid, as a task of the lab's connection. */
export interface GridTask<Run> {
  /** Resolves to null where it did not come to its end. */
  run(body: () => GridAsk<Run>, onProgress: (event: GridEvent) => void): Promise<unknown>;
  cancel(): void;
  running(): boolean;
}
export type OpenTask<Run> = (onNews: (news: Pick<TaskNews<unknown>, 'phase'>) => void) => GridTask<Run>;

/** What the time left and the next estimate come from. */
interface Clock {
  timed: readonly Timed[];
  last: number;
  /** Cells that are still to come, and their work. */
  cells: number;
  work: number;
  readonly model: string;
}

export function createGridRun<Run>(
  { store, rows, show, add, setPreview, dropPreview, dropFailed }: Rows,
  openTask: OpenTask<Run>,
) {
  let kept: number | null = null;
  /** Counts runs, so that one whose place was taken while it was prepared goes no further. */
  let starts = 0;
  let flushMs = 0;
  let clock: Clock = { timed: [], last: 0, cells: 0, work: 0, model: '' };

  const unkept = (thrown: unknown): void => {
    kept = null;
    const { kind, message } = (thrown ?? {}) as { readonly kind?: string; readonly message?: string };
    const why = kind === 'full' ? 'its disk space is used up' : (message ?? String(thrown));
    store.setState({
      note: `This browser keeps no results of this grid (${why}): a reload would begin anew. Export them to keep them.`,
    });
  };

  const batch = createBatch<CellKept>(
    (cells) => {
      add(cells);
      if (kept !== null) void keepCells(kept, cells, store.getState().phase === 'running').catch(unkept);
    },
    (work) => {
      setTimeout(work, flushMs);
      flushMs = nextFlush(flushMs);
    },
  );

  const task = openTask(({ phase }) => {
    store.setState({ phase, remainingMs: null, loading: false });
    if (phase === 'running') return;
    batch.flush();
    dropPreview();
    // Cut short by other work it goes on by itself, also after a reload; stopped by the reader it waits for a word.
    const goesOn = phase === 'cancelled' && !store.getState().stopped;
    if (kept !== null) void keepCells(kept, [], goesOn).catch(unkept);
  });

  /** A cell has ended; one that failed cost next to nothing, and says nothing of the others. */
  function ended(work: number, ran: boolean): void {
    const now = performance.now();
    if (ran) clock.timed = [...clock.timed, { work, ms: now - clock.last }].slice(-MOST_TIMED);
    clock.last = now;
    clock.cells--;
    clock.work -= work;
    const pace = paceOf(clock.timed);
    store.setState({
      loading: false,
      ...(pace && {
        remainingMs: timeOf(pace, Math.max(0, clock.cells), Math.max(0, clock.work)),
        speed: { model: clock.model, pace },
      }),
    });
  }

  function onProgress(event: GridEvent, { head, spec, count }: GridJob<Run>): void {
    switch (event.kind) {
      case 'status':
        if (event.of === 0) store.setState({ loading: true });
        return;
      case 'preview':
        store.setState({ loading: false });
        return setPreview(event.cell.index, event.picture);
      case 'cell': {
        const { cell, nfe, passes, costs, quality, picture, wallMs } = event.result;
        const metrics = head.metrics.map((id) => quality[id] ?? null);
        batch.push({ row: rowOf(cell, { nfe, passes, costs, metrics }, head), picture, ms: wallMs });
        return ended(count.work.get(cell.index) ?? 0, true);
      }
      case 'failed': {
        const cell = cellAt(spec, event.cell.index);
        batch.push({ row: rowOf(cell, { failed: event.because }, head), picture: null });
        return ended(count.work.get(cell.index) ?? 0, false);
      }
      default:
        event satisfies never;
    }
  }

  /** Puts the rows of this head in place: those that are there, or what an older grid shares with it. */
  function settle({ head, count }: GridJob<Run>): readonly CellKept[] {
    const now = store.getState().head;
    if (now && differs(now, head) === undefined) return [];
    const shared = now ? carried(now, rows.all(), head).filter(({ row }) => count.work.has(row.index)) : [];
    const cells = shared.map(({ row, was }): CellKept => ({ ...rows.kept(was)!, row }));
    const note =
      cells.length > 0 ? `${cells.length} cells were taken from the grid before, which had them already.` : null;
    show(head, cells, note);
    return cells;
  }

  return {
    /** Runs what is not there yet. Resolves to true when the grid came to its end. */
    async run(job: GridJob<Run>): Promise<boolean> {
      task.cancel();
      batch.flush();
      const mine = ++starts;
      store.setState({ phase: 'running', stopped: false, remainingMs: null });
      const { base, spec, head, count, shown } = job;
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
        store.setState({
          note: `${evicted} older ${evicted === 1 ? 'grid' : 'grids'} left this browser to make room.`,
        });
      flushMs = 0;
      const left = leftOf(count, rows.has);
      clock = { timed: [], last: performance.now(), ...left, model: job.model };
      if (mine !== starts) return false;
      const asked = () => {
        clock.last = performance.now();
        return { base, spec, skip: new Set([...count.work.keys()].filter(rows.has)), shown };
      };
      return (await task.run(asked, (event) => onProgress(event, job))) !== null;
    },
    /** Stops at once; what is there stays. `byReader`: nothing begins by itself afterwards. */
    stop(byReader: boolean): void {
      starts++;
      if (byReader) {
        store.setState({ stopped: true });
        noteStopped(kept);
      }
      if (task.running()) task.cancel();
      else if (store.getState().phase === 'running') store.setState({ phase: 'cancelled' });
    },
    /** Forgets the cells that failed, here and where they are kept, so that a run tries them again. */
    forgetFailed(): void {
      const failed = rows.all().flatMap((row) => (row.failed === null ? [] : [row.index]));
      dropFailed();
      if (kept !== null) void dropCells(kept, failed).catch(unkept);
    },
    /** The number under which the rows shown are kept. */
    adopt: (id: number | null): void => void (kept = id),
  };
}
