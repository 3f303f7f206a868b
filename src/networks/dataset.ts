import type { GpuContext } from '../gpu/device.ts';
import { createMatmul } from '../kernels/linear/matmul.ts';
import { createSoftmax } from '../kernels/reduce/softmax.ts';
import { halved, loadDataset, type DatasetArchitecture } from '../models/networks/dataset.ts';
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
  half: (() => Batch) | null = null,
): Promise<GpuDenoiser> {
  return Holdings.build(ctx, owner, async (hold) => {
    const { n, dim } = images;
    const [score, softmax, mix, scores, slots, whole] = await Promise.all([
      createMatmul(ctx),
      createSoftmax(ctx),
      createMatmul(ctx, { b: 'kn' }),
      hold.floats('scores', samples * n),
      hold.slots(3 * mostEvaluations),
      upload(hold, images),
    ]);
    let pooled: Keys | null = null;
    const made = planned(hold, slots, ({ sigma, x, out, part }) => {
      if (part?.kind === 'pooled' && !pooled) throw new Error('Images of half the size were not reserved.');
      const { keys, bias, middle } = part?.kind === 'pooled' ? pooled! : whole;
      return [
        score.call({ a: arena, b: keys, bias, c: scores }, { m: samples, n, k: dim, aAt: x }, slots),
        softmax.call({ x: scores, bias }, { rows: samples, cols: n, scale: 1 / sigma ** 2 }, slots),
        mix.call({ a: scores, b: keys, bias: middle, c: arena }, { m: samples, n: dim, k: n, cAt: out }, slots),
      ];
    });
    return {
      ...made,
      async reserve(asked) {
        if (half && !pooled && asked.some(({ part }) => part?.kind === 'pooled')) pooled = await upload(hold, half());
      },
    };
  });
}

type Keys = Awaited<ReturnType<typeof upload>>;
/** Images about their mean, and what |p|² adds to their scores. */
async function upload(hold: Holdings, { n, dim, data }: Batch) {
  const mean = new Float64Array(dim);
  const centred = new Float32Array(n * dim);
  const offsets = new Float32Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < dim; j++) mean[j]! += data[i * dim + j]! / n;
  for (let i = 0; i < n; i++) {
    let squared = 0;
    for (let j = 0; j < dim; j++) {
      const value = data[i * dim + j]!;
      centred[i * dim + j] = value - mean[j]!;
      squared += value * value;
    }
    offsets[i] = -squared / 2;
  }
  const [keys, bias, middle] = await Promise.all([
    hold.upload('images', centred),
    hold.upload('offsets', offsets),
    hold.upload('mean image', Float32Array.from(mean)),
  ]);
  return { keys, bias, middle };
}

export const dataset: GpuDenoiserArchitecture<DatasetArchitecture> = {
  role: 'denoiser',
  // Its three kernels compile when it is made: most of its time goes into unpacking images.
  compile: () => {},
  create(ctx, { architecture, tensors }, place) {
    const { points } = loadDataset(architecture, tensors);
    return createDatasetDenoiser(ctx, points, place, () => halved(points, architecture));
  },
};
