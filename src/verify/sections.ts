import { verifySections, type VerifySectionId } from './sectionNames.ts';
import type { Env, Planned, Section } from './types.ts';

type Plan = () => Promise<{ readonly plan: (env: Env) => Planned | Promise<Planned> }>;

/** Each is loaded when it is asked for: together their golden values and references are larger than the page. */
const plans: Readonly<Record<VerifySectionId, Plan>> = {
  kernels: () => import('./kernels.ts'),
  samplers: () => import('./samplers.ts'),
  statistics: () => import('./statistics.ts'),
  networks: () => import('./networks.ts'),
  language: () => import('./language.ts'),
};

export const sections: readonly Section[] = verifySections.map(({ id, title }) => ({
  id,
  title,
  plan: async (env) => (await plans[id]()).plan(env),
}));

export const sectionIds: readonly string[] = sections.map((s) => s.id);
