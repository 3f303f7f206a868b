import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import { ancestralStep, drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/**
 * DPM-Solver-2 down to σ↓, then fresh noise up to the next level. Lu et al. 2022, https://arxiv.org/abs/2206.00927,
 * alg. 1 with r₁ = ½, on the split of DDIM, https://arxiv.org/abs/2010.02502, eq. 16; the name is k-diffusion's.
 */
export const dpm2Ancestral: Sampler<NoiseParams> = {
  id: 'dpm_2_ancestral',
  title: 'DPM-Solver-2 ancestral',
  paper: {
    title: 'DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps',
    url: 'https://arxiv.org/abs/2206.00927',
  },
  summary: 'The midpoint in log σ, with a step that goes too far down on purpose and adds noise back.',
  order: 2,
  stochastic: drawsNoise,
  params: noiseFields,
  *plan(sigmas, params) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const { down, ops, terms } = ancestralStep('variance', s, t, params);
      yield denoise(s);
      if (down === 0) {
        yield eulerStep(s, t);
        yield mark(i + 1, t);
        continue;
      }
      const middle = Math.sqrt(s * down);
      const h = down - s;
      yield eulerStep(s, middle, 'y'); // alg. 1: u, at the midpoint
      yield denoise(middle, 'e', 'y');
      yield* ops;
      yield combine('x', [[1, 'x'], [h / middle, 'y'], [-h / middle, 'e'], ...terms]); // alg. 1, then σ↑ of noise
      yield mark(i + 1, t, 'e');
    }
  },
};
