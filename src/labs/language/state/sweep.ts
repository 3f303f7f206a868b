// Quality against cost over temperatures or numbers of samples; and the sampler conformance suite. Both at the reader's
// word.
import { createStore } from 'zustand/vanilla';
import type { Call } from '../../../engine/worker/client.ts';
import { connection } from './connection.ts';
import { languageStore } from './experimentStore.ts';
import { onLoadProgress, ready } from './model.ts';
import { asFailure, dismiss, notifyFailure } from './notices.ts';
import { cancelRun } from './runner.ts';
import { languageRun } from './runStore.ts';
import type { ConformanceResult, LanguageRequests, Slot, SweepPoint } from './types.ts';

export interface SweptPoint extends Omit<SweepPoint, 'contender'> {
  readonly slot: Slot;
}
interface Task {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
}
export interface LanguageSweep extends Task {
  readonly points: readonly SweptPoint[];
  /** The points are of an experiment that has changed since. */ readonly stale: boolean;
}
export const languageSweep = createStore<LanguageSweep>(() => ({ phase: 'idle', points: [], stale: false }));

let sweepCall: Call<'sweep', LanguageRequests> | null = null;
export async function sweep(): Promise<void> {
  const client = connection();
  sweepCall?.cancel();
  if (languageRun.getState().phase === 'running') cancelRun();
  if (!client || !(await ready())) return;
  const { experiment, slots } = languageStore.getState();
  languageSweep.setState({ phase: 'running', points: [], stale: false });
  const mine = (sweepCall = client.ask('sweep', { experiment }, (p) => {
    if (mine !== sweepCall) return;
    if (p.kind === 'load') return onLoadProgress(p);
    const { contender, ...point } = p.point;
    const slot = slots[contender];
    if (slot !== undefined) languageSweep.setState(({ points }) => ({ points: [...points, { ...point, slot }] }));
  }));
  await settle(
    mine.done,
    () => mine === sweepCall,
    (phase) => languageSweep.setState({ phase }),
    'sweep',
  );
}
export const cancelSweep = (): void => sweepCall?.cancel();

export interface Conformance extends Task {
  readonly results: readonly ConformanceResult[];
}
export const conformanceStore = createStore<Conformance>(() => ({ phase: 'idle', results: [] }));
let checkCall: Call<'conformance', LanguageRequests> | null = null;
export async function checkSamplers(): Promise<void> {
  const client = connection();
  if (!client) return;
  checkCall?.cancel();
  conformanceStore.setState({ phase: 'running', results: [] });
  const mine = (checkCall = client.ask('conformance', {}, (result) => {
    if (mine === checkCall) conformanceStore.setState(({ results }) => ({ results: [...results, result] }));
  }));
  await settle(
    mine.done,
    () => mine === checkCall,
    (phase) => conformanceStore.setState({ phase }),
    'conformance',
  );
}
export const cancelCheck = (): void => checkCall?.cancel();

async function settle(
  done: Promise<unknown>,
  current: () => boolean,
  tell: (phase: Task['phase']) => void,
  kind: string,
): Promise<void> {
  try {
    await done;
    if (!current()) return;
    tell('done');
    dismiss(kind);
  } catch (thrown) {
    if (!current()) return;
    const failure = asFailure(thrown);
    tell(failure.name === 'Cancelled' ? 'cancelled' : 'failed');
    if (failure.name !== 'Cancelled') notifyFailure(kind, failure);
  }
}

/** GPU bytes by owner. */
export const memoryStore = createStore<
  | { readonly owners: Readonly<Record<string, number>>; readonly buffers: number }
  | { readonly owners: null; readonly buffers: 0 }
>(() => ({ owners: null, buffers: 0 }));
export async function readMemory(): Promise<void> {
  const told = await connection()
    ?.ask('memory', {})
    .done.catch(() => null);
  if (told) memoryStore.setState(told);
}
