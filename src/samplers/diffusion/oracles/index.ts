import type { SamplerId } from '../index.ts';
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
import { consistency, lcm } from './consistency.ts';
import { dpmpp2m, dpmpp3m, dpmpp3mCorrected, resMultistep, unipc } from './exponential.ts';
import { deis, ghvb, gradientEstimation, ipndm, lms } from './multistep.ts';
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
} from './stochastic.ts';
import { tableau } from './tableau.ts';
import type { Oracle } from './types.ts';

/** One oracle a sampler; a new sampler does not compile without one. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- oracles of every parameter type
export const oracles: Record<SamplerId, Oracle<any>> = {
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
  lcm,
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
