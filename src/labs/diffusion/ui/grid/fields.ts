// The menu of fields that an axis can set, to be searched; and names to choose its values from.
import type { PickerItem } from '../../../../frame/ui/picker/search.ts';
import { gridFields, type CellRun } from '../../config/gridAxes.ts';
import { modelMenu, samplerMenu, scheduleMenu } from '../../config/menus.ts';

function groupOf(id: string): string {
  if (id.startsWith('sampler.')) return 'Parameters of the sampler';
  if (id.startsWith('schedule.')) return 'Parameters of the schedule';
  return ['contender', 'pair', 'sampler', 'schedule', 'steps', 'nfe', 'sigma_max', 'sigma_min'].includes(id)
    ? 'Contender'
    : 'Experiment';
}

/** Fields that no other axis has taken. */
export const fieldItems = ({ contender }: CellRun, taken: readonly string[]): readonly PickerItem[] =>
  gridFields(contender)
    .filter((f) => !taken.includes(f.id))
    .map((f) => ({ id: f.id, title: f.title, group: groupOf(f.id), facts: f.id, summary: f.help, aliases: [] }));

/** Values that a field takes by name. */
export function namesFor(field: string): readonly { readonly id: string; readonly title: string }[] {
  switch (field) {
    case 'sampler':
      return samplerMenu;
    case 'schedule':
      return scheduleMenu;
    case 'model':
      return modelMenu;
    default:
      return [];
  }
}
