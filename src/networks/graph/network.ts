import type { WeightFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { readFloats } from '../../gpu/readback.ts';
import { sizeOf, type Graph } from '../../models/graph/types.ts';
import { Holdings } from '../holdings.ts';
import { networkKernels } from './kernels.ts';
import { lower } from './lower.ts';
import { createGraphRuns } from './runner.ts';
import { graphWeights } from './weightList.ts';
import { loadGraphWeights, type StoredTensors } from './weights.ts';

/** A network that is given numbers and gives numbers: a text encoder, an autoencoder. For work outside a loop. */
export interface GpuNetwork {
  /** Bytes of its activations. */
  readonly activationBytes: number;
  readonly dispatches: number;
  /** Inputs by name, in the layout of the graph; outputs by name. Waits for the GPU. */
  run(inputs: Readonly<Record<string, ArrayLike<number>>>): Promise<ReadonlyMap<string, Float32Array>>;
  destroy(): void;
}

/** Compiles a network and loads its weights. FormatError for what the file lacks, OutOfMemoryError for what does not fit. */
export function createGpuNetwork(
  ctx: GpuContext,
  graph: Graph,
  stored: StoredTensors,
  { format, owner }: { readonly format: WeightFormat; readonly owner: string },
): Promise<GpuNetwork> {
  return Holdings.build(ctx, owner, async (hold) => {
    const weights = await loadGraphWeights(ctx, graphWeights(graph), stored, format, owner);
    hold.onDestroy(() => weights.destroy());
    const slots = await hold.slots(8 * graph.ops.length + 512);
    const kernels = await networkKernels(ctx, hold, graph, weights, slots);
    const { runs, activationBytes } = await createGraphRuns(ctx, hold, [{ graph, lowered: lower(graph, kernels) }]);
    const run = runs[0]!;
    slots.flush();
    return {
      activationBytes,
      dispatches: run.dispatches,
      async run(inputs) {
        for (const [name, tensor] of graph.inputs) {
          const values = inputs[name];
          if (values?.length !== sizeOf(tensor))
            throw new RangeError(`input ${name} has ${values?.length ?? 'no'} numbers; ${sizeOf(tensor)} are needed`);
          const { buffer, offset } = run.inputs.get(name)!;
          ctx.device.queue.writeBuffer(buffer, offset, Float32Array.from(values));
        }
        const encoder = ctx.device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        run.encodeOnce(pass);
        run.encode(pass);
        pass.end();
        ctx.submit(encoder.finish());
        const outputs = new Map<string, Float32Array>();
        for (const [name, tensor] of graph.outputs) {
          const { buffer, offset } = run.outputs.get(name)!;
          outputs.set(name, await readFloats(ctx, buffer, offset, sizeOf(tensor)));
        }
        return outputs;
      },
      destroy: () => hold.destroy(),
    };
  });
}
