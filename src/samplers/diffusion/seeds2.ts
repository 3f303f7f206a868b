import { phi } from '../../math/expIntegral.ts';
import { choiceField, numberField } from '../../core/field.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import { drawsNoise, noiseFields, sdeNoise, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

interface Params extends NoiseParams {
  r: number;
  solver_type: 'phi_1' | 'phi_2';
}

/**
 * SEEDS-2: a two-stage exponential method for the reverse SDE of rate η, whose noise is integrated exactly, stage by stage.
 * Gonzalez et al. 2023, https://arxiv.org/abs/2305.14267; r, η and the choice of weights as in ComfyUI. With H = (1 + η)h
 * both stages decay by the SDE's own factor, (m/s)^(1+η) and (t/s)^(1+η). The noise of the inner stage, in
 * `n`, decays on to the end of the step, where that of the rest of the path is added.
 */
export const seeds2: Sampler<Params> = {
  id: 'seeds_2',
  title: 'SEEDS-2',
  paper: {
    title: 'SEEDS: Exponential SDE Solvers for Fast High-Quality Sampling from Diffusion Models',
    url: 'https://arxiv.org/abs/2305.14267',
  },
  summary: 'A two-stage exponential solver of the reverse SDE, noise included in both stages: two evaluations a step.',
  order: 2,
  stochastic: drawsNoise,
  params: {
    ...noiseFields,
    r: numberField({
      label: 'r',
      help: 'Where the inner point lies, as a share of the step in log σ.',
      default: 0.5,
      min: 0.1,
      max: 1,
    }),
    solver_type: choiceField({
      label: 'weights',
      help: 'How the change of the picture is weighed: as half of its own weight, or exactly.',
      default: 'phi_1',
      options: [
        ['phi_1', 'φ₁ / 2'],
        ['phi_2', 'φ₂'],
      ],
    }),
  },
  *plan(sigmas, params) {
    const { eta, r } = params;
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t === 0) {
        yield combine('x', [[1, 'd']]);
        yield mark(i + 1, t);
        continue;
      }
      const inner = r === 1 ? t : s * (t / s) ** r;
      const H = (1 + eta) * Math.log(s / t);
      const g = -Math.expm1(-H);
      const w = (params.solver_type === 'phi_1' ? g / 2 : H * phi(2, -H)) / r; // weight of D(inner) − D
      const first = sdeNoise(s, inner, params);
      const rest = sdeNoise(inner, t, params); // nothing at r = 1
      yield* first.ops;
      if (first.terms.length > 0) yield combine('n', first.terms);
      const carried = (decay: number) => first.terms.map(() => [decay, 'n'] as const);
      yield combine('y', [[Math.exp(-r * H), 'x'], [-Math.expm1(-r * H), 'd'], ...carried(1)]);
      yield denoise(inner, 'e', 'y');
      yield* rest.ops;
      yield combine('x', [
        [Math.exp(-H), 'x'],
        [g - w, 'd'],
        [w, 'e'],
        ...carried(Math.exp((r - 1) * H)),
        ...rest.terms,
      ]);
      yield mark(i + 1, t, 'e');
    }
  },
};
