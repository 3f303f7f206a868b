/** Starting noise by the name that other programs give it. Pure. */
import { INITIAL_DRAW, normals } from '../../math/normal.ts';
import { torchCpuGenerator } from '../../math/torch/cpuNormal.ts';
import { torchCudaNormal, torchCudaRounds } from '../../math/torch/cudaNormal.ts';

/**
 * `ours`: keyed, so that neither the number of pictures nor their order changes any of them. `torch-cpu`: as
 * `torch.randn(shape, generator=torch.Generator('cpu').manual_seed(seed))` gives it. `torch-cuda`: as a generator on a
 * GPU of NVIDIA does (checked against printed values, not on a device).
 */
export const noiseSources = ['ours', 'torch-cpu', 'torch-cuda'] as const;
export type NoiseSource = (typeof noiseSources)[number];

export interface NoiseShape {
  readonly pictures: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}
export interface NoiseOptions {
  /** Calls of the same shape that the generator made before; 0, the start of a run, unless given. */
  readonly draw?: number;
  /**
   * Of torch's. True: a generator for each picture, of `seed`, `seed` + 1 … (a list of generators in diffusers; A1111
   * and its like), so that a picture alone is the same as among others. False: one generator for all pictures at once
   * (one generator in diffusers), so that every number but the first picture's depends on how many there are.
   */
  readonly perPicture?: boolean;
  /** Threads that torch's kernel has on the device, where pictures hold more numbers (math/torch/cudaNormal.ts). */
  readonly threads?: number;
}

/** (pictures, channels, height, width) standard normal numbers. */
export const startingNoise = (
  source: NoiseSource,
  seed: number,
  shape: NoiseShape,
  { draw = 0, ...options }: NoiseOptions = {},
): Float64Array => noiseCalls(source, seed, shape, options)(draw);

/**
 * The calls of a run's generators by their number, 0 for the start. In any order; asked one after the other none is
 * made twice, where a generator must go through all that came before.
 */
export function noiseCalls(
  source: NoiseSource,
  seed: number,
  { pictures, channels, height, width }: NoiseShape,
  { perPicture = true, threads = Infinity }: Omit<NoiseOptions, 'draw'> = {},
): (draw: number) => Float64Array {
  const one = channels * height * width;
  if (source === 'ours') return (draw) => normals(seed, INITIAL_DRAW + draw, pictures, one);
  const callsOf = (own: number, count: number) =>
    source === 'torch-cpu' ? onCpu(own, count) : onCuda(own, count, threads);
  if (!perPicture) return callsOf(seed, pictures * one);
  const each = Array.from({ length: pictures }, (_, i) => callsOf(seed + i, one));
  return (draw) => {
    const out = new Float64Array(pictures * one);
    for (const [i, call] of each.entries()) out.set(call(draw), i * one);
    return out;
  };
}

/** Its state is 624 words: going back begins anew. */
function onCpu(seed: number, count: number): (draw: number) => Float64Array {
  let next = torchCpuGenerator(seed);
  let made = 0;
  return (draw) => {
    if (draw < made) {
      next = torchCpuGenerator(seed);
      made = 0;
    }
    for (; made < draw; made++) next(count);
    made++;
    return next(count);
  };
}

const onCuda =
  (seed: number, count: number, threads: number) =>
  (draw: number): Float64Array =>
    torchCudaNormal(seed, count, { threads, call: draw * torchCudaRounds(count, threads) });
