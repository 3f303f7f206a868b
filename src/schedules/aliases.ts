// What the noise schedules are called in ComfyUI, in A1111's web UI, in diffusers and in k-diffusion. Names are facts;
// where a tool's name stands for settings other than our defaults, they are given.
import { of, type Alias } from '../core/alias.ts';
import type { ScheduleId } from './index.ts';

export const scheduleAliases: Readonly<Record<ScheduleId, readonly Alias[]>> = {
  karras: [
    ...of('ComfyUI', 'karras'),
    ...of('A1111', 'Karras'),
    ...of('diffusers', 'use_karras_sigmas'),
    ...of('k-diffusion', 'get_sigmas_karras'),
  ],
  exponential: [
    ...of('ComfyUI', 'exponential'),
    ...of('A1111', 'Exponential', 'Polyexponential'),
    ...of('diffusers', 'use_exponential_sigmas', 'use_lu_lambdas'),
    ...of('k-diffusion', 'get_sigmas_exponential', 'get_sigmas_polyexponential'),
  ],
  uniform: [
    ...of(
      'ComfyUI',
      ['normal', { spacing: 'normal' }],
      ['sgm_uniform', { spacing: 'sgm_uniform' }],
      ['simple', { spacing: 'simple' }],
      ['ddim_uniform', { spacing: 'leading' }],
    ),
    ...of(
      'A1111',
      ['Uniform', { spacing: 'normal' }],
      ['Normal', { spacing: 'normal' }],
      ['SGM Uniform', { spacing: 'sgm_uniform' }],
      ['Simple', { spacing: 'simple' }],
      ['DDIM', { spacing: 'leading' }],
    ),
    ...of(
      'diffusers',
      ['timestep_spacing="linspace"', { spacing: 'linspace' }],
      ['timestep_spacing="leading"', { spacing: 'leading' }],
      ['timestep_spacing="trailing"', { spacing: 'trailing' }],
    ),
  ],
  cosine: [...of('diffusers', 'beta_schedule="squaredcos_cap_v2"')],
  vp: [...of('k-diffusion', 'get_sigmas_vp'), ...of('ComfyUI', 'VPScheduler')],
  flow_shift: [
    ...of('ComfyUI', ['ModelSamplingSD3', { shift: 3 }]),
    ...of(
      'diffusers',
      'use_flow_sigmas',
      ['FlowMatchEulerDiscreteScheduler(shift=3)', { shift: 3 }],
      ['shift_terminal', { terminal: 0.1 }],
    ),
  ],
  kl_optimal: [...of('ComfyUI', 'kl_optimal'), ...of('A1111', 'KL Optimal')],
  ays: [...of('ComfyUI', 'AlignYourStepsScheduler'), ...of('A1111', ['Align Your Steps', { end: 'append' }])],
  beta_time: [...of('ComfyUI', 'beta'), ...of('RES4LYF', ['beta57', { alpha: 0.5, beta: 0.7 }])],
  beta_sigma: [...of('A1111', 'Beta'), ...of('diffusers', 'use_beta_sigmas')],
  linear_quadratic: [...of('ComfyUI', 'linear_quadratic')],
  bong_tangent: [...of('RES4LYF', 'bong_tangent'), ...of('stable-diffusion.cpp', 'bong_tangent')],
  flux: [...of('ComfyUI', 'ModelSamplingFlux'), ...of('diffusers', 'use_dynamic_shifting')],
  optimal_steps: [...of('ComfyUI', 'OptimalStepsScheduler')],
  logit_normal: [...of('stable-diffusion.cpp', 'logit_normal')],
  laplace: [...of('ComfyUI', 'LaplaceScheduler')],
  smoothstep: [...of('stable-diffusion.cpp', 'smoothstep')],
  lcm: [...of('diffusers', 'LCMScheduler'), ...of('stable-diffusion.cpp', 'lcm')],
  turbo: [...of('ComfyUI', 'SDTurboScheduler'), ...of('A1111', 'Turbo')],
};
