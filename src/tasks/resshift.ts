import { numberField } from '../core/field.ts';
import { combine, noise, plainDraw } from '../samplers/diffusion/parts/ops.ts';
import { ask } from './parts/told.ts';
import type { TaskMethod } from './types.ts';

const POWER = 0.3;
const TOP = Math.sqrt(0.999);

/**
 * η₁ < … < η_T, geometric in √η with power p: √η_t = √η₁·b^(β_t), β_t = ((t − 1)/(T − 1))^p·(T − 1), from
 * √η₁ = min(0.04/κ, √0.001) to √0.999. Yue et al. 2023, eq. 13 to 15. One step has the last alone.
 */
export function shifts(steps: number, kappa: number): number[] {
  const low = Math.min(0.04 / kappa, Math.sqrt(0.001));
  if (steps === 1) return [TOP ** 2];
  return Array.from({ length: steps }, (_, i) => (low * (TOP / low) ** ((i / (steps - 1)) ** POWER)) ** 2);
}

/** The level of x̂ = (x − ηy)/(1 − η): σ̂ = κ√η/(1 − η). */
export const shiftLevel = (eta: number, kappa: number): number => (kappa * Math.sqrt(eta)) / (1 - eta);

/**
 * A diffusion from the picture to its measurement instead of to noise. Yue et al. 2023, https://arxiv.org/abs/2307.12348,
 * eq. 1, 7 and 8: x_t = x₀ + η_t(y − x₀) + κ√η_t z. In these coordinates it is an ordinary process that starts at y, with
 * the step x̂ ← f + k(x̂ − f) + √(t² − k²s²) z, k = (η_t/η_s)(1 − η_s)/(1 − η_t). The paper trains f(x_t, y, t); here f is
 * E[x₀ | x_t, y] itself, which is known in closed form.
 */
export const resshift: TaskMethod<{ kappa: number }> = {
  id: 'resshift',
  task: 'restore',
  title: 'ResShift',
  paper: {
    title: 'ResShift: Efficient Diffusion Model for Image Super-resolution by Residual Shifting',
    url: 'https://arxiv.org/abs/2307.12348',
  },
  summary: 'Starts at the measurement instead of at noise, and shifts what it lacks away in few steps.',
  given: ['measured'],
  roles: ['posterior'],
  steps: 15,
  params: {
    kappa: numberField({
      label: 'κ',
      help: 'How much noise the shift carries: little keeps close to the measurement.',
      default: 2,
      min: 0.1,
      max: 10,
      log: true,
    }),
  },
  stochastic: () => true,
  *plan({ steps }, { kappa }, told) {
    const eta = shifts(steps, kappa);
    const top = shiftLevel(eta.at(-1)!, kappa);
    yield noise([[1, 0]]);
    yield combine('x', [
      [1, 'measured'],
      [top, 'noise'],
    ]);
    yield { op: 'mark', step: 0, sigma: top, x: 'x' };
    for (let left = steps; left > 0; left--) {
      const [high, low] = [eta[left - 1]!, eta[left - 2] ?? 0];
      const [s, t] = [shiftLevel(high, kappa), shiftLevel(low, kappa)];
      yield* ask('posterior', told, s);
      if (low > 0) {
        const k = ((low / high) * (1 - high)) / (1 - low);
        yield noise(plainDraw(steps - left));
        yield combine('x', [
          [k, 'x'],
          [1 - k, 'd'],
          [Math.sqrt(t * t - k * k * s * s), 'noise'],
        ]); // eq. 8
      } else yield combine('x', [[1, 'd']]);
      yield { op: 'mark', step: steps - left + 1, sigma: t, x: 'x', denoised: 'd' };
    }
  },
};
