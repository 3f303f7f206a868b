/** For `*.gpu.test.ts` only. */
import type { WeightFormat } from '../../core/weightFormat.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { storedTensors } from '../../models/diffusers/fileWeights.ts';
import type { Graph } from '../../models/graph/types.ts';
import { createGpuNetwork } from './network.ts';

/** One pass of a network: outputs by name. */
export async function runGraph(
  ctx: GpuContext,
  graph: Graph,
  file: Safetensors,
  inputs: Readonly<Record<string, Float64Array>>,
  format: WeightFormat = 'f32',
): Promise<ReadonlyMap<string, Float32Array>> {
  const network = await createGpuNetwork(ctx, graph, storedTensors(file), { format, owner: 'test' });
  try {
    const outputs = await network.run(inputs);
    if (ctx.firstError) throw new Error(ctx.firstError);
    return outputs;
  } finally {
    network.destroy();
  }
}
