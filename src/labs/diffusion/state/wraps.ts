// Edits of a contender's wrappers, and fitting one to the model at hand. Loaded with the list that shows them.
import { createStore } from 'zustand/vanilla';
import { defaults, type ParamValue } from '../../../core/field.ts';
import { createTask } from '../../../frame/state/task.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import type { DenoiserWrapper, OwnWrapper } from '../../../samplers/contenders/wrapping.ts';
import { wrappers, type WrapperId } from '../../../wrappers/index.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { loadWrappers } from '../config/wrapping.ts';
import type { Requests } from '../worker/protocol.ts';
import { connection } from './connection.ts';
import { editContender, experimentStore } from './experimentStore.ts';
import { notices, notify, type DiffusionAction } from './notices.ts';
import { stoppers } from './stoppers.ts';

// From here on links that name wrappers are read as they come.
void loadWrappers();

const methodOf = (id: string): DenoiserWrapper => wrappers[id as WrapperId];

/** With other wrappers; without any it is a contender as all were before. */
export function withWraps(c: Contender, wraps: readonly OwnWrapper[]): Contender {
  const rest = { ...c, wraps };
  if (wraps.length === 0) delete (rest as { wraps?: unknown }).wraps;
  return rest;
}

/** Where a contender is kept whose wrappers are edited. */
export interface WrapPlace {
  /** Tells it from others. */
  readonly key: string;
  /** As they are now; none where it is gone. */
  wraps(): readonly OwnWrapper[];
  edit(what: string, work: (wraps: readonly OwnWrapper[]) => readonly OwnWrapper[]): void;
  /** What a fit of one of them is made on. */
  asked(): { readonly experiment: Experiment; readonly contender: number };
}
/** A contender of the comparison. */
export function contenderWraps(slot: Slot): WrapPlace {
  const at = () => experimentStore.getState().slots.indexOf(slot);
  return {
    key: String(slot),
    wraps: () => experimentStore.getState().experiment.contenders[at()]?.wraps ?? [],
    edit: (what, work) => editContender(at(), `wrapper ${what}`, (c) => withWraps(c, work(c.wraps ?? []))),
    asked: () => ({ experiment: experimentStore.getState().experiment, contender: at() }),
  };
}

export const MOST_WRAPS = 4;
export const addWrap = ({ edit }: WrapPlace, id: WrapperId): void =>
  edit(`add ${id}`, (wraps) =>
    wraps.length >= MOST_WRAPS
      ? wraps
      : [...wraps, { id, params: defaults<Record<string, ParamValue>>(wrappers[id].params as never) }],
  );
export const removeWrap = ({ edit }: WrapPlace, at: number): void =>
  edit(`remove ${at}`, (wraps) => wraps.toSpliced(at, 1));
export const raiseWrap = ({ edit }: WrapPlace, at: number): void =>
  edit(`move ${at}`, (wraps) =>
    at < 1 || at >= wraps.length ? wraps : wraps.with(at, wraps[at - 1]!).with(at - 1, wraps[at]!),
  );
/** Another value; a fit that depends on it is gone with the old one. */
export const setWrapParam = ({ edit }: WrapPlace, at: number, key: string, value: ParamValue): void =>
  edit(`${at} ${key}`, (wraps) => {
    const { fitted, ...own } = wraps[at]!;
    const stays = fitted && !methodOf(own.id).fit!.by.includes(key);
    return wraps.with(at, { ...own, params: { ...own.params, [key]: value }, ...(stays && { fitted }) });
  });

export interface WrapFitState {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  /** Whose it is. */
  readonly of: string | null;
  readonly wrap: number;
  readonly fraction: number;
}
export const wrapFitStore = createStore<WrapFitState>(() => ({ phase: 'idle', of: null, wrap: 0, fraction: 0 }));

const task = createTask<Requests, 'wrapFit', DiffusionAction>({
  connection,
  kind: 'wrapFit',
  notices,
  takesTurns: true,
  onNews: ({ phase }) => wrapFitStore.setState({ phase }),
});

/** Resolves when the wrapper has its numbers, or when there are none to give. */
export async function fitWrap(place: WrapPlace, wrap: number): Promise<void> {
  const asked = place.wraps()[wrap]!;
  wrapFitStore.setState({ of: place.key, wrap, fraction: 0 });
  const fitted = await task.run(() => ({ ...place.asked(), wrap }), {
    onProgress: ({ fraction }) => wrapFitStore.setState({ fraction }),
  });
  // It may have changed or gone meanwhile.
  const at = place.wraps().indexOf(asked);
  if (!fitted || at < 0) return;
  place.edit(`${at} fit`, (wraps) => wraps.with(at, { ...asked, fitted }));
  notify({
    kind: 'wrapFit',
    title: `${methodOf(asked.id).title} is fitted to this model`,
    lines: [
      `One untouched run of ${fitted.evaluations} evaluations on ${fitted.samples} samples of noise that no comparison sees. The numbers are the contender’s own now, and the link carries them.`,
    ],
  });
}
export const cancelWrapFit = (): void => task.cancel();
stoppers.add(cancelWrapFit);
