import { ddim } from './diffusion/ddim.ts';
import { ddpm } from './diffusion/ddpm.ts';
import { deis } from './diffusion/deis.ts';
import { dpm2 } from './diffusion/dpm2.ts';
import { dpmpp2m } from './diffusion/dpmpp2m.ts';
import { dpmpp2mSde } from './diffusion/dpmpp2mSde.ts';
import { dpmpp2s } from './diffusion/dpmpp2s.ts';
import { dpmpp2sAncestral } from './diffusion/dpmpp2sAncestral.ts';
import { dpmpp3m, dpmpp3mCorrected } from './diffusion/dpmpp3m.ts';
import { dpmpp3mSde } from './diffusion/dpmpp3mSde.ts';
import { dpmppSde } from './diffusion/dpmppSde.ts';
import { edmStochastic } from './diffusion/edmStochastic.ts';
import { euler } from './diffusion/euler.ts';
import { eulerAncestral } from './diffusion/eulerAncestral.ts';
import { ghvb } from './diffusion/ghvb.ts';
import { gradientEstimation } from './diffusion/gradientEstimation.ts';
import { heun } from './diffusion/heun.ts';
import { ipndm } from './diffusion/ipndm.ts';
import { lms } from './diffusion/lms.ts';
import { resMultistep } from './diffusion/resMultistep.ts';
import { restart } from './diffusion/restart.ts';
import { rk4 } from './diffusion/rk4.ts';
import { unipc } from './diffusion/unipc.ts';
import type { Op, Sampler } from './types.ts';

/** The registry: one line per sampler. Menus, links, tests and tables iterate it. */
export const samplers = {
  euler,
  heun,
  dpmpp_2m: dpmpp2m,
  unipc,
  ipndm,
  deis,
  ghvb,
  lms,
  res_multistep: resMultistep,
  gradient_estimation: gradientEstimation,
  dpmpp_3m: dpmpp3m,
  dpmpp_3m_corrected: dpmpp3mCorrected,
  dpm_2: dpm2,
  dpmpp_2s: dpmpp2s,
  rk4,
  ddim,
  ddpm,
  euler_ancestral: eulerAncestral,
  dpmpp_2s_ancestral: dpmpp2sAncestral,
  dpmpp_sde: dpmppSde,
  dpmpp_2m_sde: dpmpp2mSde,
  dpmpp_3m_sde: dpmpp3mSde,
  edm_stochastic: edmStochastic,
  restart,
} as const satisfies Record<string, Sampler>;

export type SamplerId = keyof typeof samplers;

/** The whole plan as a list. */
export const planOps = (sampler: Sampler, sigmas: readonly number[], params: object): Op[] => [
  ...sampler.plan(sigmas, params),
];

/** Network evaluations of a plan: counted, not claimed. */
export const nfe = (ops: readonly Op[]): number => ops.filter((o) => o.op === 'eval').length;
