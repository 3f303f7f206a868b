import { Best, run, scored, telling } from './asks.ts';
import type { SearchContext, Searching } from './types.ts';

/** The best of n plain runs, candidates 0 to n − 1. */
export function* bestOfRuns({ solve, levels }: Pick<SearchContext, 'solve' | 'levels'>, n: number): Searching {
  const ops = solve(levels);
  let best: Best | null = null;
  for (let candidate = 0; candidate < n; candidate++) {
    const { x } = yield* run({ ops, wanted: ['x'], candidate, beside: candidate > 0 });
    const scores = yield* scored(x!);
    if (best) best.offer(x!, scores, candidate);
    else best = new Best(x!, scores);
    yield* telling(best.x, best.scores);
  }
  return best!;
}
