// Finds noise levels for the model at hand and gives them to a contender.
import { createStore } from 'zustand/vanilla';
import type { ParamValue } from '../../../core/field.ts';
import { createTask } from '../../../frame/state/task.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import { optimisers, type OptimiserId } from '../../../optimisers/index.ts';
import type { Requests } from '../worker/protocol.ts';
import { connection } from './connection.ts';
import { experimentStore, setSigmas } from './experimentStore.ts';
import { notices, notify, type DiffusionAction } from './notices.ts';
import { stoppers } from './stoppers.ts';

export interface FitState {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  /** Whose levels are looked for. */
  readonly slot: Slot | null;
  readonly fraction: number;
}
export const fitStore = createStore<FitState>(() => ({ phase: 'idle', slot: null, fraction: 0 }));

const task = createTask<Requests, 'fit', DiffusionAction>({
  connection,
  kind: 'fit',
  notices,
  takesTurns: true,
  onNews: ({ phase }) => fitStore.setState({ phase }),
});

/** Resolves when the contender has its levels, or when there are none to give. */
export async function fitLevels(
  slot: Slot,
  optimiser: OptimiserId,
  params: Readonly<Record<string, ParamValue>>,
): Promise<void> {
  const { experiment, slots } = experimentStore.getState();
  const { steps } = experiment.contenders[slots.indexOf(slot)]!;
  fitStore.setState({ slot, fraction: 0 });
  const found = await task.run(() => ({ experiment, optimiser, params, steps }), {
    onProgress: ({ fraction }) => fitStore.setState({ fraction }),
  });
  // The contender may have moved or gone while its levels were looked for.
  const index = experimentStore.getState().slots.indexOf(slot);
  if (!found || index < 0) return;
  setSigmas(index, found.sigmas);
  notify({
    kind: 'fit',
    title: `${optimisers[optimiser].title} found ${steps === 1 ? 'the level' : `the ${steps} levels`} for this model`,
    lines: [
      `It spent ${found.evaluations} evaluations on starts that no comparison sees. The levels are the contender’s own now, and the link carries them.`,
    ],
  });
}
export const cancelFit = (): void => task.cancel();
stoppers.add(cancelFit);
