/** A network as the app lowers and binds it, to be recorded again and again. */
import type { WeightFormat } from '../../../src/core/weightFormat.ts';
import type { GpuContext } from '../../../src/gpu/device.ts';
import type { UniformSlots } from '../../../src/gpu/slots.ts';
import type { Graph } from '../../../src/models/graph/types.ts';
import { networkKernels } from '../../../src/networks/graph/kernels.ts';
import { lower } from '../../../src/networks/graph/lower.ts';
import { bindingLimit, createGraphRuns, slotsFor, type GraphRun } from '../../../src/networks/graph/runner.ts';
import { mostWhole } from '../../../src/networks/graph/strips.ts';
import { graphWeights } from '../../../src/networks/graph/weightList.ts';
import { loadGraphWeights, type StoredTensors } from '../../../src/networks/graph/weights.ts';
import { Holdings } from '../../../src/networks/holdings.ts';

export interface BoundGraph {
  readonly run: GraphRun;
  readonly weightBytes: number;
  readonly activationBytes: number;
  destroy(): void;
}

export const createBoundGraph = (
  ctx: GpuContext,
  graph: Graph,
  stored: StoredTensors,
  format: WeightFormat,
  owner: string,
): Promise<BoundGraph> =>
  Holdings.build(ctx, owner, async (hold) => {
    const before = ctx.buffers.liveBytes;
    const weights = await loadGraphWeights(ctx, graphWeights(graph), stored, format, owner);
    hold.onDestroy(() => weights.destroy());
    const weightBytes = ctx.buffers.liveBytes - before;
    const late: { slots?: UniformSlots } = {};
    const kernels = await networkKernels(ctx, hold, graph, weights, () => late.slots!);
    const lowered = lower(graph, kernels, mostWhole(bindingLimit(ctx)));
    late.slots = await hold.slots(slotsFor({ graph, lowered }));
    const { runs, activationBytes } = await createGraphRuns(ctx, hold, [{ graph, lowered }]);
    late.slots.flush();
    return { run: runs[0]!, weightBytes, activationBytes, destroy: () => hold.destroy() };
  });
