import { numberField } from '../../core/field.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * DDIM drawn as restoration and degradation: to the mean of the posterior at a level r = ρt below the next one, then back up
 * to it with noise that points from there to the state. Chen et al. 2023, https://arxiv.org/abs/2303.03384. Both lie on the line
 * through D and x: x ← D + k(x − D), k = r²/s² + √((t² − r²)/(s² − r²))·(1 − r²/s²). ρ = 0 is Euler's step.
 */
export const restorationDegradation: Sampler<{ rho: number }> = {
  id: 'restoration_degradation',
  title: 'Restoration-degradation',
  paper: {
    title: 'Restoration-Degradation Beyond Linear Diffusions: A Non-Asymptotic Analysis For DDIM-Type Samplers',
    url: 'https://arxiv.org/abs/2303.03384',
  },
  summary:
    'Restores further than asked, then degrades back along the same line: a construction behind DDIM, and less exact.',
  order: 1,
  stochastic: () => false,
  params: {
    rho: numberField({
      label: 'ρ',
      help: 'How far below the next level it restores, as a share of that level; 0 restores fully, and is Euler.',
      default: 0.3,
      min: 0,
      max: 0.9,
    }),
  },
  *plan(sigmas, { rho }) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const r = rho * t;
      const kept = (r / s) ** 2;
      const k = kept + Math.sqrt((t * t - r * r) / (s * s - r * r)) * (1 - kept);
      yield denoise(s);
      yield combine('x', [
        [k, 'x'],
        [1 - k, 'd'],
      ]);
      yield mark(i + 1, t);
    }
  },
};
