import { choiceField, numberField } from '../core/field.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import { FORMS, formField, leaveOut, takeParts, type Form } from './plans.ts';

interface Params {
  every: number;
  order: number;
  what: Form | 'features';
}

/**
 * Weights of the last values, the newest first, `ahead` evaluations after it, with so many between two: Taylor's series
 * whose derivatives are differences over the interval, eq. 8 of the paper. As printed: no interpolation beyond order 1.
 */
export function forecast(order: number, ahead: number, every: number): readonly number[] {
  const k = ahead / every;
  if (order === 0) return [1];
  if (order === 1) return [1 + k, -k];
  return [1 + k + (k * k) / 2, -k - k * k, (k * k) / 2];
}

const spread = (order: number, i: number, every: number): readonly number[] =>
  forecast(Math.min(order, Math.floor(i / every)), i % every, every);

const known: readonly string[] = FORMS;
const words = formField('', 'velocity').options;

/** TaylorSeer: https://arxiv.org/abs/2503.06923, section 3.2. */
export const taylorSeer: DenoiserWrapper<Params> = {
  id: 'taylor',
  title: 'TaylorSeer',
  paper: { title: 'Liu et al. 2025, From Reusing to Forecasting', url: 'https://arxiv.org/abs/2503.06923' },
  summary:
    'Asks the network at every k-th evaluation and goes on along the line or parabola of what it said, instead of standing still. Of the velocity anywhere; of what the blocks add to their features, as the paper, on transformers.',
  params: {
    every: numberField({
      label: 'Ask every',
      help: 'One evaluation in so many is made; at 1 all of them.',
      default: 3,
      min: 1,
      max: 20,
      integer: true,
    }),
    order: numberField({
      label: 'Order',
      help: '0 carries the last value over, 1 goes on along a line, 2 along a parabola.',
      default: 1,
      min: 0,
      max: 2,
      integer: true,
    }),
    what: choiceField<Form | 'features'>({
      label: 'Forecast',
      help: 'What is foretold: D’s own numbers, or on transformers the sum of what all blocks add.',
      default: 'velocity',
      options: [
        ...words.map(({ value, label }) => [value, label] as const),
        ['features', 'features of the blocks'] as const,
      ],
    }),
  },
  untouched: { every: 1 },
  brief: ({ every, order }) => `TaylorSeer ${order} every ${every}`,
  rewrite(ops, { every, order, what }, _fitted, network) {
    if (known.includes(what))
      return leaveOut(ops, what as Form, (i) => (i % every === 0 ? null : { terms: spread(order, i, every) }));
    if (!network) return ops;
    return takeParts(ops, (i) =>
      i % every === 0 ? { kind: 'keep', blocks: 0 } : { kind: 'reuse', blocks: 0, terms: spread(order, i, every) },
    );
  },
};
