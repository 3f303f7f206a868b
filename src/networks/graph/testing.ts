/** For `*.gpu.test.ts` only. */
import type { WeightFormat } from '../../core/weightFormat.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { readFloats } from '../../gpu/readback.ts';
import { UniformSlots } from '../../gpu/slots.ts';
import { storedTensors } from '../../models/diffusers/fileWeights.ts';
import { sizeOf, type Graph } from '../../models/graph/types.ts';
import { Holdings } from '../holdings.ts';
import { networkKernels } from './kernels.ts';
import { lower } from './lower.ts';
import { createGraphRun } from './runner.ts';
import { graphWeights } from './weightList.ts';
import { loadGraphWeights } from './weights.ts';

/** One pass of a network: outputs by name. */
export async function runGraph(
  context: GpuContext,
  graph: Graph,
  file: Safetensors,
  inputs: Readonly<Record<string, Float64Array>>,
  format: WeightFormat = 'f32',
): Promise<ReadonlyMap<string, Float32Array>> {
  const hold = await Holdings.build(context, 'test', async (h) => h);
  const weights = await loadGraphWeights(context, graphWeights(graph), storedTensors(file), format, 'test');
  const slots = await UniformSlots.create(context, { owner: 'test', slots: 4 * graph.ops.length + 64 });
  try {
    const kernels = await networkKernels(context, hold, graph, weights, slots);
    const run = await createGraphRun(context, hold, graph, lower(graph, kernels));
    slots.flush();
    for (const [name, values] of Object.entries(inputs)) {
      const held = run.inputs.get(name)!;
      context.device.queue.writeBuffer(held.buffer, held.offset, Float32Array.from(values));
    }
    const encoder = context.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    run.encodeOnce(pass);
    run.encode(pass);
    pass.end();
    context.submit(encoder.finish());
    const out = new Map<string, Float32Array>();
    for (const [name, tensor] of graph.outputs) {
      const { buffer, offset } = run.outputs.get(name)!;
      out.set(name, await readFloats(context, buffer, offset, sizeOf(tensor)));
    }
    if (context.firstError) throw new Error(context.firstError);
    return out;
  } finally {
    weights.destroy();
    hold.destroy();
    context.buffers.destroy(slots.buffer);
  }
}
