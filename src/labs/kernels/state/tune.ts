// The measured search for the fastest versions, and the choices that come of it.
import { createStore } from 'zustand/vanilla';
import type { KernelFamily } from '../../../frame/config/kernelChoices.ts';
import { connect, connection, hasGpu } from './connection.ts';
import { present } from './experimentStore.ts';
import { catalogue } from './labStore.ts';
import { asFailure } from '../../../frame/state/notices.ts';
import { notifyFailure } from './notices.ts';
import { kernelTask } from './task.ts';
import type { Phase, TuneStep } from './types.ts';

export interface TuneState {
  readonly phase: Phase;
  readonly steps: readonly TuneStep[];
  readonly current: TuneStep | null;
}
export const tuneStore = createStore<TuneState>(() => ({ phase: 'idle', steps: [], current: null }));
const task = kernelTask('tune', (phase) =>
  tuneStore.setState(phase === 'running' ? { phase } : { phase, current: null }),
);

/** Searches all families, or those named. */
export async function tune(families: readonly KernelFamily[] = []): Promise<void> {
  if (!hasGpu()) return;
  tuneStore.setState({ steps: [], current: null });
  const tuning = await task.run(() => ({ families }), {
    onProgress: (step) =>
      tuneStore.setState(({ steps }) => ({
        current: step,
        steps: [...steps.filter((s) => s.family !== step.family), step],
      })),
  });
  if (!tuning) return;
  catalogue.setState({ tuning });
  // What the labs run here has changed.
  await connect(present().kernels, false);
}
export const cancelTune = (): void => task.cancel();

/** Back to the table's choices. */
export async function resetTuning(): Promise<void> {
  tuneStore.setState({ phase: 'idle', steps: [], current: null });
  try {
    await connection.client()?.ask('resetTuning', {}).done;
    catalogue.setState({ tuning: null });
    await connect(present().kernels, false);
  } catch (thrown) {
    notifyFailure('tune', asFailure(thrown));
  }
}
