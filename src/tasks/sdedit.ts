import { choiceField, numberField } from '../core/field.ts';
import { ddpm } from '../samplers/diffusion/ddpm.ts';
import { euler } from '../samplers/diffusion/euler.ts';
import { combine, noise } from '../samplers/diffusion/parts/ops.ts';
import { toZero, upTo } from './parts/levels.ts';
import { asking } from './parts/told.ts';
import type { TaskMethod } from './types.ts';

/**
 * Meng et al. 2021, https://arxiv.org/abs/2108.01073, alg. 1: noise to an intermediate level, then the reverse SDE from
 * there, or the ODE. The level is the whole method: more of it gives more of the class and less of the picture.
 */
export const sdedit: TaskMethod<{ sigma: number; solver: 'ddpm' | 'euler' }> = {
  id: 'sdedit',
  task: 'edit',
  title: 'SDEdit',
  paper: {
    title: 'SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations',
    url: 'https://arxiv.org/abs/2108.01073',
  },
  summary: 'Adds noise up to a level and samples down from there as the wanted class.',
  given: ['given'],
  roles: ['target'],
  steps: 25,
  params: {
    sigma: numberField({
      label: 'noise up to σ',
      help: 'How much of the picture is drowned before it is made anew.',
      default: 1,
      min: 0.05,
      max: 80,
      log: true,
    }),
    solver: choiceField({
      label: 'solver',
      help: 'The reverse SDE as in the paper, or the ODE.',
      default: 'ddpm',
      options: [
        ['ddpm', 'SDE (DDPM)'],
        ['euler', 'ODE (Euler)'],
      ],
    }),
  },
  stochastic: () => true,
  *plan({ steps, range }, { sigma, solver }, told) {
    const sigmas = toZero({ steps, range: upTo(range, sigma) });
    yield noise([[1, 0]]);
    yield combine('x', [
      [1, 'given'],
      [sigmas[0]!, 'noise'],
    ]);
    yield { op: 'mark', step: 0, sigma: sigmas[0]!, x: 'x' };
    const plan = solver === 'ddpm' ? ddpm.plan(sigmas, { variance: 'fixed_small' }) : euler.plan(sigmas, {});
    yield* asking('target', told, plan);
  },
};
