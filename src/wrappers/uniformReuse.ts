import { numberField } from '../core/field.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import { formField, leaveOut, type Form } from './plans.ts';

interface Params {
  every: number;
  what: Form;
}

/**
 * One evaluation in so many is made, and what it said serves the others: a cache without a rule, which the others must
 * beat. As in DeepCache (https://arxiv.org/abs/2312.00858), section 3.3, with nothing of the network run in between.
 */
export const uniformReuse: DenoiserWrapper<Params> = {
  id: 'reuse',
  title: 'Uniform reuse',
  paper: { title: 'Ma et al. 2023, DeepCache', url: 'https://arxiv.org/abs/2312.00858' },
  summary:
    'Asks the network at every k-th evaluation alone and carries its last word over to the others: the plainest cache.',
  params: {
    every: numberField({
      label: 'Ask every',
      help: 'One evaluation in so many is made; at 1 all of them.',
      default: 2,
      min: 1,
      max: 20,
      integer: true,
    }),
    what: formField('What stays the same until the next evaluation is made.', 'residual'),
  },
  untouched: { every: 1 },
  brief: ({ every }) => `reuse every ${every}`,
  rewrite: (ops, { every, what }) => leaveOut(ops, what, (i) => (i % every === 0 ? null : { terms: [1] })),
};
