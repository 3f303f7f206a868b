// Which noise a candidate draws: a function of the seed and of its number, so that neither how many there are nor in which order
// they run changes any of them.
import { normals } from '../math/normal.ts';
import { philox4x32 } from '../math/philox.ts';
import type { WeightedDraw } from '../samplers/diffusion/types.ts';
import type { States } from './types.ts';

/** Second key word, "SEEK" in ASCII: keeps the seeds of candidates apart from other uses of the same seed. */
const SEEK_KEY = 0x5345454b;

/** The draw that lifts a state to a higher level; samplers and targets use others (math/normal.ts, models/target.ts). */
export const RENOISE: readonly WeightedDraw[] = [[1, 0x78000000]];

/** The seed whose noise a candidate draws. Candidate 0 is the plain run. */
export function candidateSeed(seed: number, candidate: number): number {
  if (candidate === 0) return seed;
  return philox4x32(candidate, 0, 0, 0, seed, SEEK_KEY, new Uint32Array(4))[0]!;
}

/** Σ wᵢ·zᵢ of a candidate, for all starts. */
export function candidateNoise(
  seed: number,
  candidate: number,
  draws: readonly WeightedDraw[],
  samples: number,
  dim: number,
): States {
  const own = candidateSeed(seed, candidate);
  const out = new Float64Array(samples * dim);
  const z = new Float64Array(samples * dim);
  for (const [weight, draw] of draws) {
    normals(own, draw, samples, dim, z);
    for (let i = 0; i < out.length; i++) out[i]! += weight * z[i]!;
  }
  return out;
}
