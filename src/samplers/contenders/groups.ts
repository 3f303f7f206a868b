// What a ranking or a search takes together: samplers by what they are, schedules by how many one has the patience for.
import { schedules, type ScheduleId } from '../../schedules/index.ts';
import { samplers, type SamplerId } from '../diffusion/index.ts';
import { FAMILIES, familyOf } from './families.ts';

/** Samplers that are ranked together. */
export const rankGroups = ['All samplers', 'Deterministic', ...FAMILIES] as const;
export type RankGroup = (typeof rankGroups)[number];

function belongs(id: SamplerId, group: RankGroup): boolean {
  if (group === 'All samplers') return true;
  const family = familyOf(id);
  return group === 'Deterministic' ? family !== 'Stochastic' : family === group;
}

/** The samplers of a group, in registry order, but for those that only guidance tells from their plain forms. */
export const groupMembers = (group: RankGroup): readonly SamplerId[] =>
  (Object.keys(samplers) as SamplerId[]).filter((id) => belongs(id, group) && !id.endsWith('_cfg_pp'));

export const scheduleGroups = ['Karras', 'Five usual ones', 'All schedules'] as const;
export type ScheduleGroup = (typeof scheduleGroups)[number];
export const SCHEDULES: Readonly<Record<ScheduleGroup, readonly ScheduleId[]>> = {
  Karras: ['karras'],
  'Five usual ones': ['karras', 'exponential', 'uniform', 'beta_time', 'kl_optimal'],
  'All schedules': Object.keys(schedules) as ScheduleId[],
};

/** Samplers times schedules times the first rung's two seeds: fewer runs than that cannot begin with all of them. */
export const firstRungRuns = (group: RankGroup, listed: ScheduleGroup): number =>
  2 * groupMembers(group).length * SCHEDULES[listed].length;
