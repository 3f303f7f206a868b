import type { GpuContext } from '../gpu/device.ts';
import { createMatmul } from '../kernels/linear/matmul.ts';
import { createSoftmax } from '../kernels/reduce/softmax.ts';
import { loadDataset, type DatasetArchitecture } from '../models/networks/dataset.ts';
import type { Batch } from '../models/types.ts';
import { planned } from './exact.ts';
import { Holdings } from './holdings.ts';
import { mostEvaluations, type GpuDenoiser, type GpuDenoiserArchitecture, type Place } from './types.ts';

/**
 * The exact denoiser of a set of images: attention with the images as keys and values, D = Σ softmax_j(−|x − p_j|²/2σ²)
 * p_j.
 * |x|² is common to all j and drops out of the softmax, and so does x·c with c the mean image: the scores are
 * (x·(p_j − c) − |p_j|²/2)/σ², whose smaller terms float32 rounds less. Reference: src/models/empirical.ts.
 */
export function createDatasetDenoiser(
  ctx: GpuContext,
  images: Batch,
  { arena, samples, owner }: Place,
): Promise<GpuDenoiser> {
  return Holdings.build(ctx, owner, async (hold) => {
    const { n, dim } = images;
    const mean = new Float64Array(dim);
    const centred = new Float32Array(n * dim);
    const offsets = new Float32Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < dim; j++) mean[j]! += images.data[i * dim + j]! / n;
    for (let i = 0; i < n; i++) {
      let squared = 0;
      for (let j = 0; j < dim; j++) {
        const value = images.data[i * dim + j]!;
        centred[i * dim + j] = value - mean[j]!;
        squared += value * value;
      }
      offsets[i] = -squared / 2;
    }
    const [score, softmax, mix, keys, bias, middle, scores, slots] = await Promise.all([
      createMatmul(ctx),
      createSoftmax(ctx),
      createMatmul(ctx, { b: 'kn' }),
      hold.upload('images', centred),
      hold.upload('offsets', offsets),
      hold.upload('mean image', Float32Array.from(mean)),
      hold.floats('scores', samples * n),
      hold.slots(3 * mostEvaluations),
    ]);
    return planned(hold, slots, ({ sigma, x, out }) => [
      score.call({ a: arena, b: keys, bias, c: scores }, { m: samples, n, k: dim, aAt: x }, slots),
      softmax.call({ x: scores, bias }, { rows: samples, cols: n, scale: 1 / sigma ** 2 }, slots),
      mix.call({ a: scores, b: keys, bias: middle, c: arena }, { m: samples, n: dim, k: n, cAt: out }, slots),
    ]);
  });
}

export const dataset: GpuDenoiserArchitecture<DatasetArchitecture> = {
  role: 'denoiser',
  // Its three kernels compile when it is made: most of its time goes into unpacking images.
  compile: () => {},
  create: (ctx, { architecture, tensors }, place) =>
    createDatasetDenoiser(ctx, loadDataset(architecture, tensors).points, place),
};
