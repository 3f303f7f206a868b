// What menus show of samplers and schedules, read off the registries: `ui` may not import those, and needs no more.
import { samplers, type SamplerId } from '../../samplers/diffusion/index.ts';
import { guidances, type GuidanceId } from '../../samplers/guidance/index.ts';
import { schedules, type ScheduleId } from '../../schedules/index.ts';
import type { MenuItem } from './menu.ts';

export const samplerMenu: readonly (MenuItem<SamplerId> & { readonly order: number })[] = Object.entries(samplers).map(
  ([id, s]) => ({ id: id as SamplerId, title: s.title, summary: s.summary, paper: s.paper, order: s.order }),
);
export const scheduleMenu: readonly MenuItem<ScheduleId>[] = Object.entries(schedules).map(([id, s]) => ({
  id: id as ScheduleId,
  title: s.title,
  summary: s.summary,
  paper: s.paper,
}));
export const guidanceMenu: readonly MenuItem<GuidanceId>[] = Object.entries(guidances).map(([id, m]) => ({
  id: id as GuidanceId,
  title: m.title,
  summary: m.summary,
  paper: m.paper,
}));
export type { GuidanceId } from '../../samplers/guidance/index.ts';
export type { SamplerId } from '../../samplers/diffusion/index.ts';
export type { ScheduleId } from '../../schedules/index.ts';
