import { gradientEstimation } from './gradientEstimation.ts';
import { cfgPlusPlusPaper, denoiseBoth, freeSlope } from './parts/cfgPlusPlus.ts';
import { ring } from './parts/multistep.ts';
import { combine, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/** Gradient estimation with CFG++: lands on D_λ, and overshoots the change of the unguided slope; ComfyUI's name. */
export const gradientEstimationCfgPp: Sampler<{ gamma: number }> = {
  id: 'gradient_estimation_cfg_pp',
  title: 'Gradient estimation CFG++',
  paper: cfgPlusPlusPaper,
  summary: 'CFG++ that overshoots the change of the unguided slope.',
  order: 1,
  stochastic: () => false,
  params: gradientEstimation.params,
  *plan(sigmas, { gamma }) {
    const history = ring('e', 2);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield* denoiseBoth(s);
      const over = i === 0 || t === 0 ? 0 : (gamma - 1) * (t - s);
      if (t > 0) yield freeSlope(s, history(i));
      // D_λ + tε_i + (γ − 1)(t − s)(ε_i − ε_{i−1})
      yield combine('x', [
        [1, 'd'],
        ...(t > 0 ? [[t + over, history(i)] as const, [-over, history(i - 1)] as const] : []),
      ]);
      yield mark(i + 1, t);
    }
  },
};
