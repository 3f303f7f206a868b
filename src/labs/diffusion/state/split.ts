// The error of a learned model's run in its two parts, measured after the run where the chart of it is in sight.
import { createStore } from 'zustand/vanilla';
import { createTask } from '../../../frame/state/task.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import type { Requests, SplitRow } from '../worker/protocol.ts';
import { connection } from './connection.ts';
import { notices, type DiffusionAction } from './notices.ts';
import { runStore } from './runStore.ts';
import { stoppers } from './stoppers.ts';

export interface SplitState {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  /** The run that was split, and the slots of its contenders. */
  readonly run: number;
  readonly slots: readonly Slot[];
  readonly rows: readonly SplitRow[];
  /** Contenders that follow no flow. */
  readonly none: readonly number[];
}
const nothing: SplitState = { phase: 'idle', run: -1, slots: [], rows: [], none: [] };
export const splitStore = createStore<SplitState>(() => nothing);

const task = createTask<Requests, 'split', DiffusionAction>({
  connection,
  kind: 'split',
  notices,
  takesTurns: true,
  onNews: ({ phase }) => splitStore.setState({ phase }),
});

/** Splits the errors of the run at hand, unless that is done or begun. */
export async function splitRun(): Promise<void> {
  const { experiment, slots, run, phase } = runStore.getState();
  const { run: split, phase: now } = splitStore.getState();
  if (!experiment?.learned || phase !== 'done' || (split === run && now !== 'cancelled')) return;
  splitStore.setState({ ...nothing, run, slots });
  await task.run(() => ({ experiment }), {
    onProgress(event) {
      if (event.kind === 'row') splitStore.setState(({ rows }) => ({ rows: [...rows, event.row] }));
      if (event.kind === 'none') splitStore.setState(({ none }) => ({ none: [...none, event.contender] }));
    },
  });
}
stoppers.add(() => task.cancel());
