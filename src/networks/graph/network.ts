import type { WeightFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { encode } from '../../gpu/kernel.ts';
import { readFloats } from '../../gpu/readback.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { sizeOf, type Graph } from '../../models/graph/types.ts';
import { Holdings } from '../holdings.ts';
import { networkKernels } from './kernels.ts';
import { lower } from './lower.ts';
import { bindingLimit, createGraphRuns, slotsFor } from './runner.ts';
import { mostWhole } from './strips.ts';
import { graphWeights } from './weightList.ts';
import { cutAt } from './work.ts';
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

/** Multiply-adds that are submitted together: 0.1 s at 0.4 TFLOP/s. Systems reset a device that is busy for seconds. */
const SUBMITTED = 2e10;

/** Compiles a network and loads its weights. FormatError for what the file lacks, OutOfMemoryError for what does not fit. */
export function createGpuNetwork(
  ctx: GpuContext,
  graph: Graph,
  stored: StoredTensors,
  {
    format,
    owner,
    most = mostWhole(bindingLimit(ctx)),
  }: {
    readonly format: WeightFormat;
    readonly owner: string;
    /** Bytes of the largest picture that is to lie whole. */
    readonly most?: number;
  },
): Promise<GpuNetwork> {
  return Holdings.build(ctx, owner, async (hold) => {
    const weights = await loadGraphWeights(ctx, graphWeights(graph), stored, format, owner);
    hold.onDestroy(() => weights.destroy());
    // How many it takes is known when the network is lowered; calls are made after.
    const late: { slots?: UniformSlots } = {};
    const lowered = lower(graph, await networkKernels(ctx, hold, graph, weights, () => late.slots!), most);
    const slots = await hold.slots(slotsFor({ graph, lowered }));
    late.slots = slots;
    const { runs, activationBytes } = await createGraphRuns(ctx, hold, [{ graph, lowered }]);
    const run = runs[0]!;
    slots.flush();
    const ends = cutAt(run.work, SUBMITTED);
    const submit = (record: (pass: GPUComputePassEncoder) => void) => {
      const encoder = ctx.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      record(pass);
      pass.end();
      ctx.submit(encoder.finish());
    };
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
        submit(run.encodeOnce);
        ends.forEach((end, i) => {
          submit((pass) => {
            for (const call of run.calls.slice(ends[i - 1] ?? 0, end)) encode(pass, call);
          });
        });
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
