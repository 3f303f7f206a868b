/** Parts of a model: opened by name, and run on a device or, in float64, on the processor. */
import type { WeightFormat } from '../../core/weightFormat.ts';
import type { NetworkPart } from '../../formats/diffusers/modelIndex.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { DiffusionModel } from '../../hub/diffusionConfigs.ts';
import { ModelError, type ModelFiles } from '../../hub/files.ts';
import { openPart, type PartTensors } from '../../hub/partTensors.ts';
import { withWeights, type TensorsInTime } from '../../models/diffusers/prefetch.ts';
import { interpret } from '../../models/graph/interpret.ts';
import type { Graph } from '../../models/graph/types.ts';
import { createGpuNetwork } from '../../networks/graph/network.ts';

/** Of pictures, in pixels. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
}
export interface PipelineOptions {
  readonly format: WeightFormat;
  readonly owner: string;
  readonly signal: AbortSignal;
}

/** A network with its weights: numbers in, numbers out. */
export interface PartRun {
  readonly activationBytes: number;
  run(inputs: Readonly<Record<string, ArrayLike<number>>>): Promise<ReadonlyMap<string, Float32Array | Float64Array>>;
  destroy(): void;
}
/** Where parts are run. */
export type Runner = (graph: Graph, stored: TensorsInTime) => Promise<PartRun>;

export const gpuRunner =
  (ctx: GpuContext, { format, owner }: Pick<PipelineOptions, 'format' | 'owner'>): Runner =>
  (graph, stored) =>
    createGpuNetwork(ctx, graph, stored, { format, owner });

/** In float64, by the interpreter that is the reference of every network. */
export const cpuRunner: Runner = (graph, stored) =>
  Promise.resolve({
    activationBytes: 0,
    run(inputs) {
      const values = Object.fromEntries(Object.entries(inputs).map(([name, v]) => [name, Float64Array.from(v)]));
      return withWeights((weights) => interpret(graph, values, weights), stored);
    },
    destroy() {},
  });

/** ModelError when the model has no such part. */
export function openModelPart(
  files: ModelFiles,
  model: DiffusionModel,
  part: NetworkPart,
  signal: AbortSignal,
): Promise<PartTensors> {
  const found = model.files.networks.get(part);
  if (!found)
    throw new ModelError(`${files.title} has no ${part}.`, 'Take all parts of the model from one repository.');
  return openPart(files, found, signal);
}
