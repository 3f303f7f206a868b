import { philox4x32 } from './philox.ts';

/** Second key word, "UNIF" in ASCII: independent of the normals of the same seed (see normal.ts). */
export const UNIFORM_KEY = 0x554e4946;

/**
 * `count` uniforms in [0, 1), a pure function of (seed, draw, index): counter = (index >> 2, draw, 0, 0), key = (seed,
 * UNIFORM_KEY), word index & 3, its upper 24 bits over 2^24, so that f32 holds every value exactly.
 */
export function uniforms(seed: number, draw: number, count: number): Float64Array {
  const out = new Float64Array(count);
  const words = new Uint32Array(4);
  for (let i = 0; i < count; i++) {
    if (i % 4 === 0) philox4x32(i >>> 2, draw, 0, 0, seed, UNIFORM_KEY, words);
    out[i] = (words[i % 4]! >>> 8) / 16777216;
  }
  return out;
}
