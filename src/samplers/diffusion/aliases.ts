// What the samplers are called in ComfyUI, in A1111's web UI, in diffusers, in k-diffusion and in RES4LYF. Names are facts; where a
// tool's name stands for settings other than our defaults, they are given.
import { of, type Alias } from '../../core/alias.ts';
import type { SamplerId } from './index.ts';
import { tableauSamplers, type TableauId } from './tableaus/index.ts';
import { tableauAliases } from './tableaus/aliases.ts';

/** Levels of Stable Diffusion's table at the times .2 and .8 of its training. */
const [SD_MIN, SD_MAX] = [0.571, 5.09];

const written: Readonly<Record<Exclude<SamplerId, TableauId>, readonly Alias[]>> = {
  euler: [
    ...of('ComfyUI', 'euler'),
    ...of('A1111', 'Euler'),
    ...of('diffusers', 'EulerDiscreteScheduler', 'EDMEulerScheduler', 'FlowMatchEulerDiscreteScheduler'),
    ...of('k-diffusion', 'sample_euler'),
    ...of('RES4LYF', 'euler'),
  ],
  heun: [
    ...of('ComfyUI', 'heun'),
    ...of('A1111', 'Heun'),
    ...of('diffusers', 'HeunDiscreteScheduler', 'FlowMatchHeunDiscreteScheduler'),
    ...of('k-diffusion', 'sample_heun'),
    ...of('RES4LYF', 'heun_2s'),
  ],
  dpmpp_2m: [
    ...of('ComfyUI', 'dpmpp_2m'),
    ...of('A1111', 'DPM++ 2M'),
    ...of('diffusers', 'DPMSolverMultistepScheduler', 'EDMDPMSolverMultistepScheduler'),
    ...of('k-diffusion', 'sample_dpmpp_2m'),
    ...of('RES4LYF', 'dpmpp_2m'),
  ],
  unipc: [
    ...of('ComfyUI', ['uni_pc', { order: 3, variant: 'bh1' }], ['uni_pc_bh2', { order: 3, variant: 'bh2' }]),
    ...of('A1111', ['UniPC', { order: 3, variant: 'bh1' }]),
    ...of('diffusers', 'UniPCMultistepScheduler'),
  ],
  ipndm: [...of('ComfyUI', 'ipndm'), ...of('diffusers', 'IPNDMScheduler')],
  deis: [
    ...of('ComfyUI', 'deis'),
    ...of('diffusers', ['DEISMultistepScheduler', { order: 2, mode: 'logrho' }]),
    ...of(
      'RES4LYF',
      ['deis_2m', { order: 2, mode: 'logrho' }],
      ['deis_3m', { order: 3, mode: 'logrho' }],
      ['deis_4m', { order: 4, mode: 'logrho' }],
    ),
  ],
  pndm: [
    ...of('A1111', 'PLMS'),
    ...of(
      'diffusers',
      ['PNDMScheduler(skip_prk_steps=True)', { warmup: 'heun' }],
      ['PNDMScheduler', { warmup: 'runge_kutta' }],
    ),
  ],
  ipndm_v: [...of('ComfyUI', 'ipndm_v')],
  ghvb: [],
  lms: [
    ...of('ComfyUI', 'lms'),
    ...of('A1111', 'LMS'),
    ...of('diffusers', 'LMSDiscreteScheduler'),
    ...of('k-diffusion', 'sample_lms'),
  ],
  res_multistep: [...of('ComfyUI', 'res_multistep'), ...of('RES4LYF', 'res_2m', 'abnorsett_2m', 'abnorsett2_1h2s')],
  gradient_estimation: [...of('ComfyUI', 'gradient_estimation')],
  res_multistep_ancestral: [...of('ComfyUI', 'res_multistep_ancestral')],
  euler_cfg_pp: [...of('ComfyUI', 'euler_cfg_pp')],
  euler_ancestral_cfg_pp: [...of('ComfyUI', 'euler_ancestral_cfg_pp')],
  dpmpp_2m_cfg_pp: [...of('ComfyUI', 'dpmpp_2m_cfg_pp')],
  dpmpp_2s_ancestral_cfg_pp: [...of('ComfyUI', 'dpmpp_2s_ancestral_cfg_pp')],
  res_multistep_cfg_pp: [...of('ComfyUI', 'res_multistep_cfg_pp')],
  res_multistep_ancestral_cfg_pp: [...of('ComfyUI', 'res_multistep_ancestral_cfg_pp')],
  gradient_estimation_cfg_pp: [...of('ComfyUI', 'gradient_estimation_cfg_pp')],
  dpmpp_3m: [...of('diffusers', 'DPMSolverMultistepScheduler(solver_order=3)'), ...of('RES4LYF', 'dpmpp_3m')],
  dpmpp_3m_corrected: [],
  dpmpp_2m_v2: [...of('stable-diffusion.cpp', 'dpm++2mv2')],
  accelerated_ddim: [],
  heavy_ball: [],
  dualfast: [],
  pseudo_corrector: [],
  dpmpp_singlestep: [
    ...of(
      'diffusers',
      ['DPMSolverSinglestepScheduler(lower_order_final=True)', { order: 2 }],
      ['DPMSolverSinglestepScheduler(lower_order_final=True, solver_order=3)', { order: 3 }],
    ),
  ],
  dpm_fast: [...of('ComfyUI', 'dpm_fast'), ...of('A1111', 'DPM fast'), ...of('k-diffusion', 'sample_dpm_fast')],
  dpm_adaptive: [
    ...of('ComfyUI', 'dpm_adaptive'),
    ...of('A1111', 'DPM adaptive'),
    ...of('k-diffusion', 'sample_dpm_adaptive'),
  ],
  parastep: [...of('papers', ['BatchStep', { slope: 'last' }])],
  paradigms: [...of('papers', 'Picard iteration')],
  pcm: [...of('papers', 'Picard consistency model')],
  parallel_newton: [...of('papers', 'DEER')],
  dpm_2: [
    ...of('ComfyUI', 'dpm_2'),
    ...of('A1111', 'DPM2'),
    ...of('diffusers', 'KDPM2DiscreteScheduler'),
    ...of('k-diffusion', 'sample_dpm_2'),
  ],
  dpmpp_2s: [...of('diffusers', 'DPMSolverSinglestepScheduler'), ...of('RES4LYF', 'dpmpp_2s')],
  heunpp2: [...of('ComfyUI', 'heunpp2')],
  rk4: [],
  restoration_degradation: [],
  composed: [],
  bespoke: [],
  ddim: [
    ...of('ComfyUI', 'ddim'),
    ...of('A1111', 'DDIM'),
    ...of('diffusers', 'DDIMScheduler', 'DDIMParallelScheduler'),
    ...of('RES4LYF', 'ddim'),
  ],
  ddpm: [...of('ComfyUI', 'ddpm'), ...of('diffusers', 'DDPMScheduler', 'DDPMParallelScheduler')],
  accelerated_ddpm: [],
  score_sde_vp: [...of('diffusers', 'ScoreSdeVpScheduler')],
  score_sde_ve: [...of('diffusers', 'ScoreSdeVeScheduler')],
  euler_ancestral: [
    ...of('ComfyUI', 'euler_ancestral'),
    ...of('A1111', 'Euler a'),
    ...of('diffusers', 'EulerAncestralDiscreteScheduler'),
    ...of('k-diffusion', 'sample_euler_ancestral'),
  ],
  dpmpp_2s_ancestral: [
    ...of('ComfyUI', 'dpmpp_2s_ancestral'),
    ...of('A1111', 'DPM++ 2S a'),
    ...of('k-diffusion', 'sample_dpmpp_2s_ancestral'),
  ],
  dpm_2_ancestral: [
    ...of('ComfyUI', 'dpm_2_ancestral'),
    ...of('A1111', 'DPM2 a'),
    ...of('diffusers', 'KDPM2AncestralDiscreteScheduler'),
    ...of('k-diffusion', 'sample_dpm_2_ancestral'),
  ],
  euler_ancestral_rf: [
    ...of('ComfyUI', 'sample_euler_ancestral_RF'),
    ...of('diffusers', 'LTXEulerAncestralRFScheduler'),
  ],
  dpm_2_ancestral_rf: [...of('ComfyUI', 'sample_dpm_2_ancestral_RF')],
  dpmpp_2s_ancestral_rf: [...of('ComfyUI', 'sample_dpmpp_2s_ancestral_RF')],
  dpmpp_sde: [
    ...of('ComfyUI', 'dpmpp_sde', 'dpmpp_sde_gpu'),
    ...of('A1111', 'DPM++ SDE'),
    ...of('diffusers', 'DPMSolverSDEScheduler'),
    ...of('k-diffusion', 'sample_dpmpp_sde'),
    ...of('RES4LYF', 'dpmpp_sde_2s'),
  ],
  dpmpp_2m_sde: [
    ...of('ComfyUI', 'dpmpp_2m_sde', 'dpmpp_2m_sde_gpu', ['dpmpp_2m_sde_heun', { solver_type: 'heun' }]),
    ...of('A1111', 'DPM++ 2M SDE', ['DPM++ 2M SDE Heun', { solver_type: 'heun' }]),
    ...of(
      'diffusers',
      'DPMSolverMultistepScheduler(algorithm_type="sde-dpmsolver++")',
      'CosineDPMSolverMultistepScheduler',
    ),
    ...of('k-diffusion', 'sample_dpmpp_2m_sde'),
  ],
  dpmpp_3m_sde: [
    ...of('ComfyUI', 'dpmpp_3m_sde', 'dpmpp_3m_sde_gpu'),
    ...of('A1111', 'DPM++ 3M SDE'),
    ...of('k-diffusion', 'sample_dpmpp_3m_sde'),
  ],
  seeds_2: [...of('ComfyUI', 'seeds_2', ['exp_heun_2_x0_sde', { r: 1, solver_type: 'phi_2' }])],
  seeds_3: [...of('ComfyUI', 'seeds_3')],
  // the noise of ComfyUI and diffusers acts in times .2 to .8 of training: these levels of Stable Diffusion's table
  sa_solver: [
    ...of('ComfyUI', ['sa_solver', { s_tmin: SD_MIN, s_tmax: SD_MAX }]),
    ...of('diffusers', [
      'SASolverScheduler',
      { s_tmin: SD_MIN, s_tmax: SD_MAX, predictor_order: 2, corrector_order: 2, simple_order_2: true },
    ]),
  ],
  sa_solver_pece: [...of('ComfyUI', ['sa_solver_pece', { s_tmin: SD_MIN, s_tmax: SD_MAX }])],
  er_sde: [...of('ComfyUI', 'er_sde'), ...of('stable-diffusion.cpp', 'er_sde')],
  edm_stochastic: [
    ...of('k-diffusion', 'sample_heun(s_churn=40)'),
    ...of('diffusers', ['KarrasVeScheduler', { s_churn: 80, s_noise: 1.007 }]),
  ],
  restart: [...of('A1111', 'Restart')],
  lcm: [
    ...of('ComfyUI', 'lcm'),
    ...of('A1111', 'LCM'),
    ...of(
      'diffusers',
      'LCMScheduler',
      'SCMScheduler',
      'FlowMatchLCMScheduler',
      'FlowMatchEulerDiscreteScheduler(stochastic_sampling=True)',
    ),
  ],
  tcd: [...of('diffusers', 'TCDScheduler'), ...of('stable-diffusion.cpp', 'tcd')],
  consistency: [...of('diffusers', 'CMStochasticIterativeScheduler')],
};

export const samplerAliases: Readonly<Record<SamplerId, readonly Alias[]>> = {
  ...written,
  ...(Object.fromEntries(
    (Object.keys(tableauSamplers) as TableauId[]).map((id) => [id, tableauAliases[id] ?? []]),
  ) as unknown as Record<TableauId, readonly Alias[]>),
};
