import { resample as reference } from '../../math/reference/pointwise.ts';
import { createResample } from '../image/resample.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const SIDE = { min: 1, max: 2048 };
const dims: readonly Dim[] = [
  { name: 'samples', label: 'pictures', min: 1, max: 64 },
  { name: 'height', label: 'rows', ...SIDE },
  { name: 'width', label: 'columns', ...SIDE },
  { name: 'channels', label: 'channels', ...SIDE },
  { name: 'outHeight', label: 'rows after; 0: means of 2×2', min: 0, max: 2048 },
  { name: 'outWidth', label: 'columns after; 0: means of 2×2', min: 0, max: 2048 },
  { name: 'norm', label: '1: of SiLU(a·x + b)', min: 0, max: 1 },
];
const of = (
  samples: number,
  height: number,
  width: number,
  channels: number,
  to: readonly [number, number],
  norm = 0,
): Shape => ({
  samples,
  height,
  width,
  channels,
  outHeight: to[0],
  outWidth: to[1],
  norm,
});
const MEAN = [0, 0] as const;
/** What is made of what, in numbers. */
function counts({ samples, height, width, channels, outHeight, outWidth }: Shape) {
  const mean = outHeight === 0;
  const pixels = mean ? Math.floor(height! / 2) * Math.floor(width! / 2) : outHeight! * outWidth!;
  const out = samples! * pixels * channels!;
  return { mean, out, read: mean ? 4 * out : Math.min(out, samples! * height! * width! * channels!) };
}

export const resample: Family = {
  id: 'resample',
  group: 'image',
  dims,
  title: 'Another size',
  summary:
    'A picture at half its size by means of 2×2, or at any by nearest neighbours, of SiLU(a·x + b) where a block resamples inside. In consistency models and the small autoencoder.',
  versions: onlyVersion('four channels an invocation, or one where they do not divide'),
  shapes: [
    { label: 'cd_imagenet64, 64² to 32²', shape: of(1, 64, 64, 192, MEAN, 1) },
    { label: 'cd_imagenet64, 32² to 64²', shape: of(1, 32, 32, 384, [64, 64], 1) },
    { label: 'TAESD, 64² to 128²', shape: of(1, 64, 64, 64, [128, 128]) },
  ],
  edges: [
    of(1, 1, 1, 1, [1, 1]),
    of(2, 2, 3, 4, [4, 6]),
    of(2, 7, 5, 3, [13, 9]),
    of(1, 9, 9, 12, [17, 18], 1),
    of(1, 2, 2, 1, MEAN),
    of(2, 5, 7, 4, MEAN, 1),
    of(2, 4, 6, 3, MEAN, 1),
  ],
  work(shape) {
    const { mean, out, read } = counts(shape);
    const each = shape.norm === 1 ? 7 : 0;
    return { flops: (mean ? 4 : 0) * out + each * read, bytes: 4 * (out + read) };
  },
  moves(_, shape) {
    const { mean, out } = counts(shape);
    return 4 * out * (1 + (mean ? 4 : 1) * (shape.norm === 1 ? 3 : 1));
  },
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('resample', dims, shape);
      const picture = {
        samples: shape.samples!,
        height: shape.height!,
        width: shape.width!,
        channels: shape.channels!,
      };
      const { mean, out } = counts(shape);
      if (mean !== (shape.outWidth === 0))
        throw new RangeError('resample: outHeight and outWidth are 0 together, for means of 2×2');
      const to = mean
        ? { outHeight: Math.floor(picture.height / 2), outWidth: Math.floor(picture.width / 2) }
        : { outHeight: shape.outHeight!, outWidth: shape.outWidth! };
      const by = mean ? ('mean' as const) : ('nearest' as const);
      const activation = shape.norm === 1 ? ('silu' as const) : ('none' as const);
      const kernel = await createResample(ctx, { by, norm: shape.norm === 1, activation });
      const data = signal(picture.samples * picture.height * picture.width * picture.channels, 3, 2);
      const factors = signal(picture.samples * 2 * picture.channels, 4);
      const x = await harness.input('x', data);
      const norm = await harness.input('norm', factors);
      const y = await harness.output('y', out);
      const args = { ...picture, ...(!mean && { to: { height: to.outHeight, width: to.outWidth } }) };
      return {
        record: () => [kernel.call({ x, y, ...(shape.norm === 1 && { norm }) }, args, slots)],
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count: out,
            type: 'f32',
            tolerance: 2e-6, // of values up to 3
            expected: () =>
              whole(reference(data, picture, { by, ...to }, activation, shape.norm === 1 ? factors : undefined)),
          },
        ],
      };
    });
  },
};
