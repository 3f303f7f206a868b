// What the grids of all labs with contenders have in common beside the axes themselves: their place in the menu, and
// values to begin with.
import type { Contender } from '../../samplers/contenders/types.ts';
import type { AxisField, Named } from './grid.ts';
import { samplerMenu, scheduleMenu } from './samplerMenus.ts';

const OF_CONTENDERS = ['contender', 'pair', 'sampler', 'schedule', 'steps', 'nfe', 'sigma_max', 'sigma_min'];

/** Fields as menus show them; `own`: what the lab's contenders have besides. */
export const menuFields = (
  fields: readonly Omit<AxisField, 'group'>[],
  own: readonly string[] = [],
): readonly AxisField[] => fields.map(({ id, title, help }) => ({ id, title, help, group: groupOf(id, own) }));

function groupOf(id: string, own: readonly string[]): string {
  if (id.startsWith('sampler.')) return 'Parameters of the sampler';
  if (id.startsWith('schedule.')) return 'Parameters of the schedule';
  return OF_CONTENDERS.includes(id) || own.includes(id) ? 'Contender' : 'Experiment';
}

/** Values that a field of contenders takes by name. */
export function contenderMenu(field: string): readonly Named[] {
  if (field === 'sampler') return samplerMenu;
  return field === 'schedule' ? scheduleMenu : [];
}

/** Values to begin an axis with. */
export function contenderValues(field: string, contender: Contender, seed: number): string {
  const { steps } = contender;
  const first: Readonly<Record<string, string>> = {
    seed: `${seed}, ${seed + 1}, .., ${seed + 3}`,
    steps: '4, 8, ..*, 32',
    nfe: '4, 8, ..*, 32',
    sampler: 'euler, heun, dpmpp_2m',
    schedule: 'karras, exponential',
    pair: 'euler:karras, dpmpp_2m:exponential',
    contender: `euler:karras:${steps}, dpmpp_2m:karras:${steps}`,
    sigma_max: '5, 10, ..*, 80',
    sigma_min: '0.002, 0.02, ..*, 0.2',
  };
  const group = field.startsWith('sampler.') ? contender.params : contender.scheduleParams;
  const now = group[field.slice(field.indexOf('.') + 1)];
  return first[field] ?? (now === undefined ? '' : String(now));
}
