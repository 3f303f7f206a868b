// What a search for the best looks at: contenders that spend the same evaluations, and what is near one of them.
import type { AnyField, NumberField, ParamValue } from '../../core/field.ts';
import type { ScheduleId } from '../../schedules/index.ts';
import type { SamplerId } from '../diffusion/index.ts';
import { contenderFields, newContender } from './contender.ts';
import type { Contender } from './types.ts';

/** A contender with its text, by which it is told from others. */
export interface SettingOf<C> {
  readonly key: string;
  readonly contender: C;
}
/** A space, and what a lab's own contenders have beside sampler, schedule and steps. */
export interface SpaceOf<C extends Contender> {
  readonly samplers: readonly SamplerId[];
  readonly schedules: readonly ScheduleId[];
  /** The contender as a setting, with the steps that the evaluations pay for; null where one step costs more, or no budget can be set. */
  settingOf(c: C): SettingOf<C> | null;
  /** What a plain contender is in this lab. */
  dress(c: Contender): C;
}

const settings = <C extends Contender>(list: readonly C[], space: SpaceOf<C>): SettingOf<C>[] =>
  list.map((c) => space.settingOf(c)).filter((s) => s !== null);

/** Every sampler with every schedule, at the usual parameters. */
export const initialSettings = <C extends Contender>(space: SpaceOf<C>): SettingOf<C>[] =>
  settings(
    space.samplers.flatMap((sampler) =>
      space.schedules.map((schedule) => space.dress(newContender(sampler, 1, schedule))),
    ),
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
export function neighbourSettings<C extends Contender>(
  { contender }: SettingOf<C>,
  round: number,
  space: SpaceOf<C>,
): SettingOf<C>[] {
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
          .map((id) => space.dress(newContender(contender.sampler, 1, id, contender.params)));
  return settings([...moved('params'), ...moved('scheduleParams'), ...others], space);
}
