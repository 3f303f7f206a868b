import { choiceField, numberField } from '../../core/field.ts';
import { adamsWeights, ring, slope, type Clock } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { ListedSampler } from './types.ts';

type Mode = 'tab' | 'rhoab' | 'logrho';
/**
 * Time of the variance-preserving SDE with β from .1 to 20: σ̂² = exp(½·19.9·t² + .1·t) − 1 (Song et al. 2021, eq. 33).
 */
const vpTime = (sigma: number) => (Math.sqrt(0.1 ** 2 + 2 * 19.9 * Math.log1p(sigma * sigma)) - 0.1) / 19.9;
const clocks: Record<Mode, Clock> = { tab: vpTime, rhoab: 'sigma', logrho: 'log' };

/**
 * DEIS: x/α obeys dx̂/dρ = ε with ρ = σ̂; ε is replaced by the polynomial through past values and integrated exactly.
 * Zhang & Chen 2022, https://arxiv.org/abs/2204.13902. The polynomial is in the time t (tAB), in ρ (ρAB) or in log ρ
 * (the form in diffusers). A step to σ = 0 returns the denoised value.
 */
export const deis: ListedSampler<{ order: number; mode: Mode }> = {
  id: 'deis',
  title: 'DEIS',
  paper: {
    title: 'Fast Sampling of Diffusion Models with Exponential Integrator',
    url: 'https://arxiv.org/abs/2204.13902',
  },
  summary: 'Extrapolates the predicted noise along the training time and integrates exactly: one evaluation a step.',
  order: 3,
  stochastic: () => false,
  params: {
    order: numberField({
      label: 'order',
      help: 'How many past slopes the polynomial goes through.',
      default: 3,
      min: 1,
      max: 4,
      integer: true,
    }),
    mode: choiceField({
      label: 'polynomial in',
      help: 'The variable in which the noise is extrapolated.',
      default: 'tab',
      options: [
        ['tab', 'time (tAB)'],
        ['rhoab', 'σ (ρAB, = LMS)'],
        ['logrho', 'log σ (diffusers)'],
      ],
    }),
  },
  *plan(sigmas, { order, mode }) {
    const history = ring('e', order);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t === 0) {
        yield combine('x', [[1, 'd']]);
      } else {
        const w = adamsWeights(
          Array.from({ length: Math.min(order, i + 1) }, (_, j) => sigmas[i - j]!),
          t,
          clocks[mode],
        ); // C_ij = ∫ of the Lagrange polynomials
        yield slope(s, history(i));
        yield combine('x', [[1, 'x'], ...w.map((c, j) => [c, history(i - j)] as const)]); // x̂ + Σ C_ij ε_{i−j}
      }
      yield mark(i + 1, t);
    }
  },
};
