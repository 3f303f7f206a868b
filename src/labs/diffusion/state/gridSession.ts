// The life of the grid view: what follows an edit of its axes or of the experiment below them.
import { createStore } from 'zustand/vanilla';
import { differs, type GridHead } from '../../../experiments/grid/records.ts';
import { createRememberLater } from '../../../frame/state/rememberLater.ts';
import { inLab } from '../../../frame/state/labStore.ts';
import { contenderTitle } from '../../../samplers/contenders/naming.ts';
import { formatExperiment, type GridText } from '../config/codec.ts';
import { modelCard } from '../config/menus.ts';
import { deviceStore } from './connection.ts';
import { experimentStore } from './experimentStore.ts';
import { countGrid, leftOf, type GridCount, type Left } from './gridCount.ts';
import { baseOf, firstGrid, NO_GRID, readDraft, type DraftReading } from './gridDraft.ts';
import { fieldTitle } from './gridFace.ts';
import { deviceName, gridHead } from './gridHead.ts';
import { findGrid, keptGrids, onDevice, type KeptGrid } from './gridKeep.ts';
import { timeOf } from './gridPace.ts';
import { adopt, forgetFailed, runGridJob, stopGrid, type GridJob } from './gridRun.ts';
import { gridRows, gridStore, showCells } from './gridStore.ts';
import { cancelRun } from './runner.ts';
import { runStore } from './runStore.ts';
import { runAgain } from './session.ts';
import { cancelSweep } from './sweep.ts';
import { sweepStore } from './sweepStore.ts';
import { setView, viewStore } from './viewStore.ts';

/** The grid under edit, as it reads on the present experiment and device. */
export interface PlanState {
  readonly reading: DraftReading;
  /** Null where the texts cannot be read or no device is known yet. */
  readonly head: GridHead | null;
  /** Edits of the axes that can be undone. */
  readonly past: readonly GridText[];
  readonly kept: readonly KeptGrid[];
}
export const planStore = createStore<PlanState>(() => ({
  reading: { axes: [], rules: null, refused: null, spec: null },
  head: null,
  past: [],
  kept: [],
}));

/** An edit stands this long before it counts. */
const STANDS_MS = 350;
/** A grid that is estimated to take longer waits for the reader's word. */
const AUTOMATIC_MS = 20_000;
/** The same before anything was timed: evaluations times samples in the plane. */
const AUTOMATIC_WORK = 3e6;
const MOST_PAST = 50;

const history = createRememberLater();
const text = (): GridText => viewStore.getState().grid ?? NO_GRID;
const base = () => baseOf(experimentStore.getState().experiment);

/** Edits the axes or the rules; `gesture`: typed on, so that it is undone together with what was typed before. */
export function editGrid(patch: Partial<GridText>, gesture = false): void {
  const now = text();
  if (!gesture) planStore.setState(({ past }) => ({ past: [...past, now].slice(-MOST_PAST) }));
  setView({ grid: { ...now, ...patch } });
}
export function undoGrid(): void {
  const { past } = planStore.getState();
  const last = past.at(-1);
  if (!last) return;
  planStore.setState({ past: past.slice(0, -1) });
  setView({ grid: last });
}

/** Milliseconds that these cells would take here; null before anything like it was timed. */
export function estimateMs({ cells, work }: Left): number | null {
  const { speed } = gridStore.getState();
  const { experiment } = base();
  if (speed?.model === experiment.model) return timeOf(speed.pace, cells, work);
  const { experiment: ran, results } = runStore.getState();
  if (ran?.model !== experiment.model) return null;
  const costs = Object.values(results).filter(({ cost }) => cost.nfe > 0 && cost.wallMs > 0);
  if (costs.length === 0) return null;
  const perEvaluation = Math.min(...costs.map(({ cost }) => cost.wallMs / cost.nfe));
  return (perEvaluation / ran.samples) * work;
}

function read(): void {
  const reading = readDraft(text(), base());
  const { report } = deviceStore.getState();
  const head = reading.spec && report ? gridHead(base(), reading.spec, deviceName(report)) : null;
  planStore.setState({ reading, head });
}

export const gridTitle = (fields: readonly string[]): string => {
  const { experiment, contender } = base();
  const axes = fields.map((f) => fieldTitle(f, contender).toLowerCase()).join(' × ');
  return `${axes} on ${modelCard(experiment.model).title}`;
};

function jobOf(head: GridHead, count: GridCount): GridJob | null {
  const { spec } = planStore.getState().reading;
  if (!spec) return null;
  const { experiment } = experimentStore.getState();
  const hash = formatExperiment(experiment, null, viewStore.getState(), text());
  return { base: base(), spec, head, count, hash, title: gridTitle(spec.axes.map((a) => a.field)) };
}

let counting = new AbortController();
/** Counts the grid under edit, and shows what of it is kept; then runs it where that is quick. */
async function settle(): Promise<void> {
  counting.abort();
  const mine = (counting = new AbortController());
  gridStore.setState({ count: null });
  const { reading, head } = planStore.getState();
  if (!reading.spec) return stopGrid(false);
  const same = () => head !== null && gridStore.getState().head !== null && !differs(gridStore.getState().head!, head);
  if (!same()) stopGrid(false);
  const count = await countGrid(base(), reading.spec, mine.signal).catch(() => null);
  if (mine !== counting || !count) return;
  gridStore.setState({ count });
  if (!head) return;
  let goesOn = gridStore.getState().phase === 'cancelled' && same();
  if (!same()) {
    const shown = gridStore.getState().head;
    // Numbers of another device, as from a file, stay until the reader asks for this one's.
    if (shown && differs(onDevice(shown, head.device), head) === undefined) return;
    const found = await findGrid(head).catch(() => null);
    if (mine !== counting) return;
    if (found) {
      const { grid, cells } = found;
      const elsewhere = grid.head.device !== head.device;
      showCells(grid.head, cells, elsewhere ? `These results were computed on ${grid.head.device}.` : null);
      // One that was stopped by the reader waits for a word.
      gridStore.setState({ phase: 'idle', stopped: !grid.running });
      if (elsewhere) return;
      adopt(grid.id);
      goesOn = grid.running;
    }
  }
  const left = leftOf(count, gridRows.has);
  const whole = same() && [...count.work.keys()].every(gridRows.has);
  if (whole) return gridStore.setState({ phase: 'done' });
  if (gridStore.getState().stopped || gridStore.getState().phase === 'running') return;
  if (goesOn || quick(left)) await startGrid();
}

function quick(left: Left): boolean {
  const estimate = estimateMs(left);
  if (estimate !== null) return estimate < AUTOMATIC_MS;
  return modelCard(experimentStore.getState().experiment.model).shape.kind === 'point' && left.work < AUTOMATIC_WORK;
}

/** Runs what is missing of the grid under edit. */
export async function startGrid(): Promise<void> {
  const { head } = planStore.getState();
  const { count } = gridStore.getState();
  const job = head && count ? jobOf(head, count) : null;
  if (!job) return;
  history.forget();
  const done = await runGridJob(job);
  if (done) {
    const detail = `${contenderTitle(job.base.contender)}, ${count!.work.size} cells`;
    history.soon(() => ({ hash: job.hash, title: `Grid: ${job.title}`, detail }));
  }
  void readKept();
}
export function retryFailed(): void {
  forgetFailed();
  void startGrid();
}

export async function readKept(): Promise<void> {
  planStore.setState({ kept: await keptGrids().catch(() => []) });
}

let timer: ReturnType<typeof setTimeout> | undefined;
function changed(): void {
  gridStore.setState({ stopped: false });
  read();
  clearTimeout(timer);
  timer = setTimeout(() => void settle(), STANDS_MS);
}

/** What was cut short in Compare for the grid goes on there. */
function compareAgain(): void {
  const { phase, experiment } = runStore.getState();
  const cut = phase !== 'done' || sweepStore.getState().phase === 'cancelled';
  if (cut || experiment !== experimentStore.getState().experiment) runAgain();
}

/** While the grid is looked at: it has the device to itself. Returns what ends that. */
export function beginGrid(): () => void {
  cancelRun();
  cancelSweep();
  if (viewStore.getState().grid === null) setView({ grid: firstGrid(experimentStore.getState().experiment) });
  read();
  void settle();
  void readKept();
  const ends = [
    viewStore.subscribe((now, before) => now.grid !== before.grid && changed()),
    experimentStore.subscribe((now, before) => now.experiment !== before.experiment && changed()),
    deviceStore.subscribe((now, before) => now.report?.name !== before.report?.name && changed()),
  ];
  return () => {
    clearTimeout(timer);
    counting.abort();
    for (const end of ends) end();
    // A change of labs stops it by itself.
    if (!inLab('diffusion')) return;
    stopGrid(false);
    compareAgain();
  };
}
