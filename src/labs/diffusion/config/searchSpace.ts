// What a search for the best looks at: contenders that spend the same evaluations, and what is near one of them.
import type { AnyField, NumberField, ParamValue } from '../../../core/field.ts';
import type { Candidate } from '../../../experiments/search/search.ts';
import type { ModelId } from '../../../models/index.ts';
import { formatContender } from '../../../samplers/contenders/text.ts';
import { isListed, samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import { contenderFields, newContender, stepsForBudget } from './contender.ts';
import type { Contender } from './experiment.ts';

export interface Setting extends Candidate {
  readonly contender: Contender;
}
export interface SearchSpace {
  readonly model: ModelId;
  /** Evaluations that each setting may spend. */
  readonly nfe: number;
  readonly samplers: readonly SamplerId[];
  readonly schedules: readonly ScheduleId[];
}

/** Those that spend what they are given. */
export const allSamplers: readonly SamplerId[] = (Object.keys(samplers) as SamplerId[]).filter(isListed);
export const allSchedules = Object.keys(schedules) as readonly ScheduleId[];

/** The setting with as many steps as the evaluations pay for; null where one step costs more, or no budget can be set. */
export function settingOf(contender: Contender, { model, nfe }: Pick<SearchSpace, 'model' | 'nfe'>): Setting | null {
  const steps = stepsForBudget(contender, model, nfe);
  if (steps === 0) return null;
  const paid = { ...contender, steps };
  return { key: formatContender(paid), contender: paid };
}

const settings = (list: readonly Contender[], space: SearchSpace): Setting[] =>
  list.map((c) => settingOf(c, space)).filter((s) => s !== null);

/** Every sampler with every schedule, at the usual parameters. */
export const initialSettings = (space: SearchSpace): Setting[] =>
  settings(
    space.samplers.flatMap((sampler) => space.schedules.map((schedule) => newContender(sampler, 1, schedule))),
    space,
  );

/** A quarter of the range on either side, half of that a round later, and so on; a whole number moves by 1 at least. */
function numbersNear(field: NumberField, value: number, round: number): number[] {
  const share = 0.25 * 0.5 ** round;
  const moved = [-1, 1].map((side) => {
    if (field.log && field.min > 0) return value * (field.max / field.min) ** (side * share);
    const by = share * (field.max - field.min);
    return value + side * (field.integer ? Math.max(1, Math.round(by)) : by);
  });
  return moved
    .map((v) => Math.min(field.max, Math.max(field.min, v)))
    .map((v) => (field.integer ? Math.round(v) : Number(v.toPrecision(6))));
}

/** Values of a field near one: of choices and switches all others, in the first round. */
function near(field: AnyField, value: ParamValue, round: number): ParamValue[] {
  if (field.kind === 'number') return numbersNear(field, value as number, round).filter((v) => v !== value);
  if (round > 0 || field.kind === 'text') return [];
  if (field.kind === 'boolean') return [!(value as boolean)];
  return field.options.map((o) => o.value).filter((v) => v !== value);
}

/** One parameter moved, or, in the first round, another schedule of the space. */
export function neighbourSettings({ contender }: Setting, round: number, space: SearchSpace): Setting[] {
  if (contender.schedule === 'explicit') return [];
  const fields = contenderFields(contender);
  const moved = (group: 'params' | 'scheduleParams') =>
    Object.entries(fields[group]).flatMap(([key, field]) =>
      near(field, contender[group][key]!, round).map((v) => ({
        ...contender,
        [group]: { ...contender[group], [key]: v },
      })),
    );
  const others =
    round > 0
      ? []
      : space.schedules
          .filter((id) => id !== contender.schedule)
          .map((id) => newContender(contender.sampler, 1, id, contender.params));
  return settings([...moved('params'), ...moved('scheduleParams'), ...others], space);
}
