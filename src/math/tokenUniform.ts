import { philox4x32 } from './philox.ts';

/** Second key word, "TOKN" in ASCII: independent of the normals and of `uniforms` of the same seed. */
export const TOKEN_KEY = 0x544f4b4e;

/** What a uniform is for. Two purposes never share a number, so that adding one changes no other draw. */
export const PURPOSES = { draw: 0, accept: 1, residual: 2, xtc: 3, code: 4, shift: 5, draft: 6 } as const;
export type Purpose = keyof typeof PURPOSES;

const words = new Uint32Array(4);

/** The 32 random bits behind `tokenUniform`: what the GPU draw receives. */
export function tokenBits(seed: number, sample: number, position: number, purpose: Purpose, attempt = 0): number {
  return philox4x32(position, sample, PURPOSES[purpose], attempt, seed, TOKEN_KEY, words)[0]!;
}

/**
 * The uniform in [0, 1) that chooses the token at `position` (index in the sequence) of sample `sample`, a pure
 * function of its arguments: upper 24 bits over 2^24, so that f32 holds it exactly. Contenders with the same seed and
 * sample draw the same random numbers. What draws again for the same place (another draft, another try) counts attempts:
 * attempt 0 is what plain sampling draws.
 */
export const tokenUniform = (seed: number, sample: number, position: number, purpose: Purpose, attempt = 0): number =>
  (tokenBits(seed, sample, position, purpose, attempt) >>> 8) / 16777216;
