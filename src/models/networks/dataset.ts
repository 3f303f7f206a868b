import type { DatasetArchitecture } from '../../formats/modelJson.ts';
import { requireTensor, toFloat32, type Safetensors } from '../../formats/safetensors.ts';
import type { Batch } from '../types.ts';

/** The bundled images as points of [−1, 1]^dim, with their classes: feed it to `empiricalDenoiser`. */
export function loadDataset(
  a: DatasetArchitecture,
  file: Safetensors,
): { readonly points: Batch; readonly bytes: Uint8Array; readonly labels: Uint8Array } {
  const dim = a.channels * a.height * a.width;
  const bytes = Uint8Array.from(toFloat32(requireTensor(file, 'images', [a.count, dim])));
  const labels = Uint8Array.from(toFloat32(requireTensor(file, 'labels', [a.count])));
  return { points: { n: a.count, dim, data: Float64Array.from(bytes, (b) => b / 127.5 - 1) }, bytes, labels };
}
