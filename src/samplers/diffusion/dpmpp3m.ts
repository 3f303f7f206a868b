import { booleanField } from '../../core/field.ts';
import { threeStepPlan } from './parts/dpmpp3m.ts';
import type { ListedSampler, Sampler } from './types.ts';

const paper = {
  title: 'DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models',
  url: 'https://arxiv.org/abs/2211.01095',
};
const params = {
  lower_order_final: booleanField({
    label: 'careful end',
    help: 'Second order in the last step but one, for fewer than 15 steps that end at 0, as in diffusers.',
    default: true,
  }),
};
const ode = { eta: 0, s_noise: 0, secondOrder: 'midpoint' } as const;

/**
 * DPM-Solver++(3M) as the official code and every library have it. Lu et al. 2022, https://arxiv.org/abs/2211.01095.
 * Its second difference lacks the factor 2 of Taylor's theorem, so it converges at order 2; see `dpmpp_3m_corrected`.
 */
export const dpmpp3m: ListedSampler<{ lower_order_final: boolean }> = {
  id: 'dpmpp_3m',
  title: 'DPM-Solver++(3M), as published',
  paper,
  summary:
    'Extrapolates the picture from three evaluations; the published curvature term is half of what Taylor asks for, so it is second order.',
  order: 2,
  stochastic: () => false,
  params,
  plan: (sigmas, p) => threeStepPlan(sigmas, { ...ode, curvature: 1, lowerOrderFinal: p.lower_order_final }),
};

/** The same with D₂ = 2·(divided difference): third order. */
export const dpmpp3mCorrected: Sampler<{ lower_order_final: boolean }> = {
  id: 'dpmpp_3m_corrected',
  title: 'DPM-Solver++(3M), corrected',
  paper,
  summary:
    'The three-step extrapolation with the full curvature term: third order once steps are small, not always better at few.',
  order: 3,
  stochastic: () => false,
  params,
  plan: (sigmas, p) => threeStepPlan(sigmas, { ...ode, curvature: 2, lowerOrderFinal: p.lower_order_final }),
};
