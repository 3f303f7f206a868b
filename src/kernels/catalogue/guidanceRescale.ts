import { guidance } from '../../math/reference/elementwise.ts';
import { deviation, rescaleFactor } from '../../models/guidance.ts';
import { createGuidanceRescale } from '../diffusion/guidanceRescale.ts';
import { assemble, checkReference, checkShape, onlyVersion, whole } from './harness.ts';
import { signal } from './inputs.ts';
import { imageDims, imageOf, numbers } from './patchify.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  ...imageDims,
  { name: 'unread', label: 'channels of a pixel that are not read', min: 0, max: 4096 },
];
const of = (samples: number, channels: number, size: number, patch = 1, unread = 0): Shape => ({
  samples,
  channels,
  size,
  patch,
  unread,
});

export const guidanceRescale: Family = {
  id: 'guidance_rescale',
  group: 'diffusion',
  dims,
  title: 'Rescaling of guidance',
  summary:
    'Deviations of a prediction with its condition and of the guided one, over all of a sample: the factor that draws the second towards the first. Where an evaluation has guidance and φ.',
  versions: onlyVersion('a workgroup a sample, trees in workgroup memory'),
  shapes: [
    { label: 'SD 1.5 at 512²', shape: of(1, 4, 64) },
    { label: 'four faces, latents of 16²', shape: of(4, 4, 16) },
    { label: 'DiT-XL/2 at 256²', shape: of(1, 4, 32, 2, 4) },
    { label: 'pictures of 256²', shape: of(1, 3, 256) },
  ],
  edges: [
    of(1, 1, 1),
    of(2, 255, 1),
    of(1, 256, 1),
    of(3, 257, 1),
    of(2, 3, 6, 2, 3),
    of(1, 4, 12, 1, 4),
    of(1, 1, 91), // 8,281: a block of 32 numbers for each invocation, and some
  ],
  // Guidance twice, differences, squares and sums of two.
  work: (s) => ({ flops: 16 * numbers(s), bytes: 8 * numbers(s) + 4 * s.samples! }),
  moves: (_, s) => 16 * numbers(s) + 4 * s.samples!, // both batches, in both passes
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('guidance_rescale', dims, s);
      const samples = s.samples!;
      const { channels, ...size } = imageOf(s);
      checkReference('guidance_rescale', 10 * numbers(s));
      const pixel = channels + s.unread!;
      const pixels = size.height * size.width;
      const [weight, rescale] = [3, 0.7];
      const kernel = await createGuidanceRescale(ctx);
      // Means far beside the deviations, and samples of different deviations.
      const per = pixels * pixel;
      const said = signal(samples * per, 3).map((v, i) => 40 + v * (1 + Math.floor(i / per)));
      const free = signal(samples * per, 4).map((v, i) => said[i]! - 0.3 + 0.4 * v);
      const data = new Float32Array(2 * samples * per);
      data.set(said);
      data.set(free, samples * per);
      const tokens = await harness.input('tokens', data);
      const factors = await harness.output('factors', samples);
      return {
        record: () => [kernel.call({ tokens, factors }, { samples, channels, ...size, pixel, weight, rescale }, slots)],
        outputs: [
          {
            name: 'factors',
            buffer: factors,
            at: 0,
            count: samples,
            type: 'f32',
            // Numbers of 40 are rounded at 2e-6, guided ones at thrice that beside deviations of a half.
            tolerance: 2e-5,
            expected() {
              const read = (values: Float64Array | Float32Array, n: number) =>
                values.subarray(n * per, (n + 1) * per).filter((_v, i) => i % pixel < channels);
              const mixed = guidance(said, free, weight);
              return whole(
                Float64Array.from({ length: samples }, (_v, n) =>
                  rescaleFactor(deviation(read(said, n)), deviation(read(mixed, n)), rescale),
                ),
              );
            },
          },
        ],
      };
    });
  },
};
