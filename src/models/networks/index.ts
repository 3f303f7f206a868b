// Every network that a model.json may describe. One line here and one in networks/index.ts, its half on the GPU.
import { otherKind, readModelJson, type ModelFile as FileOf, type ReadArchitecture } from '../../formats/modelJson.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import type { RoleDenoiser } from '../types.ts';
import { dataset } from './dataset.ts';
import { dit } from './dit.ts';
import { mlp2d } from './mlp2d.ts';
import { patchnet } from './patchnet.ts';
import type { FeatureNet, ImageArchitecture, Use } from './types.ts';

export const imageArchitectures = { dit, mlp2d, patchnet, dataset } satisfies Record<string, ImageArchitecture>;
export type ImageArchitectureId = keyof typeof imageArchitectures;
/** What model.json says of an architecture, by its id. */
export type ArchitectureOf<K extends ImageArchitectureId> = ReturnType<(typeof imageArchitectures)[K]['read']>;
export type ModelFile<K extends ImageArchitectureId = ImageArchitectureId> = FileOf<ArchitectureOf<K>>;

const readers: Readonly<Record<string, ReadArchitecture<ArchitectureOf<ImageArchitectureId>>>> = Object.fromEntries(
  Object.entries(imageArchitectures).map(([kind, { read }]) => [kind, read]),
);

/** Checks an untrusted model.json of any architecture of the registry. */
export const parseModelJson = (bytes: Uint8Array): ModelFile => readModelJson(bytes, readers);

/** The file as a given kind, or an error that names both kinds. */
export function requireKind<K extends ImageArchitectureId>(file: ModelFile, kind: K): ModelFile<K> {
  if (file.architecture.kind !== kind) throw otherKind(file, kind);
  return file as unknown as ModelFile<K>;
}

const recordOf = (file: ModelFile): ImageArchitecture => imageArchitectures[file.architecture.kind];

/** Refuses a model whose samples are of another size than the problem's. */
export function assertDim(file: ModelFile, dim: number): void {
  const own = recordOf(file).dim(file.architecture);
  if (own !== dim) throw otherKind(file, `model of samples of ${dim} numbers, not ${own},`);
}

/** D of a model file in float64. */
export function networkDenoiser(file: ModelFile, tensors: Safetensors, use: Use): RoleDenoiser {
  const record = recordOf(file);
  if (record.role !== 'denoiser') throw otherKind(file, 'denoiser');
  return record.denoiser(file.architecture, tensors, use);
}

/** Multiply-adds of a pass on one sample; null for what is no network. */
export function workOfPass(file: ModelFile): number | null {
  const record = recordOf(file);
  return record.role === 'denoiser' ? record.work(file.architecture) : null;
}

/** The feature net of a model file in float64. */
export function networkFeatures(file: ModelFile, tensors: Safetensors): FeatureNet {
  const record = recordOf(file);
  if (record.role !== 'feature net') throw otherKind(file, 'feature net');
  return record.features(file.architecture, tensors);
}
