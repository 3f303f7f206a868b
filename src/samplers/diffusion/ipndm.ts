import { numberField } from '../../core/field.ts';
import { equalStepWeights, ring, slope } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { ListedSampler } from './types.ts';

/**
 * iPNDM: Adams-Bashforth weights for equal steps, used on whatever grid there is, started with lower orders.
 * Zhang & Chen 2022, https://arxiv.org/abs/2204.13902 (its improved PNDM); after Liu et al. 2022,
 * https://arxiv.org/abs/2202.09778. On an uneven grid it is second order, whatever its name says; at few steps that is
 * often no loss.
 */
export const ipndm: ListedSampler<{ order: number }> = {
  id: 'ipndm',
  title: 'iPNDM',
  paper: {
    title: 'Fast Sampling of Diffusion Models with Exponential Integrator',
    url: 'https://arxiv.org/abs/2204.13902',
  },
  summary: 'Mixes the last four slopes with fixed weights: one evaluation a step, hard to beat at six to ten.',
  order: 2,
  stochastic: () => false,
  params: {
    order: numberField({
      label: 'order',
      help: 'How many slopes are mixed: the order on equal steps. On uneven steps, as schedules have them, it converges with order 2 from two slopes on.',
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
        const w = equalStepWeights[Math.min(order, i + 1) - 1]!;
        yield slope(s, history(i));
        yield combine('x', [[1, 'x'], ...w.map((c, j) => [(t - s) * c, history(i - j)] as const)]); // (t − s)/24·(55, −59, 37, −9) once four are known
      }
      yield mark(i + 1, t);
    }
  },
};
