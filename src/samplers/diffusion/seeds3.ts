import { phi } from '../../math/expIntegral.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import { drawsNoise, noiseFields, sdeNoise, type NoiseParams } from './parts/stochastic.ts';
import type { Op, Sampler } from './types.ts';

/**
 * SEEDS-3: three stages, at a third and at two thirds of the step in log σ; the weights of DPM-Solver++(3S) with the SDE's
 * decay H = (1 + η)h in place of h. Gonzalez et al. 2023, https://arxiv.org/abs/2305.14267. Third order as an ODE; the
 * variance of the SDE converges with order 2.
 */
export const seeds3: Sampler<NoiseParams> = {
  id: 'seeds_3',
  title: 'SEEDS-3',
  paper: {
    title: 'SEEDS: Exponential SDE Solvers for Fast High-Quality Sampling from Diffusion Models',
    url: 'https://arxiv.org/abs/2305.14267',
  },
  summary:
    'A three-stage exponential solver of the reverse SDE, noise included in every stage: three evaluations a step.',
  order: 2,
  stochastic: drawsNoise,
  params: noiseFields,
  *plan(sigmas, params) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t === 0) {
        yield combine('x', [[1, 'd']]);
        yield mark(i + 1, t);
        continue;
      }
      const third = (1 + params.eta) * (Math.log(s / t) / 3);
      const near = s * (t / s) ** (1 / 3);
      const far = s * (t / s) ** (2 / 3);
      const noisy = drawsNoise(params);
      /** The noise of the path from s so far, in `n`: what there was decays, and the stretch's own is added. */
      function* along(from: number, to: number): Generator<Op> {
        const { ops, terms } = sdeNoise(from, to, params);
        yield* ops;
        if (noisy) yield combine('n', [...(from < s ? [[Math.exp(-third), 'n'] as const] : []), ...terms]);
      }
      const carried = noisy ? [[1, 'n'] as const] : [];
      yield* along(s, near);
      yield combine('y', [[Math.exp(-third), 'x'], [-Math.expm1(-third), 'd'], ...carried]);
      yield denoise(near, 'e', 'y');
      const a = 2 * (2 * third) * phi(2, -2 * third); // c₃²/c₂ φ₂(c₃), with H outside
      yield* along(near, far);
      yield combine('y', [[Math.exp(-2 * third), 'x'], [-Math.expm1(-2 * third) - a, 'd'], [a, 'e'], ...carried]);
      yield denoise(far, 'e', 'y');
      const b = (3 / 2) * (3 * third) * phi(2, -3 * third); // φ₂/c₃
      yield* along(far, t);
      yield combine('x', [[Math.exp(-3 * third), 'x'], [-Math.expm1(-3 * third) - b, 'd'], [b, 'e'], ...carried]);
      yield mark(i + 1, t, 'e');
    }
  },
};
