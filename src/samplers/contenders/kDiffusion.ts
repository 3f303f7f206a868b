// Which samplers k-diffusion 0.1.1 has, by function and by the arguments that it takes of ours. Names are facts. Its
// sample_lms is not among them: it extrapolates to σ = 0, where the step is to D here.
import type { ParamValue } from '../../core/field.ts';
import type { SamplerId } from '../diffusion/index.ts';
import type { Contender } from './types.ts';

export interface KDiffusionCall {
  /** In `k_diffusion.sampling`. */
  readonly name: string;
  readonly options: Readonly<Record<string, ParamValue>>;
}

const calls: Partial<Record<SamplerId, readonly [name: string, ...options: string[]]>> = {
  euler: ['sample_euler'],
  ddim: ['sample_euler'],
  heun: ['sample_heun'],
  edm_stochastic: ['sample_heun', 's_churn', 's_tmin', 's_tmax', 's_noise'],
  dpm_adaptive: [
    'sample_dpm_adaptive',
    'order',
    'rtol',
    'atol',
    'h_init',
    'pcoeff',
    'icoeff',
    'dcoeff',
    'accept_safety',
    'eta',
    's_noise',
  ],
  dpm_2: ['sample_dpm_2'],
  dpm_2_ancestral: ['sample_dpm_2_ancestral', 'eta', 's_noise'],
  dpmpp_2m: ['sample_dpmpp_2m'],
  euler_ancestral: ['sample_euler_ancestral', 'eta', 's_noise'],
  dpmpp_2s_ancestral: ['sample_dpmpp_2s_ancestral', 'eta', 's_noise'],
  dpmpp_sde: ['sample_dpmpp_sde', 'eta', 's_noise', 'r'],
  dpmpp_2m_sde: ['sample_dpmpp_2m_sde', 'eta', 's_noise', 'solver_type'],
  dpmpp_3m_sde: ['sample_dpmpp_3m_sde', 'eta', 's_noise'],
};

/** How k-diffusion runs a contender's sampler; null where it has none that computes the same. */
export function kDiffusionCall(c: Pick<Contender, 'sampler' | 'params' | 'asked'>): KDiffusionCall | null {
  const known = calls[c.sampler];
  // DDIM is Euler there, and has no noise on the way.
  if (!known || c.asked || (c.sampler === 'ddim' && c.params['eta'] !== 0)) return null;
  const [name, ...options] = known;
  return { name, options: Object.fromEntries(options.map((key) => [key, c.params[key]!])) };
}
