import { run, scored, telling, tooLittle } from './asks.ts';
import type { NoiseSearch } from './types.ts';

/** No search: the plain sampler, with the evaluations spent on steps. What every search is held against. */
export const moreSteps: NoiseSearch<object> = {
  id: 'steps',
  title: 'More steps, no search',
  paper: {
    title: 'Elucidating the Design Space of Diffusion-Based Generative Models',
    url: 'https://arxiv.org/abs/2206.00364',
  },
  summary: 'Spends the same evaluations on a longer run of the plain sampler, from the same noise.',
  params: {},
  *search({ budget, levelsFor, solve }) {
    const levels = levelsFor(budget);
    if (!levels) throw tooLittle('The plain sampler', budget, 'one step takes more');
    const { x } = yield* run({ ops: solve(levels), wanted: ['x'], candidate: 0 });
    const scores = yield* scored(x!);
    yield* telling(x!, scores);
    return { x: x!, scores };
  },
};
