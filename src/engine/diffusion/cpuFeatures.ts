import { requireKind } from '../../formats/modelJson.ts';
import { loadPatchnet, patchnetFeatures } from '../../models/networks/patchnet.ts';
import type { Features, LoadWeights } from './problem.ts';

/** The feature net of image models, in float64. */
export async function cpuFeatures(
  folder: string,
  load: LoadWeights,
  signal: AbortSignal,
): Promise<(x: Float32Array) => Features> {
  const { info, tensors } = await load(folder, signal);
  const net = loadPatchnet(requireKind(info, 'patchnet').architecture, tensors);
  const { channels, height, width, features: featureDim, classes } = net.architecture;
  const dim = channels * height * width;
  return (x) => {
    const { features, logits } = patchnetFeatures(net, { n: x.length / dim, dim, data: x });
    return {
      features: Float32Array.from(features.data),
      featureDim,
      logits: Float32Array.from(logits.data),
      classes,
      real: net.real,
    };
  };
}
