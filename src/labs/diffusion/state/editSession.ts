// The life of the edit view: what follows an edit of its task, and what a run of it came to.
import { createStore } from 'zustand/vanilla';
import type { Reproduction } from '../../../engine/diffusion/fingerprint.ts';
import type { About } from '../../../engine/diffusion/about.ts';
import { createTask, type Phase } from '../../../frame/state/task.ts';
import { inLab } from '../../../frame/state/labStore.ts';
import { refusalLine } from '../../../frame/state/notices.ts';
import { createRememberLater } from '../../../frame/state/rememberLater.ts';
import { modelCard } from '../config/menus.ts';
import { defaultSetup, taskModels, type TaskSetup } from '../config/taskSetup.ts';
import { formatSetup, parseSetup, type ReadSetup } from '../config/taskText.ts';
import type { Requests, TaskEvent } from '../worker/protocol.ts';
import { address } from './address.ts';
import { connection, deviceStore } from './connection.ts';
import { editRecord, editText, textNow } from './editText.ts';
import { experimentStore } from './experimentStore.ts';
import { notify, type DiffusionAction } from './notices.ts';
import { cancelRun } from './runner.ts';
import { runStore } from './runStore.ts';
import { runAgain } from './again.ts';
import { stoppers } from './stoppers.ts';
import { cancelSweep } from './sweep.ts';
import type { Frame } from './types.ts';

export type TaskResult = Extract<TaskEvent, { kind: 'result' }>;
export interface RowState {
  /** The newest picture on the way; null before the first. */
  readonly frame: Frame | null;
  readonly fraction: number;
  readonly result: TaskResult | null;
  /** Why it came to nothing, and what to do. */
  readonly failed: { readonly because: string; readonly hint: string } | null;
}
export interface EditState {
  readonly phase: Phase;
  /** What the results are of. */
  readonly setup: TaskSetup | null;
  readonly status: string;
  readonly fraction: number | null;
  readonly before: Frame | null;
  readonly measured: Frame | null;
  readonly about: About | null;
  readonly samples: number;
  readonly rows: readonly RowState[];
  /** Why the whole task came to nothing. */
  readonly failure: { readonly message: string; readonly hint: string } | null;
  readonly reproduction: Reproduction | null;
}
const NOTHING: RowState = { frame: null, fraction: 0, result: null, failed: null };
export const editStore = createStore<EditState>(() => ({
  phase: 'idle',
  setup: null,
  status: '',
  fraction: null,
  before: null,
  measured: null,
  about: null,
  samples: 0,
  rows: [],
  failure: null,
  reproduction: null,
}));

let read: { text: string; reading: ReadSetup } | null = null;
/** The task under edit. */
export function readingNow(text = textNow()): ReadSetup {
  if (read?.text !== text) read = { text, reading: parseSetup(text) };
  return read.reading;
}
export const setupNow = (): TaskSetup => readingNow().setup;

/** Another task; edits of the same `what` in quick succession are undone together. */
export const setSetup = (setup: TaskSetup, what = ''): void => editText.change(what, { text: formatSetup(setup) });
export const patchSetup = (patch: Partial<TaskSetup>): void =>
  setSetup({ ...setupNow(), ...patch }, `edit ${Object.keys(patch).join()}`);

const history = createRememberLater();
const task = createTask<Requests, 'task', DiffusionAction>({
  connection,
  kind: 'task',
  takesTurns: true,
  onNews({ phase, out, failure }) {
    if (phase === 'running') return;
    editStore.setState({
      phase,
      fraction: null,
      failure: failure && { message: failure.message, hint: failure.hint ?? '' },
      reproduction: out?.reproduction ?? null,
    });
    editRecord.setState({ fingerprint: out?.fingerprint ?? null });
  },
});

function setRow(row: number, patch: Partial<RowState>): void {
  editStore.setState(({ rows }) => ({ rows: rows.map((r, i) => (i === row ? { ...r, ...patch } : r)) }));
}

function onProgress(event: TaskEvent): void {
  switch (event.kind) {
    case 'status':
      return editStore.setState({ status: event.text, fraction: event.fraction });
    case 'given': {
      const { before, measured, about, samples } = event;
      return editStore.setState({ before, measured, about, samples });
    }
    case 'frame':
      return setRow(event.row, { frame: event.frame, fraction: event.fraction });
    case 'result':
      return setRow(event.row, { result: event, frame: event.after, fraction: 1 });
    case 'dropped':
      return setRow(event.contender, { failed: { because: event.because, hint: event.hint } });
    default:
      event satisfies never;
  }
}

export const editTitle = (s: TaskSetup): string => {
  const names = { invert: 'Inversion', edit: 'Edit', restore: 'Restoration' };
  return `${names[s.task]} on ${modelCard(s.model).title}`;
};

export async function runTask(): Promise<void> {
  const { setup, fingerprint } = readingNow();
  const text = textNow();
  const old = editStore.getState();
  const same = old.setup && old.setup.model === setup.model && old.setup.task === setup.task;
  editStore.setState({
    phase: 'running',
    setup,
    status: 'Waiting for the device',
    fraction: 0,
    rows: setup.rows.map(() => NOTHING),
    failure: null,
    reproduction: null,
    ...(!same && { before: null, measured: null, about: null }),
  });
  editRecord.setState({ fingerprint: null });
  history.forget();
  const out = await task.run(() => ({ setup, fingerprint }), { onProgress });
  if (out && text === textNow())
    history.soon(() => ({
      hash: address.link(null).split('#')[1] ?? '',
      title: editTitle(setup),
      detail: setup.rows.map((r) => r.method).join(', '),
    }));
}
export const stopTask = (): void => task.cancel();
stoppers.add(stopTask);

/** An edit stands this long before it is run. */
const STANDS_MS = 400;
let timer: ReturnType<typeof setTimeout> | undefined;
function changed(): void {
  const { refusals } = readingNow();
  if (refusals.length > 0)
    notify({
      kind: 'refused',
      tone: 'warning',
      title: 'Parts of this link could not be used',
      lines: refusals.map(refusalLine),
    });
  clearTimeout(timer);
  timer = setTimeout(() => void runTask(), STANDS_MS);
}

/** While the view is looked at: it has the device to itself. Returns what ends that. */
export function beginEdit(): () => void {
  cancelRun();
  cancelSweep();
  if (textNow() === '') {
    const { model } = experimentStore.getState().experiment;
    const known = taskModels.includes(model) ? model : 'digits';
    editText.store.setState({ experiment: { text: formatSetup(defaultSetup('edit', known)) } });
  }
  const shown = editStore.getState();
  if (shown.phase !== 'done' || shown.setup !== setupNow()) changed();
  const ends = [
    editText.store.subscribe((now, before) => now.experiment.text !== before.experiment.text && changed()),
    deviceStore.subscribe((now, before) => {
      if (now.report?.name !== before.report?.name) changed();
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const end of ends) end();
    if (!inLab('diffusion')) return;
    stopTask();
    const { phase, experiment } = runStore.getState();
    if (phase !== 'done' || experiment !== experimentStore.getState().experiment) runAgain();
  };
}
