import { choiceField } from '../core/field.ts';
import { scalesOf } from './lsd.ts';
import { baseField, distanceField, PAPER, type Learned } from './parts.ts';
import { plainCourse } from './plain.ts';
import { timesOf } from './step.ts';
import type { DiscreteMethod } from './types.ts';

interface Params extends Learned {
  tune: 'both' | 'times';
}

/**
 * LSD with learned times: each step is as long as makes its effective transition, length times scores, match the teacher's.
 * After Fu et al. 2025, https://arxiv.org/abs/2509.19962, eqs. 7 and 8, whose algorithm stands in a supplement that was not
 * read. At equal times eq. 8 is least at the teacher's own step times the number of eq. 6: such steps would not get to the
 * end, so they are scaled to fill the way. Then scales are learned at the new times, or left at 1.
 */
export const lsdPlus: DiscreteMethod<Params> = {
  id: 'lsd_plus',
  title: 'LSD+',
  paper: PAPER,
  summary: 'LSD whose steps are as long, in proportion, as their scores can be trusted; then scales at the new times.',
  params: {
    base: baseField,
    distance: distanceField,
    tune: choiceField<Params['tune']>({
      label: 'tune',
      help: 'As published, scores are scaled at the learned times as well; else they stay as they are.',
      default: 'both',
      options: [
        ['both', 'times and scales'],
        ['times', 'times alone'],
      ],
    }),
  },
  rule: ({ base }) => base,
  *learn(problem, steps, { base, distance, tune }) {
    const equal = plainCourse(problem, steps);
    const shares: number[] = yield* halved(scalesOf(problem, equal.times, base, distance), 0);
    const times = timesOf(problem.process.start, shares);
    return tune === 'both'
      ? { times, scales: yield* halved(scalesOf(problem, times, base, distance), 0.5) }
      : { times, scales: equal.scales };
  },
};

/** A part of the work as half of it. */
function* halved<T>(work: Generator<number, T>, from: number): Generator<number, T> {
  for (;;) {
    const at = work.next();
    if (at.done) return at.value;
    yield from + at.value / 2;
  }
}
