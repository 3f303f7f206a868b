// The numbers of a run that are not this page's own: noise as torch makes it, a picture to start from.
import { noiseCalls } from '../../../engine/pipeline/noise.ts';
import type { PictureContender, PicturesExperiment } from '../config/experiment.ts';
import type { PicturePlan } from './plan.ts';
import type { PictureProblem } from './problem.ts';
import type { GivenNumbers } from './problemTypes.ts';

/** Latents of the picture that samples start from, (channels, height, width). */
export type StartLatents = Float32Array;

/**
 * Samplers that draw one normal a step, as a loop that calls torch.randn does. Others draw from a Brownian path, whose
 * numbers are this page's own whatever made the start.
 */
const ONE_A_STEP: ReadonlySet<string> = new Set(['ddpm', 'ddim', 'euler_ancestral', 'lcm', 'consistency']);

/** Drawings of a plan on the way, by its steps: those before the first mark, before the second … */
export function drawingsBySteps({ ops }: Pick<PicturePlan, 'ops'>): readonly number[] {
  const out = [0];
  for (const { op } of ops) {
    if (op === 'noise') out[out.length - 1]!++;
    if (op === 'mark') out.push(0);
  }
  return out;
}

/** Registers that a run's given numbers take: what is drawn on the way comes step by step, into the same registers. */
export function givenRegisters(
  e: PicturesExperiment,
  plans: ReadonlyMap<number, PicturePlan>,
  start: StartLatents | null,
): number {
  const fromTorch = e.noise !== 'ours';
  const counts = [...plans].flatMap(([i, plan]) =>
    ONE_A_STEP.has(e.contenders[i]!.sampler) ? drawingsBySteps(plan) : [],
  );
  const most = Math.max(0, ...counts);
  return (start ? 1 : 0) + (fromTorch ? 1 + most : 0);
}

/** What a contender's run is given. */
export function givenNumbers(
  e: PicturesExperiment,
  c: PictureContender,
  start: StartLatents | null,
  { samples, dim, shape }: Pick<PictureProblem, 'samples' | 'dim' | 'shape'>,
): GivenNumbers {
  const picture = start && repeated(start, samples, dim);
  if (e.noise === 'ours') return { noise: null, onTheWay: null, picture };
  const source = e.noise;
  const [channels, height, width] = shape;
  const calls = noiseCalls(
    source,
    e.seed,
    { pictures: samples, channels, height, width },
    { perPicture: e.perPicture },
  );
  const draw = (k: number) => Float32Array.from(calls(k));
  return { noise: draw(0), onTheWay: ONE_A_STEP.has(c.sampler) ? (k) => draw(k + 1) : null, picture };
}

function repeated(one: Float32Array, samples: number, dim: number): Float32Array {
  const out = new Float32Array(samples * dim);
  for (let s = 0; s < samples; s++) out.set(one, s * dim);
  return out;
}
