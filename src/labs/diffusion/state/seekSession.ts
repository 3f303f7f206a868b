// The life of noise searches: what follows an edit, how they go, and what came of them. Nothing is lost when they are ended.
import { createStore } from 'zustand/vanilla';
import type { About } from '../../../engine/diffusion/about.ts';
import { createTask, type Phase } from '../../../frame/state/task.ts';
import { inLab } from '../../../frame/state/labStore.ts';
import { refusalLine } from '../../../frame/state/notices.ts';
import { createRememberLater } from '../../../frame/state/rememberLater.ts';
import { onProcessor } from '../config/fitPlan.ts';
import { modelCard } from '../config/menus.ts';
import { defaultSeek, seekFrom, seekModels, totalEvaluations, type SeekSetup } from '../config/seekSetup.ts';
import { formatSeek, parseSeek, type ReadSeek } from '../config/seekText.ts';
import type { Requests, SeekEvent } from '../worker/protocol.ts';
import { address } from './address.ts';
import { connection, deviceStore } from './connection.ts';
import { experimentStore } from './experimentStore.ts';
import { notify, type DiffusionAction } from './notices.ts';
import { seekText } from './seekText.ts';
import { stoppers } from './stoppers.ts';
import { viewStore } from './viewStore.ts';

export type Cell = Omit<Extract<SeekEvent, { kind: 'cell' }>, 'kind'>;
export type Before = Omit<Extract<SeekEvent, { kind: 'before' }>, 'kind' | 'about'>;
export interface Skipped {
  readonly line: number;
  readonly budget: number;
  readonly because: string;
}
export interface SeekState {
  readonly phase: Phase;
  /** Whether the reader ended it, and the best so far is on its way. */
  readonly ending: boolean;
  /** What the results are of. */
  readonly setup: SeekSetup | null;
  readonly status: string;
  readonly fraction: number;
  readonly remainingMs: number | null;
  readonly before: Before | null;
  readonly about: About | null;
  readonly cells: readonly Cell[];
  readonly skipped: readonly Skipped[];
  /** Why a line came to nothing, and what to do. */
  readonly dropped: Readonly<Record<number, string>>;
  readonly failure: string | null;
  /** Which share of it was done when it was ended before its end; null where it was not. */
  readonly stoppedAt: number | null;
}
const NOTHING: SeekState = {
  phase: 'idle',
  ending: false,
  setup: null,
  status: '',
  fraction: 0,
  remainingMs: null,
  before: null,
  about: null,
  cells: [],
  skipped: [],
  dropped: {},
  failure: null,
  stoppedAt: null,
};
export const seekStore = createStore<SeekState>(() => NOTHING);

const textNow = (): string => seekText.store.getState().experiment.text;
let read: { text: string; reading: ReadSeek } | null = null;
/** The search under edit. */
export function readingNow(text = textNow()): ReadSeek {
  if (read?.text !== text) read = { text, reading: parseSeek(text) };
  return read.reading;
}
export const setupNow = (): SeekSetup => readingNow().setup;
/** Another setup; edits of the same `what` in quick succession are undone together. */
export const setSeek = (setup: SeekSetup, what = ''): void => seekText.change(what, { text: formatSeek(setup) });
export const patchSeek = (patch: Partial<SeekSetup>): void =>
  setSeek({ ...setupNow(), ...patch }, `seek ${Object.keys(patch).join()}`);

const history = createRememberLater();
const task = createTask<Requests, 'seek', DiffusionAction>({
  connection,
  kind: 'seek',
  takesTurns: true,
  onNews({ phase, out, failure }) {
    if (phase === 'running') return;
    const short = phase === 'cancelled' || out?.stopped === true;
    seekStore.setState(({ fraction }) => ({
      phase,
      ending: false,
      stoppedAt: short ? fraction : null,
      failure: failure && `${failure.message} ${failure.hint ?? ''}`,
    }));
  },
});

function onProgress(event: SeekEvent): void {
  switch (event.kind) {
    case 'status': {
      const { text, fraction, remainingMs } = event;
      return seekStore.setState({ status: text, fraction, remainingMs });
    }
    case 'before': {
      const { before, score, second, evaluations, depth, work, about } = event;
      const plain = { before, score, second, evaluations, depth, work };
      // A run that begins anew on another device tells all of it again.
      return seekStore.setState({ before: plain, about, cells: [], skipped: [], dropped: {} });
    }
    case 'cell':
      return seekStore.setState(({ cells }) => ({ cells: [...cells, event] }));
    case 'skipped':
      return seekStore.setState(({ skipped }) => ({ skipped: [...skipped, event] }));
    case 'dropped':
      return seekStore.setState(({ dropped }) => ({
        dropped: { ...dropped, [event.contender]: `${event.because} ${event.hint}` },
      }));
    default:
      event satisfies never;
  }
}

const LONGEST_END_MS = 15_000;
/** Numbers searches, so that one is ended that has not begun yet. */
let ticket = 0;

export async function startSeek(): Promise<void> {
  clearTimeout(timer);
  const setup = setupNow();
  const text = textNow();
  seekStore.setState({ ...NOTHING, phase: 'running', setup, status: 'Waiting for the device' });
  history.forget();
  const mine = ++ticket;
  const out = await task.run(() => ({ setup, ticket: mine }), { onProgress });
  if (out && text === textNow())
    history.soon(() => ({
      hash: address.link(null).split('#')[1] ?? '',
      title: `Noise search on ${modelCard(setup.model).title}`,
      detail: setup.rows.map((r) => r.search).join(', '),
    }));
}
/** Has what was found so far. */
export function endSeek(): void {
  if (!task.running()) return;
  seekStore.setState({ ending: true });
  const mine = ticket;
  // A worker that does not get to hear of it is not waited for: what was told stays.
  setTimeout(() => mine === ticket && seekStore.getState().ending && task.cancel(), LONGEST_END_MS);
  void connection
    .client()
    ?.ask('endSeek', { ticket }, () => {})
    .done.catch(() => {});
}
export const cancelSeek = (): void => task.cancel();
stoppers.add(cancelSeek);

/** A search of so many evaluations of a closed form is over in seconds, and begins by itself. */
const CHEAP = 5e6;
export const isCheap = (s: SeekSetup): boolean => onProcessor(s) && totalEvaluations(s) <= CHEAP;

/** An edit stands this long before it is run. */
const STANDS_MS = 400;
let timer: ReturnType<typeof setTimeout> | undefined;
function changed(): void {
  const { refusals, setup } = readingNow();
  if (refusals.length > 0)
    notify({
      kind: 'refused',
      tone: 'warning',
      title: 'Parts of this link could not be used',
      lines: refusals.map(refusalLine),
    });
  clearTimeout(timer);
  if (isCheap(setup)) timer = setTimeout(() => void startSeek(), STANDS_MS);
}

/** While the searches are looked at; the view has the device to itself. Returns what ends that. */
export function beginSeek(): () => void {
  if (textNow() === '') {
    const { experiment, slots } = experimentStore.getState();
    const { model, contenders } = experiment;
    // The one that was looked at last, else the first.
    const from = contenders[Math.max(0, slots.indexOf(viewStore.getState().inspected ?? -1))]!;
    const setup = seekModels.includes(model) ? seekFrom(model, from) : defaultSeek();
    seekText.store.setState({ experiment: { text: formatSeek(setup) } });
  }
  address.write();
  const shown = seekStore.getState();
  if (shown.phase !== 'done' || shown.setup !== setupNow()) changed();
  const ends = [
    seekText.store.subscribe((now, before) => now.experiment.text !== before.experiment.text && changed()),
    deviceStore.subscribe((now, before) => {
      if (now.report?.name === before.report?.name) return;
      // It was asked for before there was a device.
      if (seekStore.getState().phase === 'running' && !task.running()) void startSeek();
      else changed();
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const end of ends) end();
    if (inLab('diffusion')) cancelSeek();
  };
}
