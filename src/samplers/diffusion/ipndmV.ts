import { numberField } from '../../core/field.ts';
import { ring, slope } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * Weights of the last slopes, newest first, for steps h (the next), h₁, h₂, h₃ (the ones before), as diff-sampler and
 * ComfyUI have them. Order 2 is Adams-Bashforth for steps of any length. Orders 3 and 4 add backward differences whose
 * factors P and Q hold three slips: a bracket closes too late in P (the 1 is not multiplied), the second part of Q has
 * the sign of a sum for that of a difference, and its last ratio is h₁/h₂ where h₂/h₃ belongs. With order 4 the state leaves
 * the data where steps suddenly get shorter, as on the schedule `optimal_steps`.
 */
export function asShipped(order: number, h: number, h1: number, h2: number, h3: number): number[] {
  if (order === 1) return [1];
  const r = h / h1;
  const w = [1 + r / 2, -r / 2, 0, 0];
  if (order === 2) return w.slice(0, 2);
  const a = h1 / h2;
  const P = (1 - (h / (3 * (h + h1))) * ((h * (h + h1)) / (h1 * (h1 + h2)))) / 2;
  [1, -1 - a, a].forEach((c, j) => (w[j]! += c * P));
  if (order === 3) return w.slice(0, 3);
  const b = (h1 * (h1 + h2)) / (h2 * (h2 + h3));
  const three = h + h1 + h2;
  const shape = (1 - h / (3 * (h + h1))) / 2 + ((1 - h / (2 * (h + h1))) * h) / (6 * three);
  const Q = (shape * (h * (h + h1) * three)) / (h1 * (h1 + h2) * (h1 + h2 + h3));
  [1, -1 - a - b, a + b * (1 + h2 / h3), -b * a].forEach((c, j) => (w[j]! += c * Q));
  return w;
}

/**
 * iPNDM for uneven steps, with the weights that diff-sampler and ComfyUI ship. Zhang & Chen 2022,
 * https://arxiv.org/abs/2204.13902, is the method it stands for. Repaired, its weights are those of `lms`.
 */
export const ipndmV: Sampler<{ order: number }> = {
  id: 'ipndm_v',
  title: 'iPNDM-v, as shipped',
  paper: {
    title: 'Fast Sampling of Diffusion Models with Exponential Integrator',
    url: 'https://arxiv.org/abs/2204.13902',
  },
  summary:
    'Mixes the last four slopes with weights for uneven steps, as tools ship it: three slips in them cost it its order; repaired it is LMS.',
  order: 1.85,
  stochastic: () => false,
  params: {
    order: numberField({
      label: 'order',
      help: 'How many slopes are mixed. With 3 the slip happens to help at few steps; with 4 it converges with order 1.85, and on schedules whose steps suddenly get shorter it fails.',
      default: 4,
      min: 1,
      max: 4,
      integer: true,
    }),
  },
  *plan(sigmas, { order }) {
    const history = ring('e', order);
    const length = (i: number) => (sigmas[i + 1] ?? NaN) - (sigmas[i] ?? NaN);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t === 0) {
        yield combine('x', [[1, 'd']]);
      } else {
        const w = asShipped(Math.min(order, i + 1), t - s, length(i - 1), length(i - 2), length(i - 3));
        yield slope(s, history(i));
        yield combine('x', [[1, 'x'], ...w.map((c, j) => [(t - s) * c, history(i - j)] as const)]);
      }
      yield mark(i + 1, t);
    }
  },
};
