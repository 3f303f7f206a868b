import { numberField } from '../core/field.ts';
import { normalQuantile } from '../math/erf.ts';
import { rampWithin } from './ramp.ts';
import type { Schedule } from './types.ts';

/**
 * Quantiles of the logit-normal distribution of flow time, then 0. Esser et al. 2024, https://arxiv.org/abs/2403.03206,
 * eq. 19, the density that Stable Diffusion 3 was trained with. With σ̂ = t/(1 − t) the logit of t is log σ̂, so these are
 * quantiles of a normal distribution over log σ̂: σ̂ = exp(m + s·Φ⁻¹(1 − u)).
 */
export const logitNormal: Schedule<{ m: number; s: number }> = {
  id: 'logit_normal',
  title: 'Logit-normal quantiles of flow time',
  paper: {
    title: 'Scaling Rectified Flow Transformers for High-Resolution Image Synthesis',
    url: 'https://arxiv.org/abs/2403.03206',
  },
  summary: 'Steps where a flow model was trained most: in the middle of its time.',
  params: {
    m: numberField({ label: 'm', help: 'log σ of the level in the middle.', default: 0, min: -4, max: 4 }),
    s: numberField({ label: 's', help: 'Deviation of log σ.', default: 1, min: 0.1, max: 3 }),
  },
  sigmas: (steps, range, { m, s }) => rampWithin(steps, range, (u) => Math.exp(m + s * normalQuantile(1 - u))),
};
