import type { ListedId } from '../index.ts';
import { bespoke, composed } from './fitted.ts';
import {
  dpmpp2mCfgPp,
  dpmpp2sAncestralCfgPp,
  eulerAncestralCfgPp,
  eulerCfgPp,
  gradientEstimationCfgPp,
  resMultistepAncestral,
  resMultistepAncestralCfgPp,
  resMultistepCfgPp,
} from './cfgPlusPlus.ts';
import { tableauSamplers, type TableauId } from '../tableaus/index.ts';
import { erSde, saSolver, saSolverPece } from './adamsSde.ts';
import {
  acceleratedDdim,
  acceleratedDdpm,
  dpm2Ancestral,
  dpmpp2mV2,
  dualfast,
  heavyBall,
  heunpp2,
  ipndmV,
  pndm,
  pseudoCorrector,
  restorationDegradation,
  tcd,
} from './byName.ts';
import { consistency, lcm } from './consistency.ts';
import { dpmpp2m, dpmpp3m, dpmpp3mCorrected, resMultistep, unipc } from './exponential.ts';
import { dpm2AncestralRf, dpmpp2sAncestralRf, eulerAncestralRf } from './flow.ts';
import { dpmFast, dpmppSinglestep } from './groups.ts';
import { deis, ghvb, gradientEstimation, ipndm, lms } from './multistep.ts';
import { parastep, pcm } from './parallel.ts';
import { seeds2, seeds3 } from './seeds.ts';
import { dpm2, dpmpp2s, euler, heun, rk4 } from './singlestep.ts';
import {
  ddim,
  ddpm,
  dpmpp2mSde,
  dpmpp2sAncestral,
  dpmpp3mSde,
  dpmppSde,
  edmStochastic,
  eulerAncestral,
  restart,
  scoreSdeVp,
} from './stochastic.ts';
import { tableau } from './tableau.ts';
import type { Oracle } from './types.ts';

/** One oracle a sampler; a new sampler does not compile without one. Those that choose their steps: adaptive.ts. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- oracles of every parameter type
export const oracles: Record<ListedId, Oracle<any>> = {
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
  parastep,
  pcm,
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
  ...(Object.fromEntries((Object.keys(tableauSamplers) as TableauId[]).map((id) => [id, tableau(id)])) as Record<
    TableauId,
    ReturnType<typeof tableau>
  >),
};
