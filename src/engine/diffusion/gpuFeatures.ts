import type { GpuContext } from '../../gpu/device.ts';
import { loadLearned } from './loadLearned.ts';
import type { Features, LoadWeights } from './problem.ts';

export interface GpuFeatures {
  read(x: Float32Array<ArrayBuffer>): Promise<Features>;
  destroy(): void;
}

/** The feature net of image models on the GPU. It reads the arena's first register, so no run may go on meanwhile. */
export async function gpuFeatures(
  ctx: GpuContext,
  folder: string,
  { dim, ...place }: { readonly arena: GPUBuffer; readonly samples: number; readonly dim: number },
  load: LoadWeights,
  signal: AbortSignal,
): Promise<GpuFeatures> {
  const learned = await loadLearned();
  const { info, tensors } = await load(folder, signal, (early) => learned.compileNetwork(ctx, early));
  learned.assertDim(info, dim);
  const net = await learned.createFeatures(ctx, info, tensors, { ...place, owner: 'features' });
  const { real } = learned.networkFeatures(info, tensors);
  return {
    async read(x) {
      ctx.assertReady();
      ctx.device.queue.writeBuffer(place.arena, 0, x);
      return { ...(await net.read(0)), featureDim: net.featureDim, classes: net.classes, real };
    },
    destroy: () => net.destroy(),
  };
}
