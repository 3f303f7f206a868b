import { mt19937 } from './mt19937.ts';

const BLOCK = 16;
const HALF = BLOCK / 2;

/**
 * What `torch.randn(count, generator=torch.Generator('cpu').manual_seed(seed))` gives in float32, to float32 rounding:
 * the noise that scripts of diffusers start from. `seed` is a 32-bit word (torch keeps the low 32 bits of larger ones).
 *
 * From 16 numbers up, torch draws uniforms of 24 bits and turns blocks of 16 by Box and Muller (1958) in place: the
 * first eight are radii, the last eight angles; a rest that fills no block is drawn once more, as the last 16. Fewer
 * numbers come one by one from 53-bit uniforms.
 */
export function torchCpuNormal(seed: number, count: number): Float64Array {
  const next = mt19937(seed);
  return count < BLOCK ? oneByOne(next, count) : inBlocks(next, count);
}

function inBlocks(next: () => number, count: number): Float64Array {
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

function oneByOne(next: () => number, count: number): Float64Array {
  // The high word is drawn first; 53 bits of the 64 are kept.
  const uniform = () => {
    const high = next();
    const low = next();
    return ((high & 0x1fffff) * 2 ** 32 + low) / 2 ** 53;
  };
  const out = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const angle = 2 * Math.PI * uniform();
    const radius = Math.sqrt(-2 * Math.log1p(-uniform()));
    out[i] = radius * Math.cos(angle);
    if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}
