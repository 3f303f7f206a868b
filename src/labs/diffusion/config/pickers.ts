// The menus of samplers and schedules with what a reader searches and compares by: family, order, evaluations a step, the
// names of other tools. Loaded when a menu is opened.
import type { PickerItem } from '../../../frame/ui/picker/search.ts';
import { samplerAliases } from '../../../samplers/diffusion/aliases.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { scheduleAliases } from '../../../schedules/aliases.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import { contenderNfe, isStochastic, newContender, type FieldTable } from './contender.ts';
import { samplerMenu, scheduleMenu } from './menus.ts';

/** Evaluations that one more step costs, over a few of them: a whole number for all but those that jump back. */
function evaluationsAStep(id: SamplerId): number {
  const c = newContender(id, 8);
  const spent = (steps: number) => contenderNfe(c, 'ring8', steps);
  return (spent(16) - spent(8)) / 8;
}

const FAMILIES = ['First order', 'Multistep', 'Several evaluations a step', 'Stochastic'] as const;
function familyOf(id: SamplerId, evaluations: number): (typeof FAMILIES)[number] {
  if (isStochastic(newContender(id, 2))) return 'Stochastic';
  if (evaluations > 1) return 'Several evaluations a step';
  return samplers[id].order > 1 ? 'Multistep' : 'First order';
}

function samplerItem({ id, title, summary, order }: (typeof samplerMenu)[number]): PickerItem<SamplerId> {
  const evaluations = evaluationsAStep(id);
  const whole = Number.isInteger(evaluations);
  const count = whole ? String(evaluations) : `about ${evaluations.toFixed(1)}`;
  return {
    id,
    title,
    summary,
    group: familyOf(id, evaluations),
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
