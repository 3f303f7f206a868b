import { choiceField, numberField } from '../core/field.ts';
import type { DenoiserWrapper, Seen } from '../samplers/contenders/wrapping.ts';
import { affineOp, COLUMNS, columnsOf, mapOf, matrixAt, SAME } from './affine.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { askMore, beside, type Spot } from './asking.ts';
import { courseOf, formAt } from './plans.ts';

interface Params {
  count: number;
  where: 'end' | 'apart';
}

/** The velocity of a flow that was seen at an evaluation. */
const velocityOf = ({ sigma, x, d }: Seen): Float64Array => {
  const { x: ofState, d: ofSaid } = formAt('velocity', sigma);
  return Float64Array.from(x, (v, i) => ofState * v + ofSaid * d[i]!);
};

/** Whether evaluation i of n is a refiner's: the last ones, or every second from the last one back. Never the first. */
export function refined(i: number, n: number, { count, where }: Params): boolean {
  const back = n - 1 - i;
  if (i === 0) return false;
  return where === 'end' ? back < count : back % 2 === 0 && back / 2 < count;
}

/**
 * FlowTurbo's velocity refiner: in place of an evaluation v ← v + r(x, v, t), v the velocity of the evaluation before, or of
 * the refiner before. Zhao et al. 2024, https://arxiv.org/abs/2409.18128, section 3.2. Theirs is a network of a twentieth of
 * the size, one for all times, fitted to random places; ours the affine map [v, x, 1] of each evaluation, by least squares on
 * one run of other noise, so that what it is fed there is always what the model said, as theirs is.
 */
export const refiner: DenoiserWrapper<Params> = {
  id: 'refiner',
  title: 'Velocity refiner (FlowTurbo)',
  paper: {
    title: 'FlowTurbo: Towards Real-time Flow-Based Image Generation with Velocity Refiner',
    url: 'https://arxiv.org/abs/2409.18128',
  },
  summary:
    'Foretells some evaluations from the velocity before and the state, by a map learned on other noise, in place of asking. Several in a row run on their own foretelling, which learning never showed.',
  params: {
    count: numberField({
      label: 'Refined evaluations',
      help: 'So many are foretold, not asked; 0 leaves all as they are. Never the first.',
      default: 3,
      min: 0,
      max: 1000,
      integer: true,
    }),
    where: choiceField<Params['where']>({
      label: 'Which',
      help: 'The last ones, as published, or every second one from the last one back, so that each is fed by an evaluation.',
      default: 'end',
      options: [
        ['end', 'the last'],
        ['apart', 'every second'],
      ],
    }),
  },
  untouched: { count: 0 },
  fit: {
    by: [],
    columns: COLUMNS,
    calibrate(seen, _, dim) {
      const velocities = seen.map(velocityOf);
      return columnsOf(
        velocities.map((v, i) => (i === 0 ? SAME : mapOf(velocities[i - 1]!, Float64Array.from(seen[i]!.x), v, dim))),
      );
    },
  },
  brief: ({ count, where }) => `refiner ${count}${where === 'apart' ? ', every second' : ''}`,
  rewrite(ops, params, fitted, _network, _halves, place) {
    if (!fitted || params.count === 0) return ops;
    const { n } = courseOf(ops, place);
    // A piece of a run has no velocity from before: its first evaluation is asked.
    let kept = false;
    const along = ({ op, d, number }: Spot): readonly Op[] | null => {
      const v = beside('v');
      const { x, d: ofSaid } = formAt('velocity', op.sigma);
      if (kept && refined(number, n, params))
        return [
          affineOp(matrixAt(fitted, number, n), v, op.x, v),
          {
            op: 'lincomb',
            out: op.out,
            terms: [
              [1 / ofSaid, v],
              [-x / ofSaid, op.x],
            ],
          },
        ];
      kept = refined(number + 1, n, params);
      if (!kept) return null;
      return [
        { ...op, out: d },
        {
          op: 'lincomb',
          out: v,
          terms: [
            [x, op.x],
            [ofSaid, d],
          ],
        },
        ...(d === op.out ? [] : [{ op: 'lincomb', out: op.out, terms: [[1, d]] } as const]),
      ];
    };
    return askMore(ops, along, place);
  },
};
