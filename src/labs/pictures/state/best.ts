// Finds the best contender at a budget of evaluations; what it found stays until another search begins.
import { createStore } from 'zustand/vanilla';
import { findingCsv, NO_FINDING, type Finding } from '../../../frame/state/finding.ts';
import { saveBlob } from '../../../frame/state/saveBlob.ts';
import { createTask } from '../../../frame/state/task.ts';
import { groupMembers, SCHEDULES, type RankGroup, type ScheduleGroup } from '../../../samplers/contenders/groups.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import { MAX_CONTENDERS } from '../config/fields.ts';
import { formatSource } from '../config/model.ts';
import { shareLink } from './address.ts';
import { connection } from './connection.ts';
import { experimentStore, undoable } from './experimentStore.ts';
import { choice } from './model.ts';
import { notices, type PicturesAction } from './notices.ts';
import { startOf } from './runner.ts';
import { stoppers } from './stoppers.ts';
import type { BestEvent, PictureSetting, PicturesRequests } from './types.ts';

export interface BestSettings {
  readonly nfe: number;
  readonly group: RankGroup;
  readonly schedules: ScheduleGroup;
  /** Runs in all, solutions of many steps apart. */
  readonly runs: number;
}
export interface BestState extends Finding<PictureSetting> {
  readonly settings: BestSettings | null;
  /** On what it was searched. */
  readonly experiment: PicturesExperiment | null;
}
const nothing: BestState = { ...NO_FINDING, settings: null, experiment: null };
export const bestStore = createStore<BestState>(() => nothing);

const task = createTask<PicturesRequests, 'best', PicturesAction>({
  connection,
  kind: 'best',
  notices,
  takesTurns: true,
  waysOn: () => [],
  onNews: ({ phase, out }) => bestStore.setState({ phase, remainingMs: null, ...(out && { found: out }) }),
});

function onEvent(event: BestEvent): void {
  if (event.kind === 'progress') bestStore.setState({ progress: event.progress, remainingMs: event.remainingMs });
  else bestStore.setState(({ failed }) => ({ failed: { ...failed, [event.setting.key]: event.because } }));
}

export async function findBest(settings: BestSettings): Promise<void> {
  const { experiment } = experimentStore.getState();
  bestStore.setState({ ...nothing, settings, experiment });
  const { nfe, group, schedules, runs } = settings;
  const space = { nfe, samplers: groupMembers(group), schedules: SCHEDULES[schedules] };
  await task.run(() => ({ experiment, space, runs, picture: startOf(experiment) }), {
    ready: () => choice.ready(),
    onProgress: (event) => (event.kind === 'load' ? choice.onLoadProgress(event) : onEvent(event)),
  });
}
export const cancelBest = (): void => task.cancel();
stoppers.add(cancelBest);

/** Whether what was found is of another experiment than the present one: other rows do not matter, but the guidance of the first does. */
export function isOfAnother(searched: PicturesExperiment | null, now: PicturesExperiment): boolean {
  if (!searched) return false;
  const key = ({ contenders: [first], ...e }: PicturesExperiment) =>
    JSON.stringify([
      { ...e, budgets: [] },
      first && [first.guidance, first.rescale, first.guideAbove, first.guideUpTo, first.guide ?? null],
    ]);
  return key(searched) !== key(now);
}

/** Replaces the comparison by what was found. */
export function compareFound(found: readonly PictureSetting[]): void {
  const contenders = found.slice(0, MAX_CONTENDERS).map((s) => s.contender);
  const { experiment } = experimentStore.getState();
  undoable.change(
    '',
    { ...experiment, contenders },
    contenders.map((_, i) => i),
  );
}

export function saveFound(): void {
  const { experiment, settings, ...finding } = bestStore.getState();
  if (!experiment || !settings) return;
  const text = findingCsv(finding, 'error', [
    ['model', formatSource(experiment.model)],
    ['evaluations', settings.nfe],
    ['runs', finding.found?.spent ?? 0],
    ['link', shareLink(null)],
  ]);
  saveBlob(new Blob([text], { type: 'text/csv' }), `stepscope-search-pictures-${settings.nfe}.csv`);
}
