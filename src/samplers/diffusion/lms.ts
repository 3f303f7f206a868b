import { numberField } from '../../core/field.ts';
import { adamsWeights, ring, slope } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { ListedSampler } from './types.ts';

/**
 * Linear multistep: Adams-Bashforth with the weights of the actual grid, integrated exactly. In k-diffusion "LMS"; the
 * same as DEIS with polynomials in ρ = σ (Zhang & Chen 2022, https://arxiv.org/abs/2204.13902, ρAB). A step to σ = 0
 * returns the denoised value.
 */
export const lms: ListedSampler<{ order: number }> = {
  id: 'lms',
  title: 'LMS (linear multistep)',
  paper: {
    title: 'Fast Sampling of Diffusion Models with Exponential Integrator',
    url: 'https://arxiv.org/abs/2204.13902',
  },
  summary: 'Fits a polynomial in σ through the last slopes and integrates it: one evaluation a step.',
  order: 3.2, // four slopes, but the first steps are of lower order, and show
  stochastic: () => false,
  params: {
    order: numberField({
      label: 'order',
      help: 'How many slopes the polynomial goes through.',
      default: 4,
      min: 1,
      max: 4,
      integer: true,
    }),
  },
  *plan(sigmas, { order }) {
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
          'sigma',
        ); // ∫ of the Lagrange polynomials
        yield slope(s, history(i));
        yield combine('x', [[1, 'x'], ...w.map((c, j) => [c, history(i - j)] as const)]);
      }
      yield mark(i + 1, t);
    }
  },
};
