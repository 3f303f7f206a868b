import { Best, inBatches, scored, telling } from './asks.ts';
import type { SearchContext, Searching } from './types.ts';

/** The best of n plain runs, candidates 0 to n − 1. */
export function* bestOfRuns(context: SearchContext, n: number): Searching {
  const ops = context.solve(context.levels);
  let best: Best | null = null;
  const make = (candidate: number) => ({ candidate });
  yield* inBatches(context, n, { ops, wanted: ['x'], make }, function* ({ x }, candidate) {
    const scores = yield* scored(x!);
    if (best) best.offer(x!, scores, candidate);
    else best = new Best(x!, scores);
    yield* telling(best.x, best.scores);
  });
  return best!;
}
