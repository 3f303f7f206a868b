// A problem whose samples are copies of the same starts, looked at as one of them.
import type { Features, Problem } from './problem.ts';

/** What a verdict asks of a problem. */
export type Judged = Pick<Problem, 'key' | 'features' | 'reduce'>;

/** The same of one copy alone. A device's feature net sees as many pictures as it was made for: what lies beside is thrown away. */
export function oneCopy(problem: Problem): Judged {
  const { copies = 1, ...key } = problem.key;
  if (copies === 1) return problem;
  return {
    key: { ...key, samples: key.samples / copies },
    async features(x): Promise<Features | null> {
      const beside = new Float32Array(x.length * copies);
      for (let c = 0; c < copies; c++) beside.set(x, c * x.length);
      const seen = await problem.features(beside);
      return (
        seen && {
          ...seen,
          features: seen.features.slice(0, seen.features.length / copies),
          logits: seen.logits.slice(0, seen.logits.length / copies),
        }
      );
    },
    // Sums over pairs would count copies: the processor adds up one.
    reduce: async () => null,
  };
}
