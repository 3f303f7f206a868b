// The menus of samplers and schedules with what a reader searches and compares by: family, order, evaluations a step, the
// names of other tools. Loaded when a menu is opened.
import type { Alias } from '../../../core/alias.ts';
import { found, sameName, type Missing, type PickerItem } from '../picker/search.ts';
import { absent } from '../../../samplers/diffusion/absent.ts';
import { samplerAliases } from '../../../samplers/diffusion/aliases.ts';
import type { SamplerId } from '../../../samplers/diffusion/index.ts';
import { scheduleAliases } from '../../../schedules/aliases.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import type { FieldTable } from '../../../samplers/contenders/contender.ts';
import { FAMILIES, familyOf } from '../../../samplers/contenders/families.ts';
import { samplerMenu, scheduleMenu } from '../../config/samplerMenus.ts';
import { factsOf } from './facts.ts';

/** What people choose most, as presets and first entries of other tools have it; these stand above the families. */
const MOST_USED: readonly SamplerId[] = [
  'euler',
  'dpmpp_2m',
  'euler_ancestral',
  'dpmpp_2m_sde',
  'unipc',
  'heun',
  'ddim',
  'dpmpp_sde',
  'res_2s',
  'lcm',
];
const USED = 'Most used';

function samplerItem({ id, title, summary }: (typeof samplerMenu)[number]): PickerItem<SamplerId> {
  const { told, badges } = factsOf(id);
  return {
    id,
    title,
    summary,
    group: MOST_USED.includes(id) ? USED : familyOf(id),
    facts: told,
    badges,
    aliases: samplerAliases[id],
  };
}

/** Where an item stands: the most used in their own order, then by family, and in it as the registry has them. */
function placeOf({ id, group }: PickerItem<SamplerId>): number {
  return group === USED ? MOST_USED.indexOf(id) : MOST_USED.length + FAMILIES.indexOf(group as never);
}
export const samplerItems: readonly PickerItem<SamplerId>[] = samplerMenu
  .map(samplerItem)
  .sort((a, b) => placeOf(a) - placeOf(b));

/** What is known by name and is not here: the sentence, and the entry that stands nearest. */
export function absentSampler(text: string): Missing<SamplerId> | null {
  const known = absent.find(({ name }) => sameName(name, text.replace(/^.*\//, '')));
  return known ? { id: known.nearest, because: known.because } : null;
}

export interface NamedPair {
  /** What is left of the text. */
  readonly sampler: string;
  readonly schedule: ScheduleId;
  readonly params: NonNullable<Alias['params']>;
}

/**
 * A1111's names end in the schedule ("DPM++ 2M SDE Karras"): the sampler's part and that schedule; null where the last
 * words are no schedule's name.
 */
export function withSchedule(text: string): NamedPair | null {
  const words = text.trim().split(/\s+/);
  for (let cut = 1; cut < words.length; cut++) {
    const name = words.slice(cut).join(' ');
    const hit = found(scheduleItems, name)[0];
    const called = hit && [hit.item.id, hit.item.title, hit.by?.name].some((n) => n && sameName(n, name));
    if (hit && called && hit.item.id !== 'explicit')
      return {
        sampler: words.slice(0, cut).join(' '),
        schedule: hit.item.id,
        params: hit.by?.params ?? {},
      };
  }
  return null;
}

/** Schedules that read a published table, whatever the model's own range. */
const ofTable = (id: ScheduleId): boolean => id === 'ays' || Object.hasOwn(schedules[id].params, 'table');

export const scheduleItems: readonly PickerItem<ScheduleId | 'explicit'>[] = [
  ...[false, true].flatMap((table) =>
    scheduleMenu
      .filter((m) => ofTable(m.id) === table)
      .map(({ id, title, summary }) => ({
        id,
        title,
        summary,
        group: table ? 'From a published noise table' : 'Over the model’s own noise range',
        facts: Object.values(schedules[id].params as FieldTable)
          .map((field) => field.label)
          .join(', '),
        aliases: scheduleAliases[id],
      })),
  ),
  {
    id: 'explicit',
    title: 'Own σ list',
    group: 'Your own',
    facts: '',
    summary: 'The noise levels now in force, to be moved, typed or pasted.',
    aliases: [
      { tool: 'ComfyUI', name: 'ManualSigmas' },
      { tool: 'diffusers', name: 'set_timesteps(sigmas=…)' },
    ],
  },
];
