// The schedule that a fit began from, as its recipe says it: `exponential`, `karras+rho+5`, or `explicit` for levels of the reader's own.
import type { ParamValue } from '../../core/field.ts';
import { schedules, type ScheduleId } from '../../schedules/index.ts';
import { contenderFields, newContender } from './contender.ts';
import type { Contender } from './types.ts';

type Beginning = Pick<Contender, 'schedule' | 'scheduleParams'>;
const usual = (schedule: ScheduleId): Beginning['scheduleParams'] => newContender('euler', 1, schedule).scheduleParams;
const fieldsOf = (schedule: ScheduleId) => contenderFields({ sampler: 'euler', schedule }).scheduleParams;

/** Of Karras as it stands nothing: recipes leave it out. Parameters that are others than usual follow, joined by `+`. */
export function formatBeginning({ schedule, scheduleParams }: Beginning): string | undefined {
  if (schedule === 'explicit') return schedule;
  const others = Object.entries(fieldsOf(schedule))
    .map(([key, field]) => [key, field.format(scheduleParams[key] as never), field.format(field.default as never)])
    .filter(([, value, standard]) => value !== standard)
    .map(([key, value]) => `${key}+${value}`);
  return schedule === 'karras' && others.length === 0 ? undefined : [schedule, ...others].join('+');
}

/** Null of levels of its own, which a recipe does not have, and of what is no schedule. */
export function parseBeginning(text: string | undefined): Beginning | null {
  const [id = 'karras', ...pairs] = text?.split('+') ?? [];
  if (!Object.hasOwn(schedules, id)) return null;
  const schedule = id as ScheduleId;
  const fields = fieldsOf(schedule);
  const scheduleParams: Record<string, ParamValue> = { ...usual(schedule) };
  for (let i = 0; i < pairs.length; i += 2) {
    const value = Object.hasOwn(fields, pairs[i]!) ? fields[pairs[i]!]!.parse(pairs[i + 1] ?? '') : undefined;
    if (value === undefined) return null;
    scheduleParams[pairs[i]!] = value;
  }
  return { schedule, scheduleParams };
}
