import { phi } from '../../math/expIntegral.ts';
import { choiceField } from '../../core/field.ts';
import { ring } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import { drawsNoise, noiseFields, sdeNoise, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/**
 * SDE-DPM-Solver++(2M). Lu et al. 2022, https://arxiv.org/abs/2211.01095, its SDE-DPM-Solver++(2M), with α = 1; η as in
 * k-diffusion: the decay of the state is H = (1 + η)h. `midpoint` weighs the change of D by half of D's own weight,
 * `heun` exactly.
 */
export const dpmpp2mSde: Sampler<NoiseParams & { solver_type: 'midpoint' | 'heun' }> = {
  id: 'dpmpp_2m_sde',
  title: 'DPM-Solver++(2M) SDE',
  paper: {
    title: 'DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2211.01095',
  },
  summary: 'The two-step extrapolation on the reverse SDE: fresh noise at one evaluation a step.',
  order: 2,
  stochastic: drawsNoise,
  params: {
    ...noiseFields,
    solver_type: choiceField({
      label: 'solver',
      help: 'How the change of the picture is weighed; both are second order.',
      default: 'midpoint',
      options: [
        ['midpoint', 'midpoint'],
        ['heun', 'heun'],
      ],
    }),
  },
  *plan(sigmas, params) {
    const history = ring('d', 2);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const d = history(i);
      const d1 = history(i - 1);
      yield denoise(s, d);
      if (t === 0) {
        yield combine('x', [[1, d]]);
        yield mark(i + 1, t, d);
        continue;
      }
      const h = Math.log(s / t);
      const H = (1 + params.eta) * h;
      const fresh = sdeNoise(s, t, params);
      const weight = params.solver_type === 'midpoint' ? -Math.expm1(-H) / 2 : H * phi(2, -H);
      const c = i === 0 ? 0 : (weight * h) / Math.log(sigmas[i - 1]! / s); // weight/r, r = h_{i−1}/h_i
      yield* fresh.ops;
      yield combine('x', [
        [Math.exp(-H), 'x'],
        [-Math.expm1(-H) + c, d],
        ...(c === 0 ? [] : [[-c, d1] as const]),
        ...fresh.terms,
      ]); // e^(−H)x + (1 − e^(−H))D + w/r·(D − D⁻¹) + noise
      yield mark(i + 1, t, d);
    }
  },
};
