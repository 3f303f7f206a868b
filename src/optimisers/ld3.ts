import { choiceField, numberField } from '../core/field.ts';
import { adamByDifferences } from './adamByDifferences.ts';
import { bestOf } from './bestOf.ts';
import { levelsOf, thetaOf, toldOf } from './levels.ts';
import { mean, type Candidate, type ScheduleOptimiser } from './types.ts';

export interface Ld3Params {
  tune: 'levels' | 'both';
  iterations: number;
  rate: number;
  gradient: 'each' | 'random';
}

/**
 * LD3: levels from which this very sampler ends where a fine solution ends. Tong et al. 2024,
 * https://arxiv.org/abs/2405.15506: the levels are shares of the way in λ (a softmax of free numbers); told levels are shifted
 * against them, and integration keeps the unshifted ones; what was best on held-out starts is kept. Here the distance is the mean
 * one, as squares follow the few starts at a border between basins; a shift is less than half the smaller of its two gaps; the
 * gradient is by differences, so that any sampler and any model can be tuned, and starts are not moved.
 */
export const ld3: ScheduleOptimiser<Ld3Params> = {
  id: 'ld3',
  title: 'LD3',
  paper: { title: 'Learning to Discretize Denoising Diffusion ODEs', url: 'https://arxiv.org/abs/2405.15506' },
  summary: 'Moves the levels, and what the denoiser is told of them, until this sampler ends where many steps end.',
  tunes: 'asked',
  needsEnds: true,
  forImages: { tune: 'levels', iterations: 30, gradient: 'random' },
  evaluations: ({ steps, nfe }, { tune, iterations, gradient }) => {
    const numbers = steps - 1 + (tune === 'both' ? Math.max(0, steps - 2) : 0);
    return steps === 1 ? 0 : nfe * (2 + iterations * (gradient === 'each' ? 2 * numbers + 2 : 4));
  },
  params: {
    tune: choiceField({
      label: 'Tune',
      help: 'The levels alone, or also what the denoiser is told at each, which then may differ.',
      default: 'both',
      options: [
        ['both', 'levels and told levels'],
        ['levels', 'levels'],
      ],
    }),
    iterations: numberField({
      label: 'Iterations',
      help: 'Steps of the descent.',
      default: 200,
      min: 5,
      max: 2000,
      integer: true,
      log: true,
    }),
    rate: numberField({
      label: 'Rate',
      help: 'Length of its steps at first.',
      default: 0.08,
      min: 0.005,
      max: 0.5,
      log: true,
    }),
    gradient: choiceField({
      label: 'Gradient',
      help: 'Two runs for every number, or two runs in all along one random direction: noisier, and cheaper where runs are dear.',
      default: 'each',
      options: [
        ['each', 'each number by itself'],
        ['random', 'one random direction'],
      ],
    }),
  },
  async fit(context, { tune, iterations, rate, gradient }) {
    const { steps, start, seed, distances } = context;
    if (steps < 3) return start;
    const from = start.sigmas.slice(0, -1);
    const [first, last] = [from[0]!, from.at(-1)!];
    const count = steps - 1;
    const candidate = (theta: readonly number[]): Candidate => {
      const levels = levelsOf(theta.slice(0, count), first, last);
      return { sigmas: [...levels, 0], ...(tune === 'both' && { asked: toldOf(levels, theta.slice(count)) }) };
    };
    const keeper = bestOf(context);
    await keeper.hear(start, 0);
    const value = async (theta: readonly number[]) => mean(await distances(candidate(theta), 'train'));
    const shifts = tune === 'both' ? Array.from({ length: steps - 2 }, () => 0) : [];
    let done = 0;
    const options = { iterations, rate, reach: 0.01, gradient, seed };
    for await (const theta of adamByDifferences(value, [...thetaOf(from), ...shifts], options))
      await keeper.hear(candidate(theta), ++done / iterations);
    return keeper.best() ?? start;
  },
};
