import type { Env, Planned, Section } from './types.ts';

const section = (id: string, title: string, load: () => Promise<{ readonly plan: (env: Env) => Planned | Promise<Planned> }>): Section =>
  ({ id, title, plan: async (env) => (await load()).plan(env) });

/** Each is loaded when it is asked for: together their golden values and references are larger than the page. */
export const sections = [
  section('kernels', 'Kernels against float64 at their edge shapes', () => import('./kernels.ts')),
  section('samplers', 'Samplers and schedules against golden values, and on this GPU', () => import('./samplers.ts')),
  section('statistics', 'Distributions of random numbers, samplers and token draws', () => import('./statistics.ts')),
  section('networks', 'Networks on this GPU against float64', () => import('./networks.ts')),
  section('language', 'Bundled language models forced along their float64 runs', () => import('./language.ts')),
] as const satisfies readonly Section[];

export const sectionIds: readonly string[] = sections.map((s) => s.id);
