import { numberField } from '../../core/field.ts';
import { byRow, type Verifier } from './types.ts';

const coordinate = (label: string, value: number) =>
  numberField({
    label,
    help: 'Of the point that samples should come near.',
    default: value,
    min: -10,
    max: 10,
    step: 0.1,
  });

/** The point's first two numbers are given; of a picture, whose other numbers are none of them, it would say nothing. */
export const distance: Verifier<{ px: number; py: number }> = {
  id: 'distance',
  title: 'Nearness to a point',
  unit: 'data units',
  summary: 'Minus the distance of a sample from a point of the plane.',
  needs: 'density',
  hackable: 'It asks for one place, not for the target.',
  params: { px: coordinate('point x', -1.5), py: coordinate('point y', -1.8) },
  score: ({ x, n, dim }, { px, py }) => byRow(n, (i) => -Math.hypot(x[i * dim]! - px, x[i * dim + 1]! - py)),
};
