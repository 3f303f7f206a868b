// Quality against cost over temperatures or numbers of samples; and the sampler conformance suite. Both at the reader's
// word.
import { createStore } from 'zustand/vanilla';
import type { Slot } from '../../../frame/state/slots.ts';
import { createTask, type Phase } from '../../../frame/state/task.ts';
import { connection } from './connection.ts';
import { languageStore } from './experimentStore.ts';
import { onLoadProgress, ready } from './model.ts';
import { notices, type LanguageAction } from './notices.ts';
import { cancelRun } from './runner.ts';
import { languageRun } from './runStore.ts';
import type { ConformanceResult, LanguageRequests, SweepPoint } from './types.ts';

export interface SweptPoint extends Omit<SweepPoint, 'contender'> {
  readonly slot: Slot;
}
export interface LanguageSweep {
  readonly phase: Phase;
  readonly points: readonly SweptPoint[];
  /** Share of the work that is done. */ readonly fraction: number;
  /** The points are of an experiment that has changed since. */ readonly stale: boolean;
}
export const languageSweep = createStore<LanguageSweep>(() => ({
  phase: 'idle',
  points: [],
  fraction: 0,
  stale: false,
}));

const sweepTask = createTask<LanguageRequests, 'sweep', LanguageAction>({
  connection,
  kind: 'sweep',
  notices,
  onNews: ({ phase }) =>
    languageSweep.setState({ phase, ...(phase === 'running' && { points: [], fraction: 0, stale: false }) }),
});
export async function sweep(): Promise<void> {
  if (!connection.client()) return;
  cancelSweep();
  if (languageRun.getState().phase === 'running') cancelRun();
  if (!(await ready())) return;
  const { experiment, slots } = languageStore.getState();
  await sweepTask.run(() => ({ experiment }), {
    onProgress(progress) {
      if (progress.kind === 'load') return onLoadProgress(progress);
      const { fraction } = progress;
      const { contender, ...point } = progress.point;
      const slot = slots[contender];
      if (slot !== undefined)
        languageSweep.setState(({ points }) => ({ fraction, points: [...points, { ...point, slot }] }));
    },
  });
}
export const cancelSweep = (): void => sweepTask.cancel();

export interface Conformance {
  readonly phase: Phase;
  readonly results: readonly ConformanceResult[];
  /** How many there will be. */
  readonly of: number;
}
export const conformanceStore = createStore<Conformance>(() => ({ phase: 'idle', results: [], of: 0 }));
const checkTask = createTask<LanguageRequests, 'conformance', LanguageAction>({
  connection,
  kind: 'conformance',
  notices,
  onNews: ({ phase }) => conformanceStore.setState({ phase, ...(phase === 'running' && { results: [] }) }),
});
export async function checkSamplers(): Promise<void> {
  await checkTask.run(() => ({}), {
    onProgress: ({ result, of }) => conformanceStore.setState(({ results }) => ({ of, results: [...results, result] })),
  });
}
export const cancelCheck = (): void => checkTask.cancel();
