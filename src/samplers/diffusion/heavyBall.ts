import { choiceField, numberField } from '../../core/field.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

interface Params {
  base: 'euler' | 'dpmpp_2m';
  beta: number;
}

/**
 * Polyak's heavy ball on a whole step: a velocity v over σ that follows the method's own, u = (its step)/(t − s), by
 * v ← (1 − β)v + βu, x ← x + (t − s)v. Wizadwongsa et al. 2023, https://arxiv.org/abs/2307.11118, section 4.1. Whatever the
 * base, β < 1 is of first order. v starts as the first u; a step to σ = 0 returns the denoised value.
 */
export const heavyBall: Sampler<Params> = {
  id: 'heavy_ball',
  title: 'Heavy ball',
  paper: {
    title: 'Diffusion Sampling with Momentum for Mitigating Divergence Artifacts',
    url: 'https://arxiv.org/abs/2307.11118',
  },
  summary: 'Gives the whole step inertia: first order, calmer where steps are too large for their method.',
  order: 1,
  stochastic: () => false,
  params: {
    base: choiceField({
      label: 'base',
      help: 'Whose steps are damped.',
      default: 'euler',
      options: [
        ['euler', 'Euler'],
        ['dpmpp_2m', 'DPM-Solver++(2M)'],
      ],
    }),
    beta: numberField({
      label: 'β',
      help: 'How much of each step is new: 1 is the base itself.',
      default: 0.8,
      min: 0.1,
      max: 1,
    }),
  },
  *plan(sigmas, { base, beta }) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const d = base === 'euler' ? 'd' : `d${i % 2}`;
      yield denoise(s, d);
      if (t === 0) {
        yield combine('x', [[1, d]]);
        yield mark(i + 1, t, d);
        continue;
      }
      const h = t - s;
      const g = 1 - t / s;
      const r = base === 'euler' || i === 0 ? Infinity : Math.log(sigmas[i - 1]! / s) / Math.log(s / t);
      const c = g / (2 * r); // 2M: g·(D + (D − D⁻¹)/2r)
      const kept = i === 0 ? 0 : 1 - beta;
      const w = (i === 0 ? 1 : beta) / h;
      yield combine('v', [
        [kept, 'v'],
        [-g * w, 'x'],
        [(g + c) * w, d],
        [-c * w, `d${(i + 1) % 2}`],
      ]);
      yield combine('x', [
        [1, 'x'],
        [h, 'v'],
      ]);
      yield mark(i + 1, t, d);
    }
  },
};
