import { euler } from '../samplers/diffusion/euler.ts';
import { combine, noise } from '../samplers/diffusion/parts/ops.ts';
import { toZero } from './parts/levels.ts';
import { asking } from './parts/told.ts';
import type { TaskMethod } from './types.ts';

/** What the others are held against: Euler's method from noise with the exact denoiser of the posterior. */
export const posteriorEuler: TaskMethod<object> = {
  id: 'posterior_euler',
  task: 'restore',
  title: 'Euler on the posterior',
  paper: {
    title: 'Elucidating the Design Space of Diffusion-Based Generative Models',
    url: 'https://arxiv.org/abs/2206.00364',
  },
  summary: 'An ordinary run from noise whose denoiser knows the measurement: the baseline of restoration.',
  given: ['measured'],
  roles: ['posterior'],
  steps: 15,
  params: {},
  stochastic: () => false,
  *plan(levels, _, told) {
    const sigmas = toZero(levels);
    yield noise([[1, 0]]);
    yield combine('x', [[sigmas[0]!, 'noise']]);
    yield { op: 'mark', step: 0, sigma: sigmas[0]!, x: 'x' };
    yield* asking('posterior', told, euler.plan(sigmas, {}));
  },
};
