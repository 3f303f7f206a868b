// Finds the best contender at a budget of evaluations; what it found stays until another search begins.
import { createStore } from 'zustand/vanilla';
import { csv } from '../../../core/csv.ts';
import type { Found, Progress, Standing } from '../../../experiments/search/search.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { createTask } from '../../../frame/state/task.ts';
import type { MetricId, ScheduleId } from '../config/menus.ts';
import { groupMembers, type RankGroup } from '../config/rankings.ts';
import { allSchedules, type Setting } from '../config/searchSpace.ts';
import type { Experiment } from '../config/experiment.ts';
import type { SearchEvent } from './types.ts';
import type { Requests } from '../worker/protocol.ts';
import { shareLink } from './address.ts';
import { connection } from './connection.ts';
import { experimentStore } from './experimentStore.ts';
import { notices, type DiffusionAction } from './notices.ts';
import { stoppers } from './stoppers.ts';

export const scheduleGroups = ['Karras', 'Five usual ones', 'All schedules'] as const;
export type ScheduleGroup = (typeof scheduleGroups)[number];
const SCHEDULES: Readonly<Record<ScheduleGroup, readonly ScheduleId[]>> = {
  Karras: ['karras'],
  'Five usual ones': ['karras', 'exponential', 'uniform', 'beta_time', 'kl_optimal'],
  'All schedules': allSchedules,
};

export interface SearchSettings {
  readonly nfe: number;
  readonly metric: MetricId;
  readonly group: RankGroup;
  readonly schedules: ScheduleGroup;
  /** Runs in all. */
  readonly runs: number;
}
export interface SearchState {
  readonly phase: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly settings: SearchSettings | null;
  /** On what it was searched. */
  readonly experiment: Experiment | null;
  readonly progress: Progress<Setting> | null;
  readonly remainingMs: number | null;
  readonly found: Found<Setting> | null;
  /** Why settings gave no number, by their key. */
  readonly failed: Readonly<Record<string, string>>;
}
const nothing: SearchState = {
  phase: 'idle',
  settings: null,
  experiment: null,
  progress: null,
  remainingMs: null,
  found: null,
  failed: {},
};
export const searchStore = createStore<SearchState>(() => nothing);

const task = createTask<Requests, 'search', DiffusionAction>({
  connection,
  kind: 'search',
  notices,
  takesTurns: true,
  onNews: ({ phase, out }) => searchStore.setState({ phase, remainingMs: null, ...(out && { found: out }) }),
});

function onProgress(event: SearchEvent): void {
  if (event.kind === 'progress') searchStore.setState({ progress: event.progress, remainingMs: event.remainingMs });
  else searchStore.setState(({ failed }) => ({ failed: { ...failed, [event.setting.key]: event.because } }));
}

/** Samplers times schedules times the first rung's seeds: fewer runs than that cannot begin with all of them. */
export const firstRungRuns = ({ group, schedules }: Pick<SearchSettings, 'group' | 'schedules'>): number =>
  2 * groupMembers(group).length * SCHEDULES[schedules].length;

export async function search(settings: SearchSettings): Promise<void> {
  const { experiment } = experimentStore.getState();
  searchStore.setState({ ...nothing, settings, experiment });
  const { nfe, metric, group, schedules, runs } = settings;
  const space = { nfe, samplers: groupMembers(group), schedules: SCHEDULES[schedules] };
  await task.run(() => ({ experiment, space, metric, runs }), { onProgress });
}
export const cancelSearch = (): void => task.cancel();
stoppers.add(cancelSearch);

const FATES: readonly Standing<Setting>['fate'][] = ['in', 'set aside', 'worse', 'failed'];

/** All that was tried: those still in first, then those given up, those shown to be worse and those without a number. */
export const inOrder = (standings: readonly Standing<Setting>[], better: 'lower' | 'higher'): Standing<Setting>[] =>
  standings.toSorted((a, b) => {
    const fate = FATES.indexOf(a.fate) - FATES.indexOf(b.fate);
    const value = (s: Standing<Setting>) => (better === 'lower' ? 1 : -1) * (s.mean ?? Infinity);
    return fate || value(a) - value(b);
  });

/** RFC 4180: the finalists on fresh seeds, then everything that was tried. */
export function searchCsv({ found, settings, experiment, failed }: SearchState): string {
  if (!found || !settings || !experiment) return '';
  return csv([
    ['contender', 'stage', 'seeds', settings.metric, 'verdict', 'note'],
    ...found.finalists.map((f) => [f.candidate.key, 'fresh seeds', f.seeds, f.mean, f.verdict, '']),
    ...found.standings.map((s) => [s.candidate.key, 'search', s.seeds, s.mean, s.fate, failed[s.candidate.key] ?? '']),
    [],
    ['model', experiment.model],
    ['evaluations', settings.nfe],
    ['runs', found.spent],
    ['link', shareLink(null)],
  ]);
}

export function saveSearch(): void {
  const { experiment, settings } = searchStore.getState();
  if (!experiment || !settings) return;
  saveBlob(
    new Blob([searchCsv(searchStore.getState())], { type: 'text/csv' }),
    `stepscope-search-${experiment.model}-${settings.nfe}.csv`,
  );
}
