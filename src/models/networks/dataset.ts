import type { Reader } from '../../formats/json.ts';
import { readImage } from '../../formats/modelJson.ts';
import { requireTensor, toFloat32, type Safetensors } from '../../formats/safetensors.ts';
import { pool } from '../../math/pool.ts';
import { empiricalDenoiser } from '../empirical.ts';
import type { Batch, Denoiser, RoleDenoiser } from '../types.ts';
import type { DenoiserArchitecture } from './types.ts';

/** Images as bytes: the data of an exact denoiser. */
export interface DatasetArchitecture {
  readonly kind: 'dataset';
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  readonly count: number;
  readonly classes: number;
}

const read = (a: Reader): DatasetArchitecture => ({
  kind: 'dataset',
  ...readImage(a),
  count: a.integer('count', 1, 1_000_000),
  classes: a.integer('classes', 1, 10_000),
});

const datasetDim = ({ channels, height, width }: DatasetArchitecture): number => channels * height * width;

/** The bundled images as points of [−1, 1]^dim, with their classes: feed it to `empiricalDenoiser`. */
export function loadDataset(
  a: DatasetArchitecture,
  file: Safetensors,
): { readonly points: Batch; readonly bytes: Uint8Array; readonly labels: Uint8Array } {
  const dim = datasetDim(a);
  const bytes = Uint8Array.from(toFloat32(requireTensor(file, 'images', [a.count, dim])));
  const labels = Uint8Array.from(toFloat32(requireTensor(file, 'labels', [a.count])));
  return { points: { n: a.count, dim, data: Float64Array.from(bytes, (b) => b / 127.5 - 1) }, bytes, labels };
}

/** The images of half the size, each pixel four times; as points in that space their distances are those of the full size. */
export const halved = ({ n, dim, data }: Batch, { height, width }: DatasetArchitecture): Batch => ({
  n,
  dim,
  data: pool(Float64Array.from(data), height, width),
});

/** Of pictures of half the size it is that of the pooled images: σ is still that of the full one, four times in a block. */
function datasetDenoiser(points: Batch, a: DatasetArchitecture): RoleDenoiser {
  const whole = empiricalDenoiser(points);
  let half: Denoiser | null = null;
  return (x, sigma, asked) =>
    asked?.part?.kind === 'pooled' ? (half ??= empiricalDenoiser(halved(points, a)))(x, sigma) : whole(x, sigma);
}

export const dataset: DenoiserArchitecture<DatasetArchitecture> = {
  role: 'denoiser',
  work: () => null,
  read,
  dim: datasetDim,
  denoiser: (a, tensors) => datasetDenoiser(loadDataset(a, tensors).points, a),
  noGolden: 'no network: its denoiser is held against the closed form over the same images',
};
