import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * DPM++ 2M v2 of stable-diffusion.cpp: 2M whose picture is weighed by the mean h̄ of the step before and this one, in log σ,
 * and extrapolated by the ratio of the shorter to the longer of the two. State and picture then sum to one only if both
 * steps are equally long: on other grids it is of first order, and a picture that is fixed is not kept. After Lu et al.
 * 2022, https://arxiv.org/abs/2211.01095, alg. 2, which equal steps in log σ make it.
 */
export const dpmpp2mV2: Sampler<object> = {
  id: 'dpmpp_2m_v2',
  title: 'DPM-Solver++(2M) v2',
  paper: {
    title: 'DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2211.01095',
  },
  summary:
    'stable-diffusion.cpp’s variant of 2M, with steps averaged in pairs: 2M on an exponential schedule, first order on others.',
  order: 1,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const d = `d${i % 2}`;
      yield denoise(s, d);
      if (i === 0 || t === 0) {
        yield combine('x', [
          [t / s, 'x'],
          [1 - t / s, d],
        ]);
      } else {
        const h = Math.log(s / t);
        const last = Math.log(sigmas[i - 1]! / s);
        const g = -Math.expm1(-(h + last) / 2);
        const c = (g / 2) * (Math.min(h, last) / Math.max(h, last));
        yield combine('x', [
          [t / s, 'x'],
          [g + c, d],
          [-c, `d${(i + 1) % 2}`],
        ]);
      }
      yield mark(i + 1, t, d);
    }
  },
};
