// A contender as text: the shared form of sampler, schedule and steps, and after one more colon how the prompt guides it:
// `dpmpp_2m:karras:20:w=7.5,phi=0.7,from=0.3,to=5`. A method of guidance stands between: `…:20:apg(eta=0.5):w=7.5`.
import type { ParamValue } from '../../../core/field.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { numberDemand } from '../../../core/field.ts';
import { newContender, newGuidance } from '../../../samplers/contenders/contender.ts';
import { formatContender as formatShared, parseContender as parseShared } from '../../../samplers/contenders/text.ts';
import type { OwnGuidance } from '../../../samplers/contenders/types.ts';
import type { SamplerId } from '../../../samplers/diffusion/index.ts';
import type { ScheduleId } from '../../../schedules/index.ts';
import { ALL_LEVELS } from '../../../samplers/guidance/common.ts';
import type { PictureContender } from './experiment.ts';
import { methodOf, settingsOfCfg } from './guidance.ts';
import { guidanceFields } from './fields.ts';

export type Guidance = Pick<PictureContender, 'guidance' | 'rescale' | 'guideAbove' | 'guideUpTo'>;
type Params = Readonly<Record<string, ParamValue>>;

export const unguided = (guidance: number): Guidance => ({ guidance, rescale: 0, guideAbove: 0, guideUpTo: Infinity });

/** A contender with every parameter at its default, unless given. */
export const newPictureContender = (
  sampler: SamplerId,
  steps: number,
  guidance: number,
  schedule: ScheduleId = 'karras',
  params: Params = {},
  scheduleParams: Params = {},
): PictureContender => ({ ...newContender(sampler, steps, schedule, params, scheduleParams), ...unguided(guidance) });

/** Keys of a link, in its order. */
const KEYS = [
  ['w', 'guidance'],
  ['phi', 'rescale'],
  ['from', 'guideAbove'],
  ['to', 'guideUpTo'],
] as const;

/** `begun`: settings that stand already, by the key that gave them. */
function parseGuidance(
  text: string,
  usual: number,
  where: string,
  refusals: Refusal[],
  begun: Partial<Record<(typeof KEYS)[number][0], number>> = {},
): Guidance {
  const fields = guidanceFields(usual);
  const out = { ...unguided(usual) };
  for (const [key, name] of KEYS) out[name] = begun[key] ?? out[name];
  const given = new Set<string>(Object.keys(begun));
  const refuse = (place: string, value: string, because: string, used: string) =>
    void refusals.push({ where: place, value: value.slice(0, 80), because, used });
  for (const pair of text === '' ? [] : text.split(',')) {
    const cut = pair.indexOf('=');
    const key = pair.slice(0, Math.max(cut, 0));
    const value = pair.slice(cut + 1);
    const name = KEYS.find(([known]) => known === key)?.[1];
    if (!name) {
      refuse(where, pair, `there is no guidance setting '${(key || pair).slice(0, 40)}'`, 'nothing');
      continue;
    }
    if (given.has(key)) {
      refuse(where, pair, 'it is given twice', fields[name].format(out[name]));
      continue;
    }
    given.add(key);
    const read = fields[name].parse(value);
    if (read === undefined)
      refuse(
        `${where} ${fields[name].label}`,
        value,
        `it must be ${numberDemand(fields[name])}`,
        fields[name].format(fields[name].default),
      );
    else out[name] = read;
  }
  if (out.guideAbove < out.guideUpTo) return out;
  refuse(
    `${where} guidance interval`,
    `${out.guideAbove} to ${out.guideUpTo}`,
    'it must end at a higher σ than it begins above',
    'every level',
  );
  return { ...out, guideAbove: 0, guideUpTo: Infinity };
}

/**
 * What a method's brackets say of settings that all methods share: those that are written there, and what the names
 * `rescale` and `interval` mean of themselves.
 */
function sharedSettings({ method, params }: OwnGuidance, text: string) {
  const written = /\(([^()]*)\)$/.exec(text)?.[1] ?? '';
  const said = new Set(written.split(',').map((pair) => pair.split('=')[0]));
  const meant = { rescale: ['phi'], interval: ['from', 'to'] }[method as string] ?? [];
  const keys = KEYS.map(([key]) => key).filter((key) => said.has(key) || meant.includes(key));
  return Object.fromEntries(
    keys.map((key) => {
      const value = params[key] as number;
      return [key, key === 'to' && value >= ALL_LEVELS ? Infinity : value];
    }),
  );
}

/**
 * `usual` is the guidance where the text gives none. Never throws; undefined when no sampler can be made out, with the
 * reason in `refusals`.
 */
export function parseContender(
  text: string,
  usual: number,
  where: string,
  refusals: Refusal[],
): PictureContender | undefined {
  // Brackets hold other equals signs, the last part of a guided contender holds none.
  const guided = /^(.*):([^:()]*=[^:()]*)$/s.exec(text);
  const before = guided ? guided[1]! : text;
  const shared = parseShared(before, where, refusals);
  if (!shared) return undefined;
  const { guide, ...contender } = shared;
  const begun = guide ? sharedSettings(guide, before) : {};
  const space = guide?.params['space'];
  if (guide && space !== undefined && space !== newGuidance(guide.method).params['space'])
    refusals.push({
      where: `${where} guidance`,
      value: `space=${String(space)}`,
      because: 'φ rescales what the network predicts',
      used: 'nothing of it',
    });
  return {
    ...contender,
    ...(guide && !settingsOfCfg.has(guide.method) && { guide: methodOf(guide.method, guide.params) }),
    ...parseGuidance(guided ? guided[2]! : '', usual, where, refusals, begun),
  };
}

export function formatContender(c: PictureContender, usual: number): string {
  const fields = guidanceFields(usual);
  const pairs = KEYS.filter(([, name]) => c[name] !== fields[name].default).map(
    ([key, name]) => `${key}=${fields[name].format(c[name])}`,
  );
  return [formatShared(c), ...(pairs.length > 0 ? [pairs.join(',')] : [])].join(':');
}
