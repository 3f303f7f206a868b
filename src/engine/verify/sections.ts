import type { Env, Planned, Section } from './types.ts';

const section = (id: string, title: string, load: () => Promise<{ readonly plan: (env: Env) => Planned | Promise<Planned> }>): Section =>
  ({ id, title, plan: async (env) => (await load()).plan(env) });

/** Each is loaded when it is asked for: together their golden values and references are larger than the page. */
export const sections = [
  section('kernels', 'Kernels against float64 at their edge shapes', () => import('./kernels.ts')),
  section('samplers', 'Samplers and schedules against golden values, and on this GPU', () => import('./samplers.ts')),
] as const satisfies readonly Section[];

export const sectionIds: readonly string[] = sections.map((s) => s.id);
