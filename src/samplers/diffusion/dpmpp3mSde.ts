import { threeStepPlan } from './parts/dpmpp3m.ts';
import { drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/**
 * DPM-Solver++(3M) SDE, as in k-diffusion: the three-step extrapolation on the reverse SDE.
 * Lu et al. 2022, https://arxiv.org/abs/2211.01095; its curvature term is the published one (half of Taylor's).
 * diffusers 0.42 has ½ with the wrong sign in that term of sde-dpmsolver++ (order 3), which makes it first order: not
 * followed.
 */
export const dpmpp3mSde: Sampler<NoiseParams> = {
  id: 'dpmpp_3m_sde',
  title: 'DPM-Solver++(3M) SDE',
  paper: {
    title: 'DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2211.01095',
  },
  summary: 'Three-step extrapolation with fresh noise: one evaluation a step.',
  order: 2,
  stochastic: drawsNoise,
  params: noiseFields,
  plan: (sigmas, params) =>
    threeStepPlan(sigmas, { ...params, curvature: 1, secondOrder: 'exact', lowerOrderFinal: false }),
};
