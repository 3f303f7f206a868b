// The grid of a lab: what follows an edit of its axes or of the experiment below them, and what can be asked of it.
import { createStore } from 'zustand/vanilla';
import { differs, type GridHead } from '../../../experiments/grid/records.ts';
import type { GridText } from '../../../experiments/grid/types.ts';
import { inLab } from '../labStore.ts';
import { createRememberLater } from '../rememberLater.ts';
import { countGrid, leftOf, type GridCount, type Left } from './count.ts';
import { NO_GRID, readDraft, type DraftReading } from './draft.ts';
import { FIRST_LOOK, type GridLook } from './face.ts';
import { deviceName, gridHead } from './head.ts';
import type { GridHost } from './host.ts';
import { findGrid, keptGrids, labOf, onDevice, type KeptGrid } from './keep.ts';
import { timeOf } from './pace.ts';
import { createResults } from './results.ts';
import { createGridRun, type GridJob } from './run.ts';
import { createRows } from './store.ts';

/** The grid under edit, as it reads on the present experiment and device. */
export interface PlanState {
  readonly reading: DraftReading;
  /** Null where the texts cannot be read or no device is known yet. */
  readonly head: GridHead | null;
  readonly kept: readonly KeptGrid[];
}

/** An edit stands this long before it counts. */
const STANDS_MS = 350;
/** A grid that is estimated to take longer waits for the reader's word. */
const AUTOMATIC_MS = 20_000;

export type LookState = GridLook & { readonly cursor: readonly [row: number, column: number] | null };

export function createGrid<E extends object & { readonly contenders: readonly unknown[] }, Run>(
  host: GridHost<E, Run>,
) {
  const { kind, view, device, edits, experiment: undoable } = host;
  const cells = createRows();
  const { store, rows } = cells;
  const runner = createGridRun<Run>(cells, host.openTask);
  const look = createStore<LookState>(() => ({ ...FIRST_LOOK, cursor: null }));
  const plan = createStore<PlanState>(() => ({
    reading: { axes: [], rules: null, refused: null, spec: null },
    head: null,
    kept: [],
  }));
  const history = createRememberLater();
  const text = (): GridText => view.getState().grid ?? NO_GRID;
  const experimentNow = () => undoable.store.getState().experiment;
  const base = () => host.baseOf(experimentNow());

  const titleOf = (field: string): string =>
    kind.fields(base()).find((f) => f.id === field)?.title ?? field.replace('.', ': ');

  /** Milliseconds that these cells would take here; null before anything like it was timed. */
  function estimateMs({ cells: count, work }: Left): number | null {
    const { speed } = store.getState();
    const now = base();
    if (speed?.model === kind.model(now)) return timeOf(speed.pace, count, work);
    const each = host.perEvaluation(now);
    return each === null ? null : each * work;
  }

  function read(): void {
    const now = base();
    const reading = readDraft(kind, text(), now);
    const { report } = device.getState();
    const head = reading.spec && report ? gridHead(kind, now, reading.spec, deviceName(report)) : null;
    plan.setState({ reading, head });
  }

  function jobOf(head: GridHead, count: GridCount): GridJob<Run> | null {
    const { spec } = plan.getState().reading;
    if (!spec) return null;
    const now = base();
    const axes = spec.axes.map((a) => titleOf(a.field).toLowerCase()).join(' × ');
    return {
      base: now,
      spec,
      head,
      count,
      hash: kind.hash(now, text()),
      title: `${axes} on ${kind.words(now).title}`,
      model: kind.model(now),
      shown: host.shown(now, count.work.size),
    };
  }

  const quick = (left: Left): boolean => {
    const estimate = estimateMs(left);
    return estimate === null ? host.quick(base(), left) : estimate < AUTOMATIC_MS;
  };

  let counting = new AbortController();
  /** Counts the grid under edit, and shows what of it is kept; then runs it where that is quick. */
  async function settle(): Promise<void> {
    counting.abort();
    const mine = (counting = new AbortController());
    store.setState({ count: null });
    const { reading, head } = plan.getState();
    if (!reading.spec) return runner.stop(false);
    const same = () => head !== null && store.getState().head !== null && !differs(store.getState().head!, head);
    if (!same()) runner.stop(false);
    const count = await countGrid(kind, base(), reading.spec, mine.signal).catch(() => null);
    if (mine !== counting || !count) return;
    store.setState({ count });
    if (!head) return;
    let goesOn = store.getState().phase === 'cancelled' && same();
    if (!same()) {
      const shown = store.getState().head;
      // Numbers of another device, as from a file, stay until the reader asks for this one's.
      if (shown && differs(onDevice(shown, head.device), head) === undefined) return;
      const found = await findGrid(head).catch(() => null);
      if (mine !== counting) return;
      if (found) {
        const { grid, cells: kept } = found;
        const elsewhere = grid.head.device !== head.device;
        cells.show(grid.head, kept, elsewhere ? `These results were computed on ${grid.head.device}.` : null);
        // One that was stopped by the reader waits for a word.
        store.setState({ phase: 'idle', stopped: !grid.running });
        if (elsewhere) return;
        runner.adopt(grid.id);
        goesOn = grid.running;
      }
    }
    const left = leftOf(count, rows.has);
    const whole = same() && [...count.work.keys()].every(rows.has);
    if (whole) return store.setState({ phase: 'done' });
    if (store.getState().stopped || store.getState().phase === 'running') return;
    if (goesOn || quick(left)) await start();
  }

  /** Runs what is missing of the grid under edit. */
  async function start(): Promise<void> {
    const { head } = plan.getState();
    const { count } = store.getState();
    const job = head && count ? jobOf(head, count) : null;
    if (!job) return;
    history.forget();
    const done = await runner.run(job);
    if (done) {
      const detail = `${kind.words(job.base).contender}, ${job.count.work.size} cells`;
      history.soon(() => ({ hash: job.hash, title: `Grid: ${job.title}`, detail }));
    }
    void readKept();
  }

  async function readKept(): Promise<void> {
    const kept = await keptGrids().catch(() => []);
    plan.setState({ kept: kept.filter((grid) => labOf(grid) === kind.lab) });
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  function changed(): void {
    store.setState({ stopped: false });
    read();
    clearTimeout(timer);
    timer = setTimeout(() => void settle(), STANDS_MS);
  }

  return {
    lab: kind.lab,
    metricMenu: kind.metricMenu,
    names: kind.names,
    isText: kind.isText,
    store,
    rows,
    plan,
    look,
    text,
    edit: edits.edit,
    titleOf,
    fields: () => kind.fields(base()),
    newValues: (field: string) => kind.newValues(field, base()),
    estimateMs,
    start,
    stop: runner.stop,
    /** Goes on with what was cut short, when what it lacked is there. */
    resume: (): void => void settle(),
    retryFailed(): void {
      runner.forgetFailed();
      void start();
    },
    ...createResults(host, cells),
    /** While the grid is looked at: it has the device to itself. Returns what ends that. */
    begin(): () => void {
      host.pause();
      if (view.getState().grid === null)
        host.show({ labView: 'grid', cell: view.getState().cell, grid: kind.firstGrid(base()) });
      read();
      void settle();
      void readKept();
      const ends = [
        view.subscribe((now, before) => now.grid !== before.grid && changed()),
        undoable.store.subscribe((now, before) => now.experiment !== before.experiment && changed()),
        device.subscribe((now, before) => now.report?.name !== before.report?.name && changed()),
      ];
      return () => {
        clearTimeout(timer);
        counting.abort();
        for (const end of ends) end();
        // A change of labs stops it by itself.
        if (!inLab(kind.lab)) return;
        runner.stop(false);
        host.goOn();
      };
    },
  };
}
export type Grid = ReturnType<typeof createGrid>;
