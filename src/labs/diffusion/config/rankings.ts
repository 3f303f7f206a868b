// What "rank all at a budget" runs: every sampler with the steps that the same number of evaluations buys it.
import { groupMembers, rankGroups, type RankGroup } from '../../../samplers/contenders/groups.ts';
import type { SamplerId } from '../../../samplers/diffusion/index.ts';
import { choosesCost, newContender, stepsForBudget } from './contender.ts';
import type { Contender, Experiment } from './experiment.ts';

export { groupMembers, rankGroups };
export type { RankGroup };

export interface Entrants {
  /** In registry order, with the steps that the budget buys. */
  readonly contenders: readonly Contender[];
  /** Samplers that do not rank, and why: one step is dearer, or they choose their own evaluations. */
  readonly leftOut: readonly { readonly sampler: SamplerId; readonly because: string }[];
}

/**
 * The samplers of a group at a budget of evaluations, all on the schedule of `like` (its own σ list is Karras here) and
 * guided as it is. CFG++ is another guidance and no other solver: it does not rank.
 */
export function entrants(e: Experiment, like: Contender, group: RankGroup, budget: number): Entrants {
  const contenders: Contender[] = [];
  const leftOut: { sampler: SamplerId; because: string }[] = [];
  for (const id of groupMembers(group).filter((s) => !s.endsWith('_cfg_pp'))) {
    const schedule = like.schedule === 'explicit' ? 'karras' : like.schedule;
    const plain: Contender = {
      ...newContender(id, 1, schedule, {}, like.schedule === 'explicit' ? {} : like.scheduleParams),
      ...(like.guide && { guide: like.guide }),
    };
    const steps = stepsForBudget(plain, e.model, budget);
    if (steps > 0) contenders.push({ ...plain, steps });
    else
      leftOut.push({
        sampler: id,
        because: !choosesCost(plain)
          ? `one step already costs more than ${budget} evaluations`
          : 'it chooses its own number of evaluations, by its tolerances',
      });
  }
  return { contenders, leftOut };
}
