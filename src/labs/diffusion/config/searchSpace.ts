// The space of a search in this lab: what contenders cost on one of its models.
import type { ModelId } from '../../../models/index.ts';
import type { SettingOf, SpaceOf } from '../../../samplers/contenders/searchSpace.ts';
import { formatContender } from '../../../samplers/contenders/text.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import type { ScheduleId } from '../../../schedules/index.ts';
import { choosesCost, stepsForBudget } from './contender.ts';
import type { Contender } from './experiment.ts';

export type Setting = SettingOf<Contender>;
export interface SearchSpace {
  readonly model: ModelId;
  /** Evaluations that each setting may spend. */
  readonly nfe: number;
  readonly samplers: readonly SamplerId[];
  readonly schedules: readonly ScheduleId[];
  /** How all are guided: as the first contender is. */
  readonly guide?: Contender['guide'] | undefined;
}

/** Those that spend what they are given. */
export const allSamplers: readonly SamplerId[] = (Object.keys(samplers) as SamplerId[]).filter(
  (sampler) => !choosesCost({ sampler }),
);

export const spaceOf = ({ model, nfe, samplers, schedules, guide }: SearchSpace): SpaceOf<Contender> => ({
  samplers,
  schedules,
  settingOf(contender) {
    const steps = stepsForBudget(contender, model, nfe);
    if (steps === 0) return null;
    const paid = { ...contender, steps };
    return { key: formatContender(paid), contender: paid };
  },
  dress: (c) => (guide ? { ...c, guide } : c),
});
