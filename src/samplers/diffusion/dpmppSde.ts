import { numberField } from '../../core/field.ts';
import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import { ancestralNoise, ancestralSplit, drawsNoise, noiseFields, type NoiseParams } from './parts/stochastic.ts';
import type { Sampler } from './types.ts';

/**
 * DPM-Solver++(SDE), singlestep: an ancestral step to an inner point, then one over the whole step with both pictures.
 * Lu et al. 2022, https://arxiv.org/abs/2211.01095, alg. 1 on an ancestral step; this two-stage form is k-diffusion's.
 * The noise of the inner step is part of the same path as that of the whole step.
 */
export const dpmppSde: Sampler<NoiseParams & { r: number }> = {
  id: 'dpmpp_sde',
  title: 'DPM-Solver++ SDE',
  paper: {
    title: 'DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2211.01095',
  },
  summary: 'A two-stage solver of the reverse SDE: two evaluations a step.',
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
  },
  *plan(sigmas, params) {
    const { eta, r } = params;
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t === 0) {
        yield eulerStep(s, t);
        yield mark(i + 1, t);
        continue;
      }
      const inner = s * (t / s) ** r;
      const first = ancestralSplit(s, inner, eta);
      const whole = ancestralSplit(s, t, eta);
      const firstNoise = ancestralNoise(s, inner, first.up, params);
      const wholeNoise = ancestralNoise(s, t, whole.up, params);
      yield* firstNoise.ops;
      yield combine('y', [[first.down / s, 'x'], [1 - first.down / s, 'd'], ...firstNoise.terms]); // to the inner point
      yield denoise(inner, 'e', 'y');
      const g = 1 - whole.down / s;
      const w = 1 / (2 * r); // (1 − 1/2r)·D + 1/2r·D(inner), as in alg. 1
      yield* wholeNoise.ops;
      yield combine('x', [[whole.down / s, 'x'], [g * (1 - w), 'd'], [g * w, 'e'], ...wholeNoise.terms]);
      yield mark(i + 1, t, 'e');
    }
  },
};
