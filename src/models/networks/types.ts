import type { Architecture, ReadArchitecture } from '../../formats/modelJson.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import type { RealFeatures } from '../../metrics/samples/types.ts';
import type { Batch, RoleDenoiser } from '../types.ts';

/** What one problem asks of a denoiser; an architecture takes what it knows of. */
export interface Use {
  /** Id of the model's card: networks of plane targets share a file. */
  readonly target: string;
  /** Class of each sample. */
  readonly labels: ArrayLike<number>;
  /** D = D_null + w (D_class − D_null). */
  readonly guidance: number;
}

/** A network that measures images, ready: features, class scores, and the features' moments over real images. */
export interface FeatureNet {
  readonly real: RealFeatures;
  measure(images: Batch): { readonly features: Batch; readonly logits: Batch };
}

interface Common<A extends Architecture> {
  /** Reads it from model.json; refuses by name what cannot be run. */
  readonly read: ReadArchitecture<A>;
  /** Numbers in one sample. */
  dim(architecture: A): number;
  /** Why no bundled model of this kind has values from PyTorch in training/golden-networks. */
  readonly noGolden?: string;
}
/** An architecture on the processor, in float64: what its model.json says, and what it computes. */
export interface DenoiserArchitecture<A extends Architecture = Architecture> extends Common<A> {
  readonly role: 'denoiser';
  /** Multiply-adds of one pass on one sample, by count: of matrices and attention; null where no network is asked. */
  work(architecture: A): number | null;
  denoiser(architecture: A, tensors: Safetensors, use: Use): RoleDenoiser;
}
export interface FeatureArchitecture<A extends Architecture = Architecture> extends Common<A> {
  readonly role: 'feature net';
  features(architecture: A, tensors: Safetensors): FeatureNet;
}
export type ImageArchitecture = DenoiserArchitecture | FeatureArchitecture;
