// Finds the best contender at a budget of evaluations; what it found stays until another search begins.
import { createStore } from 'zustand/vanilla';
import { findingCsv, NO_FINDING, type Finding } from '../../../frame/state/finding.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { createTask } from '../../../frame/state/task.ts';
import { groupMembers, SCHEDULES, type RankGroup, type ScheduleGroup } from '../../../samplers/contenders/groups.ts';
import type { MetricId } from '../config/menus.ts';
import type { Setting } from '../config/searchSpace.ts';
import type { Experiment } from '../config/experiment.ts';
import type { SearchEvent } from './types.ts';
import type { Requests } from '../worker/protocol.ts';
import { shareLink } from './address.ts';
import { connection } from './connection.ts';
import { experimentStore } from './experimentStore.ts';
import { notices, type DiffusionAction } from './notices.ts';
import { stoppers } from './stoppers.ts';

export interface SearchSettings {
  readonly nfe: number;
  readonly metric: MetricId;
  readonly group: RankGroup;
  readonly schedules: ScheduleGroup;
  /** Runs in all. */
  readonly runs: number;
}
export interface SearchState extends Finding<Setting> {
  readonly settings: SearchSettings | null;
  /** On what it was searched. */
  readonly experiment: Experiment | null;
}
const nothing: SearchState = { ...NO_FINDING, settings: null, experiment: null };
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

export async function search(settings: SearchSettings): Promise<void> {
  const { experiment } = experimentStore.getState();
  searchStore.setState({ ...nothing, settings, experiment });
  const { nfe, metric, group, schedules, runs } = settings;
  const space = { nfe, samplers: groupMembers(group), schedules: SCHEDULES[schedules] };
  await task.run(() => ({ experiment, space, metric, runs }), { onProgress });
}
export const cancelSearch = (): void => task.cancel();
stoppers.add(cancelSearch);

export const searchCsv = ({ settings, experiment, ...finding }: SearchState): string =>
  settings && experiment
    ? findingCsv(finding, settings.metric, [
        ['model', experiment.model],
        ['evaluations', settings.nfe],
        ['runs', finding.found?.spent ?? 0],
        ['link', shareLink(null)],
      ])
    : '';

export function saveSearch(): void {
  const { experiment, settings } = searchStore.getState();
  if (!experiment || !settings) return;
  saveBlob(
    new Blob([searchCsv(searchStore.getState())], { type: 'text/csv' }),
    `stepscope-search-${experiment.model}-${settings.nfe}.csv`,
  );
}
