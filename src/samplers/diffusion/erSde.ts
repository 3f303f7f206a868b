import { brownianIncrement } from '../../math/brownian.ts';
import { choiceField, numberField } from '../../core/field.ts';
import { integrate } from '../../math/quadrature.ts';
import { ring } from './parts/multistep.ts';
import { combine, denoise, mark, noise, start, steps } from './parts/ops.ts';
import { noiseFields } from './parts/stochastic.ts';
import type { Reg, Sampler } from './types.ts';

interface Params {
  max_stage: number;
  scaler: 'er_sde' | 'sde' | 'ode';
  curvature: 'published' | 'corrected';
  s_noise: number;
}

/** f(σ)/σ of the noise scalers: f(σ) = σ is the ODE, σ² the full reverse SDE. */
const scalers: Readonly<Record<Params['scaler'], (sigma: number) => number>> = {
  er_sde: (sigma) => Math.exp(sigma ** 0.3) + 10,
  sde: (sigma) => sigma,
  ode: () => 1,
};

/**
 * ER-SDE: for every f the SDE x_t = r x_s + (1 − r)D + √(t² − r²s²) z with r = f(t)/f(s) has the right marginals. Cui et
 * al. 2023, https://arxiv.org/abs/2309.06169, eq. 15 and appendix; the noise scaler is its ER-SDE 5. Stages 2 and 3 add the
 * first and second derivative of D over σ, by differences, weighed by
 *   Δ + f(t)∫ du/f,  Δ²/2 + f(t)∫ (u − s) du/f over [t, s],  Δ = t − s.
 * As published the first difference stands for the derivative at the start, half a step off: order 2 for all three
 * stages. `corrected` adds what is missing, D″·(s − p)/2: order 3 as an ODE. The path's clock is (σ/f)².
 */
export const erSde: Sampler<Params> = {
  id: 'er_sde',
  title: 'ER-SDE',
  paper: {
    title: 'Elucidating the solution space of extended reverse-time SDE for diffusion models',
    url: 'https://arxiv.org/abs/2309.06169',
  },
  summary:
    'A three-step extrapolation on an SDE whose noise may be chosen: one evaluation a step, second order as published.',
  order: 2,
  stochastic: ({ scaler, s_noise }) => scaler !== 'ode' && s_noise > 0,
  params: {
    max_stage: numberField({
      label: 'stages',
      help: 'How many denoised pictures a step uses.',
      default: 3,
      min: 1,
      max: 3,
      integer: true,
    }),
    scaler: choiceField({
      label: 'noise',
      help: 'Which SDE of the family: the authors’ choice, the full reverse SDE, or none.',
      default: 'er_sde',
      options: [
        ['er_sde', 'ER-SDE 5'],
        ['sde', 'reverse SDE (f = σ²)'],
        ['ode', 'none (f = σ)'],
      ],
    }),
    curvature: choiceField({
      label: 'third stage',
      help: 'As published the first derivative is taken half a step off; corrected it is third order without noise.',
      default: 'published',
      options: [
        ['published', 'as published'],
        ['corrected', 'corrected'],
      ],
    }),
    s_noise: noiseFields.s_noise,
  },
  *plan(sigmas, { max_stage, scaler, curvature, s_noise }) {
    const g = scalers[scaler];
    const history = ring('d', max_stage);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const d = history(i);
      yield denoise(s, d);
      if (t === 0) {
        yield combine('x', [[1, d]]);
        yield mark(i + 1, t, d);
        continue;
      }
      const stage = Math.min(max_stage, i + 1);
      const q = g(t) / g(s); // r = q·t/s
      const [low, high] = [Math.log(t), Math.log(s)];
      /** f(t)∫ (u − s)^k du/f over [t, s], in log u. */
      const integral = (k: number) =>
        t * g(t) * integrate((u) => (Math.exp(u) - s) ** k / g(Math.exp(u)), low, high, Math.ceil(2 * (high - low)));
      const weights = [1 - (q * t) / s, 0, 0];
      if (stage > 1) {
        const p = sigmas[i - 1]!;
        const slope = t - s + integral(0); // of D′ = (D − D_p)/(s − p)
        let change = slope / (s - p);
        if (stage > 2) {
          const p2 = sigmas[i - 2]!;
          const own = (t - s) ** 2 / 2 + integral(1);
          const bend = own + (curvature === 'corrected' ? (slope * (s - p)) / 2 : 0); // of D″ = 2(D′ − D′_p)/(s − p₂)
          change += (2 * bend) / ((s - p2) * (s - p));
          const before = (2 * bend) / ((s - p2) * (p - p2));
          weights[1]! -= before;
          weights[2]! += before;
        }
        weights[0]! += change;
        weights[1]! -= change;
      }
      const terms: (readonly [number, Reg])[] = [
        [(q * t) / s, 'x'],
        ...weights.slice(0, stage).map((c, j) => [c, history(i - j)] as const),
      ];
      const deviation = scaler === 'ode' ? 0 : s_noise * t * Math.sqrt((1 - q) * (1 + q));
      if (deviation > 0) {
        yield noise(brownianIncrement(s, t, (sigma) => g(sigma) ** -2));
        terms.push([deviation, 'noise']);
      }
      yield combine('x', terms);
      yield mark(i + 1, t, d);
    }
  },
};
