// Ranks every sampler at one budget of evaluations, over several seeds: a sweep of its own, beside the charts'.
import { createStore } from 'zustand/vanilla';
import type { Contender, Experiment } from '../config/experiment.ts';
import { MAX_CONTENDERS } from '../config/fields.ts';
import type { SamplerId } from '../config/menus.ts';
import { entrants, type RankGroup } from '../config/rankings.ts';
import type { LikelihoodSettings } from '../../../samplers/likelihood/cost.ts';
import { createTask } from '../../../frame/state/task.ts';
import type { Requests } from '../worker/protocol.ts';
import { connection } from './connection.ts';
import { experimentStore, undoable } from './experimentStore.ts';
import { notices, type DiffusionAction } from './notices.ts';
import { stoppers } from './stoppers.ts';
import { sharedKey } from './sweepStore.ts';
import type { SweepPoint, SweepProgress } from './types.ts';

export interface RankSettings {
  readonly budget: number;
  readonly seeds: number;
  readonly group: RankGroup;
  /** The contender whose schedule all take. */
  readonly like: number;
  /** Whether the samples' flows are followed, too, and how finely. */
  readonly follow?: LikelihoodSettings;
}
/** One that was left out, and why. */
export interface LeftOut {
  readonly sampler: SamplerId;
  readonly because: string;
}
export interface RankState {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly fraction: number;
  readonly remainingMs: number | null;
  /** What was ranked, once something was. */
  readonly settings: RankSettings | null;
  readonly experiment: Experiment | null;
  readonly contenders: readonly Contender[];
  readonly points: readonly SweepPoint[];
  readonly leftOut: readonly LeftOut[];
}
const nothing: RankState = {
  phase: 'idle',
  fraction: 0,
  remainingMs: null,
  settings: null,
  experiment: null,
  contenders: [],
  points: [],
  leftOut: [],
};
export const rankStore = createStore<RankState>(() => nothing);

const task = createTask<Requests, 'sweep', DiffusionAction>({
  connection,
  kind: 'sweep',
  notices,
  takesTurns: true,
  onNews: ({ phase }) => rankStore.setState({ phase, remainingMs: null }),
});

function onProgress(progress: SweepProgress): void {
  switch (progress.kind) {
    case 'status':
      return rankStore.setState({ fraction: progress.fraction, remainingMs: progress.remainingMs });
    case 'point':
      return rankStore.setState(({ points }) => ({ points: [...points, progress.point] }));
    case 'dropped': {
      const { contenders, points, leftOut } = rankStore.getState();
      const { sampler } = contenders[progress.contender]!;
      return rankStore.setState({
        points: points.filter((p) => p.contender !== progress.contender),
        leftOut: [...leftOut, { sampler, because: progress.because }],
      });
    }
    case 'floor':
      return;
    default:
      progress satisfies never;
  }
}

/** Runs all entrants; resolves when they are done or were stopped. */
export async function rank(settings: RankSettings): Promise<void> {
  const { experiment } = experimentStore.getState();
  const like = experiment.contenders[settings.like] ?? experiment.contenders[0]!;
  const { contenders, leftOut } = entrants(experiment, like, settings.group, settings.budget);
  rankStore.setState({ ...nothing, settings, experiment, contenders, leftOut });
  if (contenders.length === 0) return rankStore.setState({ phase: 'done' });
  const asked = { ...experiment, contenders, budgets: [settings.budget], seeds: settings.seeds };
  await task.run(() => ({ experiment: asked, ...(settings.follow && { follow: settings.follow }) }), { onProgress });
}
export const cancelRank = (): void => task.cancel();
stoppers.add(cancelRank);

/** Whether the ranking at hand is of another experiment than the present one, its contenders apart. */
export const rankIsStale = (ranked: Experiment | null, now: Experiment): boolean =>
  ranked !== null && sharedKey({ ...ranked, budgets: [], seeds: 1 }) !== sharedKey({ ...now, budgets: [], seeds: 1 });

/** Replaces the comparison by these contenders. */
export function compare(contenders: readonly Contender[]): void {
  const { experiment } = experimentStore.getState();
  const kept = contenders.slice(0, MAX_CONTENDERS);
  undoable.change(
    '',
    { ...experiment, contenders: kept },
    kept.map((_, i) => i),
  );
}
