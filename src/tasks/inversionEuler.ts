import { roundTrip } from './parts/roundTrip.ts';
import type { TaskMethod } from './types.ts';

/**
 * DDIM inversion: Euler's steps with rising levels, D taken at the lower end of each, and back by Euler.
 * Song et al. 2020, https://arxiv.org/abs/2010.02502, section 4.3 and eq. 14.
 */
export const inversionEuler: TaskMethod<object> = {
  id: 'inversion_euler',
  task: 'invert',
  title: 'DDIM inversion (Euler)',
  paper: { title: 'Denoising Diffusion Implicit Models', url: 'https://arxiv.org/abs/2010.02502' },
  summary: 'Walks the ODE backwards to the noise that a picture came from, then forwards again: first order.',
  given: ['given'],
  roles: ['source'],
  steps: 50,
  params: {},
  stochastic: () => false,
  plan: (levels, _, told) => roundTrip('euler', levels, told),
};
