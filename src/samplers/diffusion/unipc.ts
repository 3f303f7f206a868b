import { phi } from '../../math/expIntegral.ts';
import { booleanField, choiceField, numberField } from '../../core/field.ts';
import { solve } from '../../math/solve.ts';
import { ring } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Reg, Sampler } from './types.ts';

interface Params {
  order: number;
  variant: 'bh1' | 'bh2';
  corrector: boolean;
  lower_order_final: boolean;
}

/**
 * Weights a_m of x_t = (t/s)x + (1 − t/s)D₀ + Σ a_m (D_m − D₀) for points at λ_m = λ_s + r_m·h.
 * Zhao et al. 2023, https://arxiv.org/abs/2302.04867: solve Σ_m ρ_m r_m^(k−1) = k!·zφ_{k+1}(z)/B(z), z = −h; a_m = −B
 * ρ_m/r_m. With one point the paper fixes ρ = ½.
 */
function weights(r: readonly number[], h: number, variant: 'bh1' | 'bh2'): number[] {
  const B = variant === 'bh1' ? -h : Math.expm1(-h);
  let factorial = 1;
  const right = r.map((_, k) => ((factorial *= k + 1) * -h * phi(k + 2, -h)) / B);
  const rho =
    r.length === 1
      ? [0.5]
      : solve(
          r.map((_, k) => r.map((v) => v ** k)),
          right,
        );
  return rho.map((v, m) => (-B * v) / r[m]!);
}

/** UniPC: predicts with past values, and corrects the last step with the evaluation that the next one needs anyway. */
export const unipc: Sampler<Params> = {
  id: 'unipc',
  title: 'UniPC',
  paper: {
    title: 'UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models',
    url: 'https://arxiv.org/abs/2302.04867',
  },
  summary: 'Corrects every step for free with the evaluation of the next: order p + 1 at one evaluation a step.',
  order: 3,
  stochastic: () => false,
  params: {
    order: numberField({
      label: 'order p',
      help: 'Evaluations used by the predictor; with the corrector the order is p + 1.',
      default: 2,
      min: 1,
      max: 3,
      integer: true,
    }),
    variant: choiceField({
      label: 'B(h)',
      help: 'bh2 suits few steps and strong guidance.',
      default: 'bh2',
      options: [
        ['bh1', 'bh1: h'],
        ['bh2', 'bh2: e^h − 1'],
      ],
    }),
    corrector: booleanField({ label: 'corrector', help: 'Off leaves the predictor alone, UniP.', default: true }),
    lower_order_final: booleanField({
      label: 'careful end',
      help: 'Lower order in the last steps of runs that end at 0, as in diffusers.',
      default: true,
    }),
  },
  *plan(sigmas, { order, variant, corrector, lower_order_final }) {
    const count = sigmas.length - 1;
    const history = ring('d', order + 1);
    const careful = lower_order_final && sigmas[count] === 0;
    let used = 0;
    let predictor: number[] = []; // order and weights of the step before
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const d = history(i);
      yield denoise(s, d);
      if (i > 0 && corrector) {
        const from = sigmas[i - 1]!;
        const h = Math.log(from / s);
        // r_m < 0, newest first
        const old = Array.from({ length: used - 1 }, (_, m) => Math.log(from / sigmas[i - 2 - m]!) / h);
        const fixed = weights([...old, 1], h, variant);
        const last = fixed.at(-1)!; // UniC: the new point is one more, at r = 1
        // The corrected state is the predicted one plus the change of the weights, so nothing is taken back.
        const change = old.map((_, m) => fixed[m]! - predictor[m]!);
        const base = history(i - 1);
        const onBase = -change.reduce((a, b) => a + b, 0) - last;
        yield combine('x', [
          [1, 'x'],
          [last, d],
          [onBase, base],
          ...change.map((c, m): [number, Reg] => [c, history(i - 2 - m)]),
        ]);
      }
      used = t === 0 ? 1 : Math.min(order, i + 1, careful ? count - i : order);
      const h = Math.log(s / t);
      const r = Array.from({ length: used - 1 }, (_, m) => Math.log(s / sigmas[i - 1 - m]!) / h);
      predictor = used > 1 ? weights(r, h, variant) : []; // UniP
      const onNow = 1 - t / s - predictor.reduce((a, b) => a + b, 0);
      yield combine('x', [
        [t / s, 'x'],
        [onNow, d],
        ...predictor.map((a, m): [number, Reg] => [a, history(i - 1 - m)]),
      ]);
      yield mark(i + 1, t, d);
    }
  },
};
