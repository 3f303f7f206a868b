import type { GpuContext } from '../../gpu/device.ts';
import { createEmpirical, createMixture } from '../../networks/exact.ts';
import type { GpuDenoiser, Place } from '../../networks/types.ts';
import { closedForm, usageOf } from './cpuDenoisers.ts';
import { loadLearned } from './loadLearned.ts';
import type { LoadWeights, ProblemKey } from './problem.ts';

/** D of a problem as GPU work in `arena`; the float64 counterpart is cpuDenoiser. */
export async function gpuDenoiser(
  ctx: GpuContext,
  key: ProblemKey,
  arena: GPUBuffer,
  load: LoadWeights,
  signal: AbortSignal,
): Promise<GpuDenoiser> {
  const place: Place = { arena, samples: key.samples, owner: 'network' };
  const target = closedForm(key);
  if (target?.kind === 'mixture') return createMixture(ctx, target.mixture, place);
  if (target) return createEmpirical(ctx, target.points, place);
  const learned = await loadLearned();
  const { info, tensors } = await load(key.card.folder!, signal, (early) => learned.compileNetwork(ctx, early));
  learned.assertDim(info, key.card.shape.dim);
  return learned.createNetwork(ctx, info, tensors, place, usageOf(key));
}
