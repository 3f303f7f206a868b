import { choiceField, numberField } from '../../core/field.ts';
import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import type { Op, Reg, Sampler } from './types.ts';

interface Params {
  base: 'euler' | 'dpm_2' | 'dpmpp_2m';
  c: number;
  growth: 'constant' | 'rising';
  tau: 'previous' | 'first';
}

/**
 * DualFast: the predicted noise ε is replaced by (1 + c)ε − c·ε_τ, ε_τ from an earlier, noisier step, in any first- or
 * second-order solver, for no evaluation more. Yu et al. 2025, https://arxiv.org/abs/2506.13058, after second-hand accounts: how
 * the paper lets c grow towards low noise and which step τ is could not be read, so both are to be chosen. With an exact
 * denoiser there is no error of approximation to take away, and what is left is extrapolation: with c = ½ and the step
 * before, Euler becomes Adams-Bashforth's second method. A step to σ = 0 returns the denoised value.
 */
export const dualfast: Sampler<Params> = {
  id: 'dualfast',
  title: 'DualFast',
  paper: {
    title: 'DualFast: Dual-Speedup Framework for Fast Sampling of Diffusion Models',
    url: 'https://arxiv.org/abs/2506.13058',
  },
  summary: 'Moves each noise prediction away from an earlier, noisier one, inside another solver and at its cost.',
  order: 2,
  stochastic: () => false,
  params: {
    base: choiceField<Params['base']>({
      label: 'base',
      help: 'Whose predictions are moved.',
      default: 'euler',
      options: [
        ['euler', 'Euler'],
        ['dpm_2', 'DPM-Solver-2'],
        ['dpmpp_2m', 'DPM-Solver++(2M)'],
      ],
    }),
    c: numberField({
      label: 'c',
      help: 'How far they are moved; 0 is the base itself.',
      default: 0.5,
      min: 0,
      max: 1,
    }),
    growth: choiceField<Params['growth']>({
      label: 'growth of c',
      help: 'The same at every step, or from 0 at the first to c at the last.',
      default: 'constant',
      options: [
        ['constant', 'the same'],
        ['rising', 'rising'],
      ],
    }),
    tau: choiceField<Params['tau']>({
      label: 'τ',
      help: 'Which prediction they are moved away from; from the first, more steps do not converge.',
      default: 'previous',
      options: [
        ['previous', 'the step before'],
        ['first', 'the first'],
      ],
    }),
  },
  *plan(sigmas, { base, c: most, growth, tau }) {
    const last = sigmas.length - 2;
    const cOf = (i: number) => (i === 0 ? 0 : most * (growth === 'rising' ? i / last : 1));
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const d = base === 'dpmpp_2m' ? `d${i % 2}` : 'd';
      yield denoise(s, d);
      if (t === 0) {
        yield combine('x', [[1, d]]);
        yield mark(i + 1, t, d);
        continue;
      }
      const c = cOf(i);
      const [own, other] = tau === 'first' ? ['v0', 'v0'] : [`v${i % 2}`, `v${(i + 1) % 2}`];
      const used = (i === 0 || tau === 'previous') && i < last && sigmas[i + 2]! > 0;
      if (used)
        yield combine(own!, [
          [1 / s, 'x'],
          [-1 / s, d],
        ]); // ε of this step
      const m = c > 0 ? `m${i % 2}` : d; // what is shown stays what the model said
      if (c > 0) yield moved(m, d, 'x', s, c, other!);
      if (base === 'dpm_2') {
        const middle = Math.sqrt(s * t);
        yield eulerStep(s, middle, 'y', m);
        yield denoise(middle, 'e', 'y');
        const half = c > 0 ? 'n' : 'e';
        if (c > 0) yield moved(half, 'e', 'y', middle, c, other!);
        yield combine('x', [
          [1, 'x'],
          [(t - s) / middle, 'y'],
          [(s - t) / middle, half],
        ]);
        yield mark(i + 1, t, 'e');
        continue;
      }
      const g = 1 - t / s;
      const r = base === 'euler' || i === 0 ? Infinity : Math.log(sigmas[i - 1]! / s) / Math.log(s / t);
      const before = i > 0 && cOf(i - 1) > 0 ? `m${(i + 1) % 2}` : `d${(i + 1) % 2}`;
      yield combine('x', [
        [t / s, 'x'],
        [g * (1 + 1 / (2 * r)), m],
        [-g / (2 * r), before],
      ]);
      yield mark(i + 1, t, d);
    }
  },
};

/** D of (1 + c)ε − c·ε_τ: (1 + c)D − c(x − σε_τ). */
const moved = (out: Reg, d: Reg, x: Reg, sigma: number, c: number, other: Reg): Op =>
  combine(out, [
    [1 + c, d],
    [-c, x],
    [c * sigma, other],
  ]);
