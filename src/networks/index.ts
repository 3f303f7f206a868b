// The GPU half of every architecture in models/networks/index.ts, by the same ids: a missing half, or one for another
// description or role, is a type error.
import { otherKind } from '../formats/modelJson.ts';
import type { Safetensors } from '../formats/safetensors.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { imageArchitectures, ImageArchitectureId, ModelFile } from '../models/networks/index.ts';
import type { Use } from '../models/networks/types.ts';
import { dit } from './dit.ts';
import { dataset } from './dataset.ts';
import { patchnet } from './featureNet.ts';
import { mlp2d } from './mlp2d.ts';
import type { GpuArchitecture, GpuDenoiser, GpuFeatureNet, GpuHalf, Place } from './types.ts';

export const gpuArchitectures = { dit, mlp2d, patchnet, dataset } satisfies {
  readonly [K in ImageArchitectureId]: GpuHalf<(typeof imageArchitectures)[K]>;
};

const recordOf = (file: ModelFile): GpuArchitecture => gpuArchitectures[file.architecture.kind];

/** Begins to compile what a model file will need, while its weights are on their way. */
export const compileNetwork = (ctx: GpuContext, file: ModelFile): void =>
  recordOf(file).compile(ctx, file.architecture);

/** D of a model file as GPU work; models/networks' `networkDenoiser` is its float64 counterpart. */
export async function createNetwork(
  ctx: GpuContext,
  file: ModelFile,
  tensors: Safetensors,
  place: Place,
  use: Use,
): Promise<GpuDenoiser> {
  const record = recordOf(file);
  if (record.role !== 'denoiser') throw otherKind(file, 'denoiser');
  return record.create(ctx, { architecture: file.architecture, tensors }, place, use);
}

/** The feature net of a model file as GPU work; models/networks' `networkFeatures` is its float64 counterpart. */
export async function createFeatures(
  ctx: GpuContext,
  file: ModelFile,
  tensors: Safetensors,
  place: Place,
): Promise<GpuFeatureNet> {
  const record = recordOf(file);
  if (record.role !== 'feature net') throw otherKind(file, 'feature net');
  return record.create(ctx, { architecture: file.architecture, tensors }, place);
}
