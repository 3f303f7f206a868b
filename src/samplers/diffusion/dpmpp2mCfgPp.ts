import { cfgPlusPlusPaper, cfgPlusPlusStep, denoiseBoth } from './parts/cfgPlusPlus.ts';
import { combine, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * DPM-Solver++(2M) with CFG++: x ← D_λ + (t/s)(x − D_∅) + (1 − t/s)(D_λ − D_∅,former)/2r; the name is ComfyUI's.
 */
export const dpmpp2mCfgPp: Sampler<object> = {
  id: 'dpmpp_2m_cfg_pp',
  title: 'DPM-Solver++(2M) CFG++',
  paper: cfgPlusPlusPaper,
  summary: 'CFG++ with the two-step extrapolation of DPM-Solver++(2M): one guided evaluation a step.',
  order: 2,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const u = `u${i % 2}`;
      const before = `u${(i + 1) % 2}`;
      yield* denoiseBoth(s, u);
      if (i === 0 || t === 0) yield cfgPlusPlusStep(s, t, [], u);
      else {
        const r = Math.log(sigmas[i - 1]! / s) / Math.log(s / t); // r = h_{i−1}/h_i
        const c = (1 - t / s) / (2 * r);
        yield combine('x', [
          [1 + c, 'd'],
          [t / s, 'x'],
          [-t / s, u],
          [-c, before],
        ]);
      }
      yield mark(i + 1, t);
    }
  },
};
