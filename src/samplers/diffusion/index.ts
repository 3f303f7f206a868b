import { acceleratedDdim } from './acceleratedDdim.ts';
import { acceleratedDdpm } from './acceleratedDdpm.ts';
import { bespoke } from './bespoke.ts';
import { composed } from './composed.ts';
import { consistency } from './consistency.ts';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import { deis } from './deis.ts';
import { dpm2 } from './dpm2.ts';
import { dpm2Ancestral } from './dpm2Ancestral.ts';
import { dpm2AncestralRf } from './dpm2AncestralRf.ts';
import { dpmAdaptive } from './dpmAdaptive.ts';
import { dpmFast } from './dpmFast.ts';
import { dpmpp2m } from './dpmpp2m.ts';
import { dpmpp2mCfgPp } from './dpmpp2mCfgPp.ts';
import { dpmpp2mSde } from './dpmpp2mSde.ts';
import { dpmpp2mV2 } from './dpmpp2mV2.ts';
import { dpmpp2s } from './dpmpp2s.ts';
import { dpmpp2sAncestral } from './dpmpp2sAncestral.ts';
import { dpmpp2sAncestralCfgPp } from './dpmpp2sAncestralCfgPp.ts';
import { dpmpp2sAncestralRf } from './dpmpp2sAncestralRf.ts';
import { dpmpp3m, dpmpp3mCorrected } from './dpmpp3m.ts';
import { dpmpp3mSde } from './dpmpp3mSde.ts';
import { dpmppSde } from './dpmppSde.ts';
import { dpmppSinglestep } from './dpmppSinglestep.ts';
import { dualfast } from './dualfast.ts';
import { edmStochastic } from './edmStochastic.ts';
import { erSde } from './erSde.ts';
import { euler } from './euler.ts';
import { eulerAncestral } from './eulerAncestral.ts';
import { eulerAncestralCfgPp } from './eulerAncestralCfgPp.ts';
import { eulerAncestralRf } from './eulerAncestralRf.ts';
import { eulerCfgPp } from './eulerCfgPp.ts';
import { ghvb } from './ghvb.ts';
import { gradientEstimation } from './gradientEstimation.ts';
import { gradientEstimationCfgPp } from './gradientEstimationCfgPp.ts';
import { heavyBall } from './heavyBall.ts';
import { heun } from './heun.ts';
import { heunpp2 } from './heunpp2.ts';
import { ipndm } from './ipndm.ts';
import { ipndmV } from './ipndmV.ts';
import { lcm } from './lcm.ts';
import { lms } from './lms.ts';
import { paradigms } from './paradigms.ts';
import { parallelNewton } from './parallelNewton.ts';
import { parastep } from './parastep.ts';
import { pcm } from './pcm.ts';
import { pndm } from './pndm.ts';
import { pseudoCorrector } from './pseudoCorrector.ts';
import { resMultistep } from './resMultistep.ts';
import { resMultistepAncestral } from './resMultistepAncestral.ts';
import { resMultistepAncestralCfgPp } from './resMultistepAncestralCfgPp.ts';
import { resMultistepCfgPp } from './resMultistepCfgPp.ts';
import { restorationDegradation } from './restorationDegradation.ts';
import { restart } from './restart.ts';
import { rk4 } from './rk4.ts';
import { saSolver, saSolverPece } from './saSolver.ts';
import { scoreSdeVe } from './scoreSdeVe.ts';
import { scoreSdeVp } from './scoreSdeVp.ts';
import { seeds2 } from './seeds2.ts';
import { seeds3 } from './seeds3.ts';
import { tcd } from './tcd.ts';
import { unipc } from './unipc.ts';
import { tableauSamplers } from './tableaus/index.ts';
import type { AdaptiveSampler, Op, Sampler } from './types.ts';

/** The registry: one line per sampler, and those whose methods are data. Menus, links, tests and tables iterate it. */
export const samplers = {
  euler,
  heun,
  dpmpp_2m: dpmpp2m,
  unipc,
  ipndm,
  deis,
  pndm,
  ipndm_v: ipndmV,
  ghvb,
  lms,
  res_multistep: resMultistep,
  gradient_estimation: gradientEstimation,
  dpmpp_3m: dpmpp3m,
  dpmpp_3m_corrected: dpmpp3mCorrected,
  dpmpp_2m_v2: dpmpp2mV2,
  accelerated_ddim: acceleratedDdim,
  heavy_ball: heavyBall,
  dualfast,
  pseudo_corrector: pseudoCorrector,
  dpmpp_singlestep: dpmppSinglestep,
  dpm_fast: dpmFast,
  dpm_adaptive: dpmAdaptive,
  parastep,
  paradigms,
  pcm,
  parallel_newton: parallelNewton,
  dpm_2: dpm2,
  dpmpp_2s: dpmpp2s,
  heunpp2,
  rk4,
  restoration_degradation: restorationDegradation,
  composed,
  bespoke,
  ddim,
  ddpm,
  accelerated_ddpm: acceleratedDdpm,
  score_sde_vp: scoreSdeVp,
  score_sde_ve: scoreSdeVe,
  euler_ancestral: eulerAncestral,
  dpmpp_2s_ancestral: dpmpp2sAncestral,
  dpm_2_ancestral: dpm2Ancestral,
  euler_ancestral_rf: eulerAncestralRf,
  dpm_2_ancestral_rf: dpm2AncestralRf,
  dpmpp_2s_ancestral_rf: dpmpp2sAncestralRf,
  dpmpp_sde: dpmppSde,
  dpmpp_2m_sde: dpmpp2mSde,
  dpmpp_3m_sde: dpmpp3mSde,
  seeds_2: seeds2,
  seeds_3: seeds3,
  sa_solver: saSolver,
  sa_solver_pece: saSolverPece,
  er_sde: erSde,
  edm_stochastic: edmStochastic,
  restart,
  lcm,
  tcd,
  consistency,
  res_multistep_ancestral: resMultistepAncestral,
  euler_cfg_pp: eulerCfgPp,
  euler_ancestral_cfg_pp: eulerAncestralCfgPp,
  dpmpp_2m_cfg_pp: dpmpp2mCfgPp,
  dpmpp_2s_ancestral_cfg_pp: dpmpp2sAncestralCfgPp,
  res_multistep_cfg_pp: resMultistepCfgPp,
  res_multistep_ancestral_cfg_pp: resMultistepAncestralCfgPp,
  gradient_estimation_cfg_pp: gradientEstimationCfgPp,
  ...tableauSamplers,
} as const satisfies Record<string, Sampler>;

export type SamplerId = keyof typeof samplers;
/** Those that decide as they go, and those whose plan is a list. */
export type AdaptiveId = {
  [K in SamplerId]: (typeof samplers)[K] extends AdaptiveSampler ? K : never;
}[SamplerId];
export type ListedId = Exclude<SamplerId, AdaptiveId>;
export const isListed = (id: SamplerId): id is ListedId => (samplers[id] as Sampler).adaptive !== true;

/** The whole plan as a list. RangeError for a sampler that decides as it goes: there is none before it runs. */
export function planOps(sampler: Sampler, sigmas: readonly number[], params: object): Op[] {
  if (sampler.adaptive) throw new RangeError(`${sampler.id} decides as it goes: it has no list before it runs`);
  return [...sampler.plan(sigmas, params)];
}

export { nfe, passesOf, workOfPlan } from './counting.ts';
