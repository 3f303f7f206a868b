import { numberField } from '../core/field.ts';
import { rampDown } from './ramp.ts';
import type { Schedule } from './types.ts';

/**
 * Uniform in log σ, that is in log-SNR; then 0. Lu et al. 2022, https://arxiv.org/abs/2206.00927 (uniform λ).
 * ρ ≠ 1 bends it ("polyexponential" in k-diffusion): log σ = log σ_min + (1 − u)^ρ·(log σ_max − log σ_min).
 */
export const exponential: Schedule<{ rho: number }> = {
  id: 'exponential',
  title: 'Exponential (uniform in log σ)',
  paper: {
    title: 'DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps',
    url: 'https://arxiv.org/abs/2206.00927',
  },
  summary: 'Every step divides the noise by the same factor: the even grid of the DPM family.',
  params: {
    rho: numberField({
      label: 'ρ',
      help: '1 is even in log σ; more than 1 (polyexponential) gathers steps at low noise.',
      default: 1,
      min: 0.25,
      max: 4,
    }),
  },
  sigmas: (steps, { min, max }, { rho }) => rampDown(steps, max, min, (u) => min * (max / min) ** ((1 - u) ** rho)),
};
