// Edits of a contender's wrappers, and fitting one to the model at hand. Loaded with the list that shows them.
import { createStore } from 'zustand/vanilla';
import { defaults, type ParamValue } from '../../../core/field.ts';
import { createTask } from '../../../frame/state/task.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import type { DenoiserWrapper, OwnWrapper } from '../../../samplers/contenders/wrapping.ts';
import { wrappers, type WrapperId } from '../../../wrappers/index.ts';
import type { Contender } from '../config/experiment.ts';
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
function withWraps(c: Contender, wraps: readonly OwnWrapper[]): Contender {
  const rest = { ...c, wraps };
  if (wraps.length === 0) delete (rest as { wraps?: unknown }).wraps;
  return rest;
}
const edit = (index: number, what: string, work: (wraps: readonly OwnWrapper[]) => readonly OwnWrapper[]): void =>
  editContender(index, `wrapper ${what}`, (c) => withWraps(c, work(c.wraps ?? [])));

export const MOST_WRAPS = 4;
export const addWrap = (index: number, id: WrapperId): void =>
  edit(index, `add ${id}`, (wraps) =>
    wraps.length >= MOST_WRAPS
      ? wraps
      : [...wraps, { id, params: defaults<Record<string, ParamValue>>(wrappers[id].params as never) }],
  );
export const removeWrap = (index: number, at: number): void =>
  edit(index, `remove ${at}`, (wraps) => wraps.toSpliced(at, 1));
export const raiseWrap = (index: number, at: number): void =>
  edit(index, `move ${at}`, (wraps) =>
    at < 1 || at >= wraps.length ? wraps : wraps.with(at, wraps[at - 1]!).with(at - 1, wraps[at]!),
  );
/** Another value; a fit that depends on it is gone with the old one. */
export const setWrapParam = (index: number, at: number, key: string, value: ParamValue): void =>
  edit(index, `${at} ${key}`, (wraps) => {
    const { fitted, ...own } = wraps[at]!;
    const stays = fitted && !methodOf(own.id).fit!.by.includes(key);
    return wraps.with(at, { ...own, params: { ...own.params, [key]: value }, ...(stays && { fitted }) });
  });

export interface WrapFitState {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly slot: Slot | null;
  readonly wrap: number;
  readonly fraction: number;
}
export const wrapFitStore = createStore<WrapFitState>(() => ({ phase: 'idle', slot: null, wrap: 0, fraction: 0 }));

const task = createTask<Requests, 'wrapFit', DiffusionAction>({
  connection,
  kind: 'wrapFit',
  notices,
  takesTurns: true,
  onNews: ({ phase }) => wrapFitStore.setState({ phase }),
});

/** Resolves when the wrapper has its numbers, or when there are none to give. */
export async function fitWrap(slot: Slot, wrap: number): Promise<void> {
  const { experiment, slots } = experimentStore.getState();
  const contender = slots.indexOf(slot);
  const asked = experiment.contenders[contender]!.wraps![wrap]!;
  wrapFitStore.setState({ slot, wrap, fraction: 0 });
  const fitted = await task.run(() => ({ experiment, contender, wrap }), {
    onProgress: ({ fraction }) => wrapFitStore.setState({ fraction }),
  });
  // It may have changed or gone meanwhile.
  const index = experimentStore.getState().slots.indexOf(slot);
  const now = experimentStore.getState().experiment.contenders[index]?.wraps ?? [];
  const at = now.indexOf(asked);
  if (!fitted || at < 0) return;
  edit(index, `${at} fit`, (wraps) => wraps.with(at, { ...asked, fitted }));
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
