// The life of a view of rows: what follows an edit of its text, and what a run of it came to.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Reproduction } from '../../../engine/diffusion/fingerprint.ts';
import { inLab } from '../../../frame/state/labStore.ts';
import { refusalLine } from '../../../frame/state/notices.ts';
import { createRememberLater } from '../../../frame/state/rememberLater.ts';
import { createTask, type Phase } from '../../../frame/state/task.ts';
import {
  defaultRowed,
  formatRow,
  formatRowed,
  parseRowed,
  titleOf,
  type ReadRowed,
  type Rowed,
  type RowedKind,
} from '../config/rowed.ts';
import type { RowedView } from '../config/rowedViews.ts';
import type { Requests, RowedEvent, RowedRecord } from '../worker/protocol.ts';
import { address } from './address.ts';
import { runAgain } from './again.ts';
import { connection, deviceStore } from './connection.ts';
import { experimentStore } from './experimentStore.ts';
import { notify, type DiffusionAction } from './notices.ts';
import { rowedRecords, rowedTextOf, rowedTexts } from './rowedText.ts';
import { cancelRun } from './runner.ts';
import { runStore } from './runStore.ts';
import { stoppers } from './stoppers.ts';
import { cancelSweep } from './sweep.ts';

export interface RowState {
  /** What it came to on the way, in order. */
  readonly records: readonly RowedRecord[];
  /** Why it came to nothing more, and what to do. */
  readonly failed: { readonly because: string; readonly hint: string } | null;
}
export interface RowedState<Begun> {
  readonly phase: Phase;
  /** What the results are of. */
  readonly setup: Rowed | null;
  readonly status: string;
  readonly fraction: number | null;
  readonly begun: Begun | null;
  readonly rows: readonly RowState[];
  /** Why all of it came to nothing. */
  readonly failure: { readonly message: string; readonly hint: string } | null;
  readonly reproduction: Reproduction | null;
  /** The place on the way that is shown; null follows the newest. */
  readonly at: number | null;
}

export interface RowedSession<Begun> {
  readonly view: RowedView;
  readonly kind: RowedKind;
  readonly store: StoreApi<RowedState<Begun>>;
  reading(text?: string): ReadRowed;
  /** Another value; edits of the same `what` in quick succession are undone together. */
  set(setup: Rowed, what?: string): void;
  run(): Promise<void>;
  stop(): void;
  /** While the view is looked at: it has the device to itself. Returns what ends that. */
  begin(): () => void;
}

/** An edit stands this long before it is run. */
const STANDS_MS = 400;
const NOTHING: RowState = { records: [], failed: null };

/** A view's session; its view is also the name of its request. */
export function createRowedSession<Begun extends object>(view: RowedView, kind: RowedKind): RowedSession<Begun> {
  const store = createStore<RowedState<Begun>>(() => ({
    phase: 'idle',
    setup: null,
    status: '',
    fraction: null,
    begun: null,
    rows: [],
    failure: null,
    reproduction: null,
    at: null,
  }));
  const texts = rowedTexts[view];
  const record = rowedRecords[view];
  const textNow = () => rowedTextOf(view);
  let read: { text: string; reading: ReadRowed } | null = null;
  const reading = (text = textNow()): ReadRowed => {
    if (read?.text !== text) read = { text, reading: parseRowed(kind, text) };
    return read.reading;
  };
  const set = (setup: Rowed, what = '') => texts.change(what && `${view} ${what}`, { text: formatRowed(kind, setup) });

  const history = createRememberLater();
  const task = createTask<Requests, RowedView, DiffusionAction>({
    connection,
    kind: view,
    takesTurns: true,
    onNews({ phase, out, failure }) {
      if (phase === 'running') return;
      store.setState({
        phase,
        fraction: null,
        failure: failure && { message: failure.message, hint: failure.hint ?? '' },
        reproduction: out?.reproduction ?? null,
      });
      record.setState({ fingerprint: out?.fingerprint ?? null });
    },
  });
  const put = (row: number, change: (r: RowState) => RowState) =>
    store.setState(({ rows }) => ({ rows: rows.map((r, i) => (i === row ? change(r) : r)) }));
  function onProgress(event: RowedEvent<Begun>): void {
    switch (event.kind) {
      case 'status':
        return store.setState({ status: event.text, fraction: event.fraction });
      case 'begun':
        return store.setState({ begun: event });
      case 'record':
        return put(event.row, (r) => ({ ...r, records: [...r.records, event] }));
      case 'dropped':
        return put(event.contender, (r) => ({ ...r, failed: { because: event.because, hint: event.hint } }));
      default:
        event satisfies never;
    }
  }

  async function run(): Promise<void> {
    const { setup, fingerprint } = reading();
    const text = textNow();
    const same = store.getState().setup?.model === setup.model;
    store.setState({
      phase: 'running',
      setup,
      status: 'Waiting for the device',
      fraction: 0,
      rows: setup.rows.map(() => NOTHING),
      failure: null,
      reproduction: null,
      at: null,
      ...(!same && { begun: null }),
    });
    record.setState({ fingerprint: null });
    history.forget();
    const out = await task.run(() => ({ setup, fingerprint }), { onProgress: onProgress as never });
    if (out && text === textNow())
      history.soon(() => ({
        hash: address.link(null).split('#')[1] ?? '',
        title: `${kind.title} on ${kind.models.find(({ id }) => id === setup.model)!.title}`,
        detail: setup.rows.map((_, i) => titleOf(kind, setup, i)).join('; '),
      }));
  }
  const stop = () => task.cancel();
  stoppers.add(stop);

  let timer: ReturnType<typeof setTimeout> | undefined;
  function changed(): void {
    const { refusals } = reading();
    if (refusals.length > 0)
      notify({
        kind: 'refused',
        tone: 'warning',
        title: 'Parts of this link could not be used',
        lines: refusals.map(refusalLine),
      });
    clearTimeout(timer);
    timer = setTimeout(() => void run(), STANDS_MS);
  }
  function begin(): () => void {
    cancelRun();
    cancelSweep();
    if (textNow() === '') {
      const { model } = experimentStore.getState().experiment;
      const known = kind.models.some(({ id }) => id === model) ? model : undefined;
      texts.store.setState({ experiment: { text: formatRowed(kind, defaultRowed(kind, known)) } });
    }
    const shown = store.getState();
    if (shown.phase !== 'done' || shown.setup !== reading().setup) changed();
    const ends = [
      texts.store.subscribe((now, before) => now.experiment.text !== before.experiment.text && changed()),
      deviceStore.subscribe((now, before) => {
        if (now.report?.name !== before.report?.name) changed();
      }),
    ];
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
      if (!inLab('diffusion')) return;
      stop();
      const { phase, experiment } = runStore.getState();
      if (phase !== 'done' || experiment !== experimentStore.getState().experiment) runAgain();
    };
  }
  return { view, kind, store, reading, set, run, stop, begin };
}

/** The record of a row that is shown at a place on the way: the last one that is not past it. */
export const recordAt = ({ records }: RowState, at: number | null): RowedRecord | null =>
  records.findLast((r) => at === null || r.at <= at) ?? records[0] ?? null;
export const rowText = (kind: RowedKind, { model, rows }: Rowed, i: number): string =>
  formatRow(kind, model, rows[i]!).slice('m:'.length);
