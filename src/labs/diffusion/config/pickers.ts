// The menus of samplers and schedules with what a reader searches and compares by: family, order, evaluations a step, the
// names of other tools. Loaded when a menu is opened.
import type { PickerItem } from '../../../frame/ui/picker/search.ts';
import { samplerAliases } from '../../../samplers/diffusion/aliases.ts';
import type { SamplerId } from '../../../samplers/diffusion/index.ts';
import { scheduleAliases } from '../../../schedules/aliases.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import type { FieldTable } from './contender.ts';
import { evaluationsAStep, FAMILIES, familyOf } from './families.ts';
import { samplerMenu, scheduleMenu } from './menus.ts';

function samplerItem({ id, title, summary, order }: (typeof samplerMenu)[number]): PickerItem<SamplerId> {
  const evaluations = evaluationsAStep(id);
  const whole = Number.isInteger(evaluations);
  const count = whole ? String(evaluations) : `about ${evaluations.toFixed(1)}`;
  return {
    id,
    title,
    summary,
    group: familyOf(id),
    facts: `order ${order} · ${count} ${evaluations === 1 ? 'evaluation' : 'evaluations'} a step`,
    aliases: samplerAliases[id],
  };
}

/** By family, and in it as the registry has them. */
export const samplerItems: readonly PickerItem<SamplerId>[] = samplerMenu
  .map(samplerItem)
  .sort((a, b) => FAMILIES.indexOf(a.group as never) - FAMILIES.indexOf(b.group as never));

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
