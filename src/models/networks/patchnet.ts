import type { Reader } from '../../formats/json.ts';
import { readPatches } from '../../formats/modelJson.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import { kidOf, momentsOf } from '../../metrics/samples/kid.ts';
import type { RealFeatures } from '../../metrics/samples/types.ts';
import type { Batch } from '../types.ts';
import { gelu, linear, pixelTable, type Linear } from './layers.ts';
import type { FeatureArchitecture } from './types.ts';
import { linearShapes, takeFloats, type Shapes } from './weights.ts';

/** Small classifier whose features measure images. */
export interface PatchnetArchitecture {
  readonly kind: 'patchnet';
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  readonly patch: number;
  readonly tokens: number;
  readonly patchWidth: number;
  readonly hidden: number;
  readonly features: number;
  readonly classes: number;
}

const read = (a: Reader): PatchnetArchitecture => ({
  kind: 'patchnet',
  ...readPatches(a),
  patchWidth: a.integer('patchWidth', 1, 4096),
  hidden: a.integer('hidden', 1, 65536),
  features: a.integer('features', 1, 4096),
  classes: a.integer('classes', 1, 10_000),
});

/** Small classifier of images; its features are the space of the Fréchet distance. */
export interface Patchnet {
  readonly architecture: PatchnetArchitecture;
  readonly pixels: Int32Array;
  readonly patch: Linear;
  readonly hidden: Linear;
  readonly feature: Linear;
  readonly head: Linear;
  /** Moments of the features over all training images. */
  readonly real: RealFeatures;
  /** Of them as the cubic kernel sees them. */
  readonly cubic: { readonly moments: Float64Array; readonly within: number };
}

export function patchnetShapes(a: PatchnetArchitecture): Shapes {
  return new Map<string, readonly number[]>([
    ...linearShapes('patch', a.patchWidth, a.patch ** 2 * a.channels),
    ...linearShapes('hidden', a.hidden, a.tokens * a.patchWidth),
    ...linearShapes('feature', a.features, a.hidden),
    ...linearShapes('head', a.classes, a.features),
    ['real.mean', [a.features]],
    ['real.cov', [a.features, a.features]],
    ['real.cubic', [momentsOf(a.features)]],
    ['real.within', [1]],
  ]);
}

export function loadPatchnet(architecture: PatchnetArchitecture, file: Safetensors): Patchnet {
  const w = takeFloats(file, patchnetShapes(architecture));
  const cubic = { moments: Float64Array.from(w.get('real.cubic')), within: w.get('real.within')[0]! };
  return {
    architecture,
    pixels: pixelTable(architecture),
    patch: w.linear('patch'),
    hidden: w.linear('hidden'),
    feature: w.linear('feature'),
    head: w.linear('head'),
    real: {
      mean: Float64Array.from(w.get('real.mean')),
      covariance: Float64Array.from(w.get('real.cov')),
      kid: (samples, labels) => kidOf(samples, labels, cubic),
    },
    cubic,
  };
}

/** Features and class scores of every image of the batch. */
export function patchnetFeatures(
  net: Patchnet,
  { n, dim, data }: Batch,
): { readonly features: Batch; readonly logits: Batch } {
  const { tokens, features, classes } = net.architecture;
  const seen = { n, dim: features, data: new Float64Array(n * features) };
  const logits = { n, dim: classes, data: new Float64Array(n * classes) };
  for (let i = 0; i < n; i++) {
    const patches = linear(
      Float64Array.from(net.pixels, (at) => data[i * dim + at]!),
      tokens,
      net.patch,
    ).map(gelu);
    const found = linear(linear(patches, 1, net.hidden).map(gelu), 1, net.feature).map(gelu);
    seen.data.set(found, i * features);
    logits.data.set(linear(found, 1, net.head), i * classes);
  }
  return { features: seen, logits };
}

export const patchnet: FeatureArchitecture<PatchnetArchitecture> = {
  role: 'feature net',
  read,
  dim: ({ channels, height, width }) => channels * height * width,
  features(a, tensors) {
    const net = loadPatchnet(a, tensors);
    return { real: net.real, measure: (images) => patchnetFeatures(net, images) };
  },
};
