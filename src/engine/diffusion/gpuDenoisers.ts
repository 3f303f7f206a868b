import { requireKind } from '../../formats/modelJson.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { ModelId } from '../../models/index.ts';
import { loadDataset } from '../../models/networks/dataset.ts';
import { exactTarget } from '../../models/target.ts';
import { compileDit, createDit } from '../../networks/dit.ts';
import { createDatasetDenoiser, createEmpirical, createMixture } from '../../networks/exact.ts';
import { compileMlp2d, createMlp2d } from '../../networks/mlp2d.ts';
import type { GpuDenoiser, Place } from '../../networks/types.ts';
import { labelsOf } from './cpuDenoisers.ts';
import type { LoadWeights, ProblemKey } from './problem.ts';

/** D of a problem as GPU work in `arena`; the float64 counterpart is cpuDenoiser. */
export async function gpuDenoiser(
  ctx: GpuContext,
  key: ProblemKey,
  arena: GPUBuffer,
  load: LoadWeights,
  signal: AbortSignal,
): Promise<GpuDenoiser> {
  const { card, samples } = key;
  const place: Place = { arena, samples, owner: 'network' };
  switch (card.kind) {
    case 'mixture':
    case 'points':
    case 'drawn': {
      if (key.learned) {
        compileMlp2d(ctx);
        const { info, tensors } = await load(card.folder!, signal);
        return createMlp2d(
          ctx,
          { architecture: requireKind(info, 'mlp2d').architecture, tensors, target: card.id },
          place,
        );
      }
      const target = exactTarget({ model: card.id as ModelId, points: key.points })!;
      return target.kind === 'mixture'
        ? createMixture(ctx, target.mixture, place)
        : createEmpirical(ctx, target.points, place);
    }
    case 'dataset': {
      const { info, tensors } = await load(card.folder!, signal);
      return createDatasetDenoiser(ctx, loadDataset(requireKind(info, 'dataset').architecture, tensors).points, place);
    }
    case 'dit': {
      const { info, tensors } = await load(card.folder!, signal, (early) =>
        compileDit(ctx, requireKind(early, 'dit').architecture),
      );
      return createDit(
        ctx,
        { architecture: requireKind(info, 'dit').architecture, tensors },
        { ...place, labels: labelsOf(key), guidance: key.guidance },
      );
    }
    default:
      return card.kind satisfies never;
  }
}
