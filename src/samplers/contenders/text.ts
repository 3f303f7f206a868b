// One contender as text: `dpmpp_2m_sde(eta=0.5):karras(rho=5):12`, or `heun:explicit(20_4_1_0)`.
import { defaults, numberDemand, type ParamValue } from '../../core/field.ts';
import { samplers, type SamplerId } from '../diffusion/index.ts';
import { checkSigmas } from '../../schedules/explicit.ts';
import { schedules, type ScheduleId } from '../../schedules/index.ts';
import { guidances, guidanceOf, type GuidanceId } from '../guidance/index.ts';
import { contenderFields, guidanceFieldsOf, newContender, type FieldTable } from './contender.ts';
import type { Contender, OwnGuidance } from './types.ts';
import { readWraps, wrapTexts } from './wrapping.ts';
import type { Refusal } from '../../core/refusal.ts';
import { formatFit, takeFit } from './fitted.ts';
import { stepsField } from './fields.ts';

const has = <T extends object>(registry: T, id: string): id is string & keyof T => Object.hasOwn(registry, id);

/** `name(a=1,b=2)` → its name and argument text; undefined when the brackets do not fit. */
export function call(text: string): { name: string; args: string } | undefined {
  const match = /^([A-Za-z0-9_]+)(?:\(([^()]*)\))?$/.exec(text);
  return match ? { name: match[1]!, args: match[2] ?? '' } : undefined;
}

export function parseParams(
  args: string,
  fields: FieldTable,
  where: string,
  refusals: Refusal[],
): Record<string, ParamValue> {
  const out: Record<string, ParamValue> = defaults(fields as never);
  for (const pair of args === '' ? [] : args.split(',')) {
    const cut = pair.indexOf('=');
    const key = pair.slice(0, Math.max(cut, 0));
    const text = pair.slice(cut + 1);
    const field = Object.hasOwn(fields, key) ? fields[key]! : undefined;
    const value = field?.parse(text);
    if (!field)
      refusals.push({ where, value: pair, because: `there is no parameter '${key || pair}'`, used: 'nothing' });
    else if (value === undefined)
      refusals.push({
        where: `${where} ${field.label}`,
        value: text,
        because: field.kind === 'number' ? `it must be ${numberDemand(field)}` : 'it is not one of the choices',
        used: field.format(field.default as never),
      });
    else out[key] = value;
  }
  return out;
}

export const formatParams = (values: Readonly<Record<string, ParamValue>>, fields: FieldTable): string => {
  const pairs = Object.entries(fields)
    .filter(([key, f]) => values[key] !== undefined && values[key] !== f.default)
    .map(([key, f]) => `${key}=${f.format(values[key] as never)}`);
  return pairs.length > 0 ? `(${pairs.join(',')})` : '';
};

const afterLevels = (from: number): string =>
  from === 2 ? 'nothing belongs after a σ list' : 'nothing belongs after the number of steps';

/** `apg(w=4,eta=0)`; undefined where the text names no method. */
function parseGuide(text: string, where: string, refusals: Refusal[]): OwnGuidance | undefined {
  const named = call(text);
  if (!named || !has(guidances, named.name)) return undefined;
  const method: GuidanceId = named.name;
  const fields = guidanceOf(method).params as FieldTable;
  const params = parseParams(named.args, fields, `${where} ${guidanceOf(method).title}`, refusals);
  if ((params.from as number) < (params.to as number)) return { method, params };
  refusals.push({
    where: `${where} guidance interval`,
    value: `${String(params.from)} to ${String(params.to)}`,
    because: 'it must end at a higher σ than it begins above',
    used: 'the usual one',
  });
  return { method, params: { ...params, from: fields.from!.default, to: fields.to!.default } };
}

/** Never throws; undefined when no sampler can be made out, with the reason in `refusals`. */
export function parseContender(text: string, where: string, refusals: Refusal[]): Contender | undefined {
  const all = text.split(':');
  const unwrapped = all.filter((part) => !part.startsWith('~'));
  const wraps = readWraps(
    all.filter((part) => part.startsWith('~')),
    where,
    refusals,
  );
  const sampler = call(unwrapped[0] ?? '');
  const schedule = call(unwrapped[1] ?? 'karras');
  const own =
    schedule?.name === 'explicit' ? schedule.args.split('_').map((s) => (s.trim() === '' ? NaN : Number(s))) : null;
  const { fitted, parts } = takeFit(unwrapped, own, where, refusals);
  if (!sampler || !has(samplers, sampler.name)) {
    refusals.push({
      where,
      value: text.slice(0, 80),
      because: `'${(sampler?.name ?? all[0] ?? '').slice(0, 40)}' is not a sampler`,
      used: 'left out',
    });
    return undefined;
  }
  const id: SamplerId = sampler.name;
  /** What follows the levels, from part `from` on: a method of guidance, and no more. */
  const rest = (from: number): { readonly guide?: OwnGuidance } => {
    const guide = parts[from] === undefined ? undefined : parseGuide(parts[from], where, refusals);
    if (parts.length > from + (guide ? 1 : 0))
      refusals.push({
        where,
        value: parts
          .slice(from + (guide ? 1 : 0))
          .join(':')
          .slice(0, 80),
        because: guide ? 'nothing belongs after the guidance' : afterLevels(from),
        used: 'left out',
      });
    return guide ? { guide } : {};
  };
  if (own) {
    const sigmas = own;
    const fault = checkSigmas(sigmas);
    if (fault === undefined) {
      return {
        ...newContender(id, sigmas.length - 1),
        ...fitted,
        ...rest(2),
        ...wraps,
        params: parseParams(sampler.args, contenderFields({ sampler: id, schedule: 'karras' }).params, where, refusals),
        schedule: 'explicit',
        scheduleParams: {},
        sigmas,
      };
    }
    refusals.push({ where: `${where} σ list`, value: schedule!.args.slice(0, 80), because: fault, used: 'Karras' });
  } else if (!schedule || !has(schedules, schedule.name)) {
    refusals.push({
      where: `${where} schedule`,
      value: (parts[1] ?? '').slice(0, 80),
      because: 'it is not a schedule',
      used: 'Karras',
    });
  }
  const scheduleId: ScheduleId = schedule && has(schedules, schedule.name) ? schedule.name : 'karras';
  const fields = contenderFields({ sampler: id, schedule: scheduleId });
  const steps = parts[2] === undefined ? stepsField.default : stepsField.parse(parts[2]);
  if (steps === undefined)
    refusals.push({
      where: `${where} steps`,
      value: parts[2]!.slice(0, 40),
      because: `it must be ${numberDemand(stepsField)}`,
      used: String(stepsField.default),
    });
  return {
    ...(fitted.fit && { fit: fitted.fit }),
    ...rest(3),
    ...wraps,
    sampler: id,
    schedule: scheduleId,
    steps: steps ?? stepsField.default,
    sigmas: [],
    params: parseParams(sampler.args, fields.params, where, refusals),
    scheduleParams: parseParams(
      schedule?.name === scheduleId ? schedule.args : '',
      fields.scheduleParams,
      `${where} schedule`,
      refusals,
    ),
  };
}

/** A contender's own guidance as text; empty where it has none. What is equal is guided alike. */
export const formatGuidance = (c: Pick<Contender, 'guide'>): string =>
  c.guide ? `${c.guide.method}${formatParams(c.guide.params, guidanceFieldsOf(c))}` : '';

export function formatContender(c: Contender): string {
  const fields = contenderFields(c);
  const sampler = `${c.sampler}${formatParams(c.params, fields.params)}`;
  const guide = [...(c.guide ? [formatGuidance(c)] : []), ...wrapTexts(c)].map((text) => `:${text}`).join('');
  const rest = `${formatFit(c)}${guide}`;
  if (c.schedule === 'explicit') return `${sampler}:explicit(${c.sigmas.map(String).join('_')})${rest}`;
  return `${sampler}:${c.schedule}${formatParams(c.scheduleParams, fields.scheduleParams)}:${c.steps}${rest}`;
}
