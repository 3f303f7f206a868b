import { exponential } from './exponential.ts';
import { karras } from './karras.ts';
import type { Schedule } from './types.ts';

/** The registry: one line per schedule. Menus, links, tests and tables iterate it. */
export const schedules = {
  karras,
  exponential,
} as const satisfies Record<string, Schedule>;

export type ScheduleId = keyof typeof schedules;
