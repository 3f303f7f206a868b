// What "rank all at a budget" runs: every sampler with the steps that the same number of evaluations buys it.
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { isStochastic, newContender, stepsForBudget } from './contender.ts';
import type { Contender, Experiment } from './experiment.ts';

/** Samplers that are ranked together. */
export const rankGroups = [
  ['all', 'All samplers'],
  ['deterministic', 'Deterministic'],
  ['stochastic', 'Stochastic'],
] as const;
export type RankGroup = (typeof rankGroups)[number][0];

export interface Entrants {
  /** In registry order, with the steps that the budget buys. */
  readonly contenders: readonly Contender[];
  /** Samplers of which not even one step is that cheap. */
  readonly tooDear: readonly SamplerId[];
}

/** The samplers of a group at a budget of evaluations, all on the schedule of `like` (its own σ list is Karras here). */
export function entrants(e: Experiment, like: Contender, group: RankGroup, budget: number): Entrants {
  const contenders: Contender[] = [];
  const tooDear: SamplerId[] = [];
  for (const id of Object.keys(samplers) as SamplerId[]) {
    const schedule = like.schedule === 'explicit' ? 'karras' : like.schedule;
    const plain = newContender(id, 1, schedule, {}, like.schedule === 'explicit' ? {} : like.scheduleParams);
    if (group !== 'all' && isStochastic(plain) !== (group === 'stochastic')) continue;
    const steps = stepsForBudget(plain, e.model, budget);
    if (steps > 0) contenders.push({ ...plain, steps });
    else tooDear.push(id);
  }
  return { contenders, tooDear };
}
