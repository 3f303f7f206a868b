/**
 * Standard normals that are a pure function of (seed, sample, draw, element): batch size, order and unused draws
 * change nothing. The layout is shared with the WGSL version, word for word:
 *
 *   counter = (element >> 2, sample, draw, 0), key = (seed, KEY)
 *   words r0 r1 → elements 4k, 4k+1; words r2 r3 → elements 4k+2, 4k+3, by Box and Muller (1958):
 *   u1 = ((r0 >> 8) + 1) / 2^24 in (0, 1],  u2 = (r1 >> 8) / 2^24 in [0, 1)
 *   √(−2 ln u1)·cos 2πu2, √(−2 ln u1)·sin 2πu2
 *
 * 24 bits are what f32 holds exactly, so the GPU sees the same u1 and u2. The largest |normal| is √(48 ln 2) = 5.77.
 *
 * Draw numbers: 0 is the initial noise; samplers use 1 and up; the Brownian tree uses 0x40000000 and up (brownian.ts).
 */
import { philox4x32 } from './philox.ts';

/** Second key word, "STEP" in ASCII: keeps these normals apart from other uses of the same seed. */
export const NORMAL_KEY = 0x53544550;
/** The draw number of a run's starting noise. */
export const INITIAL_DRAW = 0;

const TWO_24 = 16777216;

/** Normals of one draw for `samples` samples of `dim` elements, row-major, samples numbered from `firstSample`. */
export function normals(
  seed: number,
  draw: number,
  samples: number,
  dim: number,
  out = new Float64Array(samples * dim),
  firstSample = 0,
): Float64Array {
  const words = new Uint32Array(4);
  for (let sample = 0; sample < samples; sample++) {
    for (let element = 0; element < dim; element += 2) {
      if (element % 4 === 0) philox4x32(element >>> 2, firstSample + sample, draw, 0, seed, NORMAL_KEY, words);
      const half = element % 4;
      const radius = Math.sqrt(-2 * Math.log(((words[half]! >>> 8) + 1) / TWO_24));
      const angle = (2 * Math.PI * (words[half + 1]! >>> 8)) / TWO_24;
      out[sample * dim + element] = radius * Math.cos(angle);
      if (element + 1 < dim) out[sample * dim + element + 1] = radius * Math.sin(angle);
    }
  }
  return out;
}
