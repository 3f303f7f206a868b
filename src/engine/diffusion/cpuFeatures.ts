import { loadLearned } from './loadLearned.ts';
import type { Features, LoadWeights } from './problem.ts';

/** The feature net in a folder for samples of `dim` numbers, in float64. */
export async function cpuFeatures(
  folder: string,
  dim: number,
  load: LoadWeights,
  signal: AbortSignal,
): Promise<(x: Float32Array) => Features> {
  const [learned, { info, tensors }] = await Promise.all([loadLearned(), load(folder, signal)]);
  learned.assertDim(info, dim);
  const net = learned.networkFeatures(info, tensors);
  return (x) => {
    const { features, logits } = net.measure({ n: x.length / dim, dim, data: x });
    return {
      features: Float32Array.from(features.data),
      featureDim: features.dim,
      logits: Float32Array.from(logits.data),
      classes: logits.dim,
      real: net.real,
    };
  };
}
