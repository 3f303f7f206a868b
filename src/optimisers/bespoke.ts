import { choiceField, numberField } from '../core/field.ts';
import { BESPOKE_NUMBERS, formatNumbers, type BespokeBase } from '../samplers/diffusion/bespoke.ts';
import { adamByDifferences } from './adamByDifferences.ts';
import { bestOf } from './bestOf.ts';
import { levelsOf, thetaOf } from './levels.ts';
import { mean, type Candidate, type ScheduleOptimiser } from './types.ts';

/**
 * Bespoke: times and scales of a Runge-Kutta method, found for one model. Shaul et al. 2023, https://arxiv.org/abs/2310.19075.
 * 8n − 1 numbers for n midpoint steps, 4n − 1 for Euler's: the inner levels, and what the sampler `bespoke` takes. The paper
 * makes a bound on the end's error small, a sum of local errors by which its gradients run side by side; here it is the mean
 * distance of the ends itself, by differences.
 */
export const bespoke: ScheduleOptimiser<{
  base: BespokeBase;
  iterations: number;
  rate: number;
  gradient: 'each' | 'random';
}> = {
  id: 'bespoke',
  title: 'Bespoke solver',
  paper: { title: 'Bespoke Solvers for Generative Flow Models', url: 'https://arxiv.org/abs/2310.19075' },
  summary: 'Bends the path that the midpoint rule walks, by eight numbers a step, until it ends where many steps end.',
  tunes: 'coefficients',
  sampler: 'bespoke',
  needsEnds: true,
  forImages: { iterations: 30, gradient: 'random' },
  evaluations({ steps, nfe }, { base, iterations, gradient }) {
    const numbers = (steps - 1) * (BESPOKE_NUMBERS[base] + 1);
    return steps === 1 ? 0 : nfe * (2 + iterations * (gradient === 'each' ? 2 * numbers + 2 : 4));
  },
  params: {
    base: choiceField({
      label: 'Base',
      help: 'The method that is bent.',
      default: 'rk2',
      options: [
        ['rk2', 'midpoint'],
        ['rk1', 'Euler'],
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
      default: 0.02,
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
  async fit(context, { base, iterations, rate, gradient }) {
    const { steps, start, seed, distances } = context;
    const began: Candidate = { ...start, params: { base, numbers: '' } };
    if (steps === 1) return began;
    const from = start.sigmas.slice(0, -1);
    const [first, last] = [from[0]!, from.at(-1)!];
    const count = steps - 1;
    const candidate = (theta: readonly number[]): Candidate => ({
      sigmas: [...levelsOf(theta.slice(0, count), first, last), 0],
      params: { base, numbers: formatNumbers(theta.slice(count).map((v) => Math.min(9, Math.max(-9, v)))) },
    });
    const keeper = bestOf(context);
    await keeper.hear(began, 0);
    const value = async (theta: readonly number[]) => mean(await distances(candidate(theta), 'train'));
    const zeros = Array.from({ length: count * BESPOKE_NUMBERS[base] }, () => 0);
    let done = 0;
    const options = { iterations, rate, reach: 0.01, gradient, seed };
    for await (const theta of adamByDifferences(value, [...thetaOf(from), ...zeros], options))
      await keeper.hear(candidate(theta), ++done / iterations);
    return keeper.best() ?? began;
  },
};
