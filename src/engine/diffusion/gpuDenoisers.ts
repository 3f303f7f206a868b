import type { GpuContext } from '../../gpu/device.ts';
import { createEmpirical, createMixture } from '../../networks/exact.ts';
import type { GpuDenoiser, Place } from '../../networks/types.ts';
import { roleMixtures } from '../../models/target.ts';
import { closedForm, sourceOf, usageOf, weakerFolder } from './cpuDenoisers.ts';
import { loadLearned } from './loadLearned.ts';
import type { LoadWeights, ProblemKey } from './problem.ts';
import { gpuBesideWeaker } from './weaker.ts';

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
  const { card } = key;
  if (target?.kind === 'mixture')
    return createMixture(ctx, target.mixture, place, roleMixtures(sourceOf(key)) ?? new Map());
  if (target) return gpuBesideWeaker(await createEmpirical(ctx, target.points, place), null, card.title);
  const learned = await loadLearned();
  const made = async (folder: string, guidance: number): Promise<GpuDenoiser> => {
    const { info, tensors } = await load(folder, signal, (early) => learned.compileNetwork(ctx, early));
    learned.assertDim(info, card.shape.dim);
    return learned.createNetwork(ctx, info, tensors, place, { ...usageOf(key), guidance });
  };
  const folder = weakerFolder(key);
  const main = await made(card.folder!, key.guidance);
  return gpuBesideWeaker(main, folder ? await made(folder, 1) : null, card.title);
}
