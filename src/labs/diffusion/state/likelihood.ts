// The log-likelihood of the contenders' samples, when the reader asks: its values join the results of the run.
import { createStore } from 'zustand/vanilla';
import { flowNfe, type LikelihoodSettings } from '../../../samplers/likelihood/cost.ts';
import { createTask } from '../../../frame/state/task.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import type { Experiment } from '../config/experiment.ts';
import { modelCard } from '../config/menus.ts';
import type { LikelihoodEvent, LikelihoodRow, Requests } from '../worker/protocol.ts';
import { connection } from './connection.ts';
import { notices, type DiffusionAction } from './notices.ts';
import { runStore } from './runStore.ts';
import { stoppers } from './stoppers.ts';

export interface LikelihoodState {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly text: string;
  readonly fraction: number;
  readonly remainingMs: number | null;
  readonly settings: LikelihoodSettings | null;
  /** What was asked about, and the run and the slots of it. */
  readonly experiment: Experiment | null;
  readonly run: number;
  readonly slots: readonly Slot[];
  readonly rows: readonly LikelihoodRow[];
  readonly leftOut: readonly { readonly contender: number; readonly because: string; readonly hint: string }[];
}
const nothing: LikelihoodState = {
  phase: 'idle',
  text: '',
  fraction: 0,
  remainingMs: null,
  settings: null,
  experiment: null,
  run: -1,
  slots: [],
  rows: [],
  leftOut: [],
};
export const likelihoodStore = createStore<LikelihoodState>(() => nothing);

const task = createTask<Requests, 'likelihood', DiffusionAction>({
  connection,
  kind: 'likelihood',
  notices,
  takesTurns: true,
  onNews: ({ phase }) => likelihoodStore.setState({ phase, remainingMs: null }),
});

/** A contender's values beside the other numbers of the run that it belongs to. */
function join({ contender, quality, spread }: LikelihoodRow): void {
  const { run, slots } = likelihoodStore.getState();
  const slot = slots[contender];
  const result = slot === undefined ? undefined : runStore.getState().results[slot];
  if (!result || result.run !== run) return;
  runStore.setState(({ results }) => ({
    results: {
      ...results,
      [slot!]: {
        ...result,
        quality: { ...result.quality, ...quality },
        spread: { ...result.spread, ...spread },
      },
    },
  }));
}

export function hearLikelihood(progress: LikelihoodEvent): void {
  switch (progress.kind) {
    case 'status':
      return likelihoodStore.setState({
        text: progress.text,
        fraction: progress.fraction,
        remainingMs: progress.remainingMs,
      });
    case 'row':
      likelihoodStore.setState(({ rows }) => ({ rows: [...rows, progress.row] }));
      return join(progress.row);
    case 'dropped':
      return likelihoodStore.setState(({ leftOut }) => ({ leftOut: [...leftOut, progress] }));
    default:
      progress satisfies never;
  }
}

/** Evaluations that each contender will cost, beside its own run. */
export const likelihoodCost = (e: Experiment, settings: LikelihoodSettings): number =>
  flowNfe(modelCard(e.model).shape.dim, settings);

/** Follows the flows of the contenders of the run at hand. */
export async function followFlows(settings: LikelihoodSettings): Promise<void> {
  const { experiment, slots, run } = runStore.getState();
  if (!experiment) return;
  likelihoodStore.setState({ ...nothing, settings, experiment, slots, run });
  await task.run(() => ({ experiment, ...settings }), { onProgress: hearLikelihood });
}
export const cancelLikelihood = (): void => task.cancel();
stoppers.add(cancelLikelihood);
