import { gridPixel } from '../../math/reference/image.ts';
import { createBlit } from '../image/blit.ts';
import { bits } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'samples', label: 'images', min: 1, max: 4096 },
  { name: 'channels', label: 'channels: 1 or 3', min: 1, max: 3 },
  { name: 'height', label: 'height', min: 1, max: 512 },
  { name: 'width', label: 'width', min: 1, max: 512 },
  { name: 'columns', label: 'columns of the grid', min: 1, max: 64 },
];
const of = (samples: number, channels: number, height: number, width: number, columns: number): Shape => ({
  samples,
  channels,
  height,
  width,
  columns,
});
const pixels = ({ samples, height, width, columns }: Shape) =>
  Math.ceil(samples! / columns!) * columns! * height! * width!;

export const blit: Family = {
  id: 'blit',
  group: 'image',
  dims,
  title: 'Images to pixels',
  summary: 'A register of images as a grid of RGBA bytes, ready to be shown.',
  versions: onlyVersion('a pixel an invocation'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16, 1, 28, 28, 4) },
    { label: 'avatars, 16 images', shape: of(16, 3, 32, 32, 4) },
    { label: 'avatars, 256 images', shape: of(256, 3, 32, 32, 16) },
  ],
  edges: [
    of(1, 1, 1, 1, 1),
    of(3, 1, 4, 5, 2),
    of(1, 3, 9, 7, 1),
    of(1, 1, 8, 8, 1),
    of(1, 3, 5, 13, 1),
    of(7, 3, 9, 7, 3),
  ],
  work: (s) => ({
    flops: s.samples! * s.height! * s.width! * (4 * s.channels! + 4),
    bytes: 4 * s.samples! * s.channels! * s.height! * s.width! + 4 * pixels(s),
  }), // scale and shift; clamp and round
  moves: (_, s) => 4 * s.samples! * s.height! * s.width! * (s.channels === 3 ? 1 + 3 : 1) + 4 * pixels(s), // the first channel twice where there are three
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('blit', dims, s);
      if (s.channels === 2) throw new RangeError('blit: 2 channels are no image; take 1 or 3');
      const channels = s.channels === 1 ? 1 : 3;
      const samples = s.samples!;
      const height = s.height!;
      const width = s.width!;
      const columns = s.columns!;
      const rows = Math.ceil(samples / columns);
      const at = 5;
      const kernel = await createBlit(ctx);
      // Bytes as floats, some out of range: away from where rounding decides.
      const data = Float32Array.from(
        bits(at + samples * channels * height * width, 6),
        (w) => ((w % 300) - 22) / 127.5 - 1,
      );
      const arena = await harness.input('arena', data);
      const buffer = await harness.output('pixels', pixels(s));
      return {
        record: () => [
          kernel.call({ arena, pixels: buffer }, { samples, channels, height, width, at, columns, rows }, slots),
        ],
        outputs: [
          {
            name: 'pixels',
            buffer,
            at: 0,
            count: pixels(s),
            type: 'u32',
            tolerance: 0,
            expected() {
              const all = new Float64Array(pixels(s));
              const across = columns * width;
              for (let i = 0; i < all.length; i++)
                for (let c = 3; c >= 0; c--)
                  all[i] =
                    all[i]! * 256 +
                    Math.round(
                      gridPixel(
                        data.subarray(at),
                        { channels, height, width },
                        samples,
                        columns,
                        i % across,
                        Math.floor(i / across),
                        c,
                      ),
                    );
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
