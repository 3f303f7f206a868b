// The denoiser that knows a measurement, where it has a closed form. It is computed in float64 on the processor whatever
// the device: every sample has weights of its own.
import type { Denoise } from '../../../engine/diffusion/cpu.ts';
import type { LoadWeights } from '../../../engine/diffusion/problem.ts';
import { modelCard } from '../../../models/index.ts';
import { maskedLikelihood, mixturePosterior, reweightedDenoiser } from '../../../models/posterior.ts';
import { exactTarget } from '../../../models/target.ts';
import type { Batch } from '../../../models/types.ts';
import { picturesOf, type TaskSetup } from '../config/taskSetup.ts';
import { bundled, pool, type Given, type Measurement } from './taskGiven.ts';

export const hasPosterior = ({ model }: Pick<TaskSetup, 'model'>): boolean => modelCard(model).kind !== 'network';

/** Without the pictures that were given: with them the answer would be among what is asked. */
function others({ points, chosen }: NonNullable<Given['pictures']>): Batch {
  const out = new Set(chosen);
  const { dim, data } = points;
  const kept = Array.from({ length: points.n }, (_, i) => i).filter((i) => !out.has(i));
  return {
    n: kept.length,
    dim,
    data: Float64Array.from(
      { length: kept.length * dim },
      (_, i) => data[kept[Math.floor(i / dim)]! * dim + (i % dim)]!,
    ),
  };
}

const bundledSet = async ({ model }: TaskSetup, load: LoadWeights, signal: AbortSignal) => ({
  points: (await bundled(picturesOf(model)!, load, signal)).points,
  chosen: [],
});

function pooledLikelihood(points: Batch, pooled: Float64Array, noise: number, s: TaskSetup): Float64Array {
  const { shape } = modelCard(s.model);
  if (shape.kind !== 'image') throw new RangeError('points cannot be made smaller');
  const small = pool(points.data, shape);
  const dim = shape.dim / 4;
  const seen = new Float64Array(dim).fill(1);
  return maskedLikelihood({ n: points.n, dim, data: small }, { seen, values: pooled, noise });
}

/** E[x₀ | x, y] of a setup's measurement. */
export async function posteriorOf(
  s: TaskSetup,
  given: Given,
  { seen, values, pooled }: Measurement,
  load: LoadWeights,
  signal: AbortSignal,
): Promise<Denoise> {
  const measured = { seen, values: Float64Array.from(values), noise: s.noise };
  const target = exactTarget({ model: s.model, points: [], label: s.target });
  if (target?.kind === 'mixture') return mixturePosterior(target.mixture, measured);
  const set = target ? null : (given.pictures ?? (await bundledSet(s, load, signal)));
  const points = target?.points ?? others(set!);
  const weights = pooled ? pooledLikelihood(points, pooled, s.noise, s) : maskedLikelihood(points, measured);
  return reweightedDenoiser(points, weights);
}
