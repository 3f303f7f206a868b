import { numberField } from '../core/field.ts';
import { rampDown } from './ramp.ts';
import type { Schedule } from './types.ts';

/** Karras et al. 2022, https://arxiv.org/abs/2206.00364, eq. 5: uniform in σ^(1/ρ), then 0. */
export const karras: Schedule<{ rho: number }> = {
  id: 'karras',
  title: 'Karras',
  paper: {
    title: 'Elucidating the Design Space of Diffusion-Based Generative Models',
    url: 'https://arxiv.org/abs/2206.00364',
  },
  summary: 'Spends more steps at low noise, where the picture’s detail is made; ρ sets how many more.',
  params: {
    rho: numberField({
      label: 'ρ',
      help: '1 is uniform in σ, 7 is the published value, more gathers steps at low noise.',
      default: 7,
      min: 1,
      max: 20,
    }),
  },
  sigmas: (steps, { min, max }, { rho }) =>
    rampDown(steps, max, min, (u) => (max ** (1 / rho) + u * (min ** (1 / rho) - max ** (1 / rho))) ** rho), // eq. 5
};
