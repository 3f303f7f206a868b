import { mt19937 } from './mt19937.ts';

const BLOCK = 16;
const HALF = BLOCK / 2;

/**
 * `torch.Generator('cpu').manual_seed(seed)`: each call gives what the next `torch.randn(count, generator=…)` gives in
 * float32, to float32 rounding: the noise that scripts of diffusers start from. `seed` is a 32-bit word (torch keeps the
 * low 32 bits of larger ones).
 *
 * From 16 numbers up, torch draws uniforms of 24 bits and turns blocks of 16 by Box and Muller (1958) in place: the
 * first eight are radii, the last eight angles; a rest that fills no block is drawn once more, as the last 16. Fewer
 * numbers come one by one from 53-bit uniforms, in pairs: of an odd count, the second of the last pair is kept for the
 * next call of so few.
 */
export function torchCpuGenerator(seed: number): (count: number) => Float64Array<ArrayBuffer> {
  const next = mt19937(seed);
  const single = singly(next);
  return (count) => (count < BLOCK ? Float64Array.from({ length: count }, single) : inBlocks(next, count));
}

/** The first call of a generator. */
export const torchCpuNormal = (seed: number, count: number): Float64Array<ArrayBuffer> =>
  torchCpuGenerator(seed)(count);

function inBlocks(next: () => number, count: number): Float64Array<ArrayBuffer> {
  const uniform = () => (next() & 0xffffff) / 2 ** 24;
  const out = Float64Array.from({ length: count }, uniform);
  const turn = (at: number) => {
    for (let i = at; i < at + HALF; i++) {
      const radius = Math.sqrt(-2 * Math.log(1 - out[i]!));
      const angle = 2 * Math.PI * out[i + HALF]!;
      out[i] = radius * Math.cos(angle);
      out[i + HALF] = radius * Math.sin(angle);
    }
  };
  for (let at = 0; at + BLOCK <= count; at += BLOCK) turn(at);
  if (count % BLOCK !== 0) {
    for (let i = count - BLOCK; i < count; i++) out[i] = uniform();
    turn(count - BLOCK);
  }
  return out;
}

function singly(next: () => number): () => number {
  // The high word is drawn first; 53 bits of the 64 are kept.
  const uniform = () => {
    const high = next();
    const low = next();
    return ((high & 0x1fffff) * 2 ** 32 + low) / 2 ** 53;
  };
  let kept: number | null = null;
  return () => {
    if (kept !== null) {
      const second = kept;
      kept = null;
      return second;
    }
    const angle = 2 * Math.PI * uniform();
    const radius = Math.sqrt(-2 * Math.log1p(-uniform()));
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
