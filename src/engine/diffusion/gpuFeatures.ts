import { requireKind } from '../../formats/modelJson.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { loadPatchnet } from '../../models/networks/patchnet.ts';
import { compileFeatureNet, createFeatureNet } from '../../networks/featureNet.ts';
import type { Features, LoadWeights } from './problem.ts';

export interface GpuFeatures {
  read(x: Float32Array<ArrayBuffer>): Promise<Features>;
  destroy(): void;
}

/** The feature net of image models on the GPU. It reads the arena's first register, so no run may go on meanwhile. */
export async function gpuFeatures(
  ctx: GpuContext,
  folder: string,
  place: { readonly arena: GPUBuffer; readonly samples: number },
  load: LoadWeights,
  signal: AbortSignal,
): Promise<GpuFeatures> {
  compileFeatureNet(ctx);
  const { info, tensors } = await load(folder, signal);
  const { architecture } = requireKind(info, 'patchnet');
  const net = await createFeatureNet(ctx, { architecture, tensors }, { ...place, owner: 'features' });
  const { real } = loadPatchnet(architecture, tensors);
  return {
    async read(x) {
      ctx.assertReady();
      ctx.device.queue.writeBuffer(place.arena, 0, x);
      return { ...(await net.read(0)), featureDim: net.featureDim, classes: net.classes, real };
    },
    destroy: () => net.destroy(),
  };
}
