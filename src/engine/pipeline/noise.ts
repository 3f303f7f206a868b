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
export function startingNoise(
  source: NoiseSource,
  seed: number,
  { pictures, channels, height, width }: NoiseShape,
  { draw = 0, perPicture = true, threads = Infinity }: NoiseOptions = {},
): Float64Array {
  const one = channels * height * width;
  if (source === 'ours') return normals(seed, INITIAL_DRAW + draw, pictures, one);
  const of = source === 'torch-cpu' ? onCpu : onCuda;
  if (!perPicture) return of(seed, pictures * one, draw, threads);
  const out = new Float64Array(pictures * one);
  for (let i = 0; i < pictures; i++) out.set(of(seed + i, one, draw, threads), i * one);
  return out;
}

function onCpu(seed: number, count: number, draw: number): Float64Array {
  const next = torchCpuGenerator(seed);
  for (let k = 0; k < draw; k++) next(count);
  return next(count);
}

const onCuda = (seed: number, count: number, draw: number, threads: number): Float64Array =>
  torchCudaNormal(seed, count, { threads, call: draw * torchCudaRounds(count, threads) });
