// What menus show, read off the registries: `ui` may not import those, and needs no more than this.
import { modelCard, modelIds, type ModelId } from '../../../models/index.ts';
import { metricFacts, type MetricId } from '../../../metrics/samples/facts.ts';
import type { MenuItem } from '../../../frame/config/menu.ts';
import type { MetricFacts } from '../../../metrics/samples/types.ts';

export { samplerMenu, scheduleMenu } from '../../../frame/config/samplerMenus.ts';
export const modelMenu: readonly MenuItem<ModelId>[] = modelIds.map((id) => ({
  id,
  title: modelCard(id).title,
  summary: modelCard(id).summary,
  paper: null,
}));
export const metricMenu: readonly (MetricFacts & { readonly id: MetricId })[] = Object.values(metricFacts);
export { modelCard, wholeWithoutClass } from '../../../models/index.ts';
export type { MetricId } from '../../../metrics/samples/facts.ts';
export type { ModelId } from '../../../models/index.ts';
export type { SamplerId } from '../../../samplers/diffusion/index.ts';
export type { ScheduleId } from '../../../schedules/index.ts';
