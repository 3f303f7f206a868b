// Methods that work on several steps at once, as loops over vectors.
import { plus, slopeOf, type Oracle, type Vector } from './types.ts';

/** Algorithm 1 of ParaStep, worker by worker; with `last` its section on one device. */
export const parastep: Oracle<{ workers: number; warmup: number; slope: 'own' | 'last' }> = (w, sigmas, params) => {
  const n = sigmas.length - 1;
  const p = Math.max(1, Math.min(params.workers, Math.floor(n / 3)));
  /** What every worker found last: it is as far along as its number. */
  let slopes: Vector[] = [];
  let found: { readonly d: Vector; readonly slope: Vector }[] = [];
  return (x, s, t, i) => {
    if (found.length === 0) {
      const many = p === 1 || i < params.warmup ? 1 : Math.min(p, n - i);
      found = Array.from({ length: many }, (_, worker) => {
        const sigma = sigmas[i + worker]!;
        const newest = slopes[slopes.length - 1]!;
        const own = params.slope === 'last' || slopes.length === 1 ? newest : slopes[worker]!;
        const at = worker === 0 ? x : plus(x, [sigma - s, own]);
        const d = w.denoise(at, sigma);
        return { d, slope: slopeOf(at, d, sigma) };
      });
      slopes = found.map(({ slope }) => slope);
    }
    const { d, slope } = found.shift()!;
    return [t === 0 ? d : plus(x, [t - s, slope]), d];
  };
};
