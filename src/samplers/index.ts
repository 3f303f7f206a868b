import { dpmpp2m } from './diffusion/dpmpp2m.ts';
import { euler } from './diffusion/euler.ts';
import { eulerAncestral } from './diffusion/eulerAncestral.ts';
import { heun } from './diffusion/heun.ts';
import { rk4 } from './diffusion/rk4.ts';
import type { Op, Sampler } from './types.ts';

/** The registry: one line per sampler. Menus, links, tests and tables iterate it. */
export const samplers = {
  euler,
  heun,
  rk4,
  dpmpp_2m: dpmpp2m,
  euler_ancestral: eulerAncestral,
} as const satisfies Record<string, Sampler>;

export type SamplerId = keyof typeof samplers;

/** The whole plan as a list. */
export const planOps = (sampler: Sampler, sigmas: readonly number[], params: object): Op[] => [...sampler.plan(sigmas, params)];

/** Network evaluations of a plan: counted, not claimed. */
export const nfe = (ops: readonly Op[]): number => ops.filter((o) => o.op === 'eval').length;
