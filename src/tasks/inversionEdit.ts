import { choiceField, numberField } from '../core/field.ts';
import { euler } from '../samplers/diffusion/euler.ts';
import { heun } from '../samplers/diffusion/heun.ts';
import { climbing, sweepsField, type ClimbId } from './parts/climb.ts';
import { toBottom, upTo } from './parts/levels.ts';
import { asking } from './parts/told.ts';
import type { TaskMethod } from './types.ts';

/**
 * Up with the class that was given, down with the one that is wanted. Song et al. 2020, https://arxiv.org/abs/2010.02502,
 * section 4.3, as editing uses it; the last step goes to 0.
 */
export const inversionEdit: TaskMethod<{ inverse: ClimbId; top: number; sweeps: number }> = {
  id: 'inversion_edit',
  task: 'edit',
  title: 'Edit by inversion',
  paper: { title: 'Denoising Diffusion Implicit Models', url: 'https://arxiv.org/abs/2010.02502' },
  summary: 'Inverts the picture as what it is, then solves down as what it should be.',
  given: ['given'],
  roles: ['source', 'target'],
  steps: 25,
  params: {
    inverse: choiceField({
      label: 'inversion',
      help: 'How the way up is walked; the way down is Euler, or Heun for Heun.',
      default: 'euler',
      options: [
        ['euler', 'Euler (DDIM)'],
        ['heun', 'Heun'],
        ['exact', 'exact, by fixed point'],
      ],
    }),
    top: numberField({
      label: 'up to σ',
      help: 'The level at which the walk turns; beyond the model’s own top it turns there.',
      default: 80,
      min: 0.1,
      max: 80,
      log: true,
    }),
    sweeps: sweepsField,
  },
  stochastic: () => false,
  *plan({ steps, range }, { inverse, top, sweeps }, told) {
    const down = toBottom({ steps, range: upTo(range, top) });
    yield* climbing(inverse, down, told, sweeps);
    const solver = inverse === 'heun' ? heun : euler;
    yield* asking('target', told, solver.plan([...down, 0], {}), steps);
  },
};
