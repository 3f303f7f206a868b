import { sweepsField } from './parts/climb.ts';
import { roundTrip } from './parts/roundTrip.ts';
import type { TaskMethod } from './types.ts';

/**
 * The state from which Euler's step leads exactly to the one at hand, by fixed-point iteration: the backward Euler method
 * of Hong et al. 2023, https://arxiv.org/abs/2311.18387, section 4, without its gradient steps and its momentum (after
 * the paper's idea; the equation is derived here). Diverges where steps are too large.
 */
export const inversionExact: TaskMethod<{ sweeps: number }> = {
  id: 'inversion_exact',
  task: 'invert',
  title: 'Exact inverse (fixed point)',
  paper: { title: 'On Exact Inversion of DPM-Solvers', url: 'https://arxiv.org/abs/2311.18387' },
  summary: 'Finds the very state that Euler’s step came from, so that the way back closes to rounding, or diverges.',
  given: ['given'],
  roles: ['source'],
  steps: 50,
  params: { sweeps: sweepsField },
  stochastic: () => false,
  plan: (levels, { sweeps }, told) => roundTrip('exact', levels, told, sweeps),
};
