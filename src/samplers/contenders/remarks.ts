// What a reader should know of a contender's noise levels and sampler before trusting its pictures.
import { samplers } from '../diffusion/index.ts';
import type { Sampler } from '../diffusion/types.ts';
import type { SigmaRange } from '../../schedules/types.ts';
import type { Contender } from './types.ts';

/** A start this many times away from the model's top is worth a word. */
const FAR = 2;
const digits = (sigma: number) => String(Number(sigma.toPrecision(4)));

/** Sentences; none for levels that run from near the model's top to 0. */
export function levelRemarks(sigmas: readonly number[], { max }: SigmaRange): readonly string[] {
  const first = sigmas[0]!;
  const last = sigmas.at(-1)!;
  return [
    ...(first * FAR < max
      ? [
          `Starts at σ ${digits(first)}, far below this model’s top of ${digits(max)}: there pure noise is not yet what noised data look like, and the samples are off from the start.`,
        ]
      : []),
    ...(first > max * FAR
      ? [
          `Starts at σ ${digits(first)}, far above this model’s top of ${digits(max)}: its first steps go where the model was not made for.`,
        ]
      : []),
    ...(last > 0 ? [`Ends at σ ${digits(last)}, not at 0: that much noise stays in the samples.`] : []),
  ];
}

/** What its sampler does instead where it cannot do what its parameters say. */
export function samplerRemarks({ sampler, steps, params }: Pick<Contender, 'sampler' | 'steps' | 'params'>) {
  const made: Sampler = samplers[sampler];
  const remark = made.remark?.(steps, params) ?? null;
  return remark === null ? [] : [remark];
}
