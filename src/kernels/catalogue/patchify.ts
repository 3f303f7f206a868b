import { patches } from '../../math/reference/image.ts';
import { createPatchify } from '../diffusion/patchify.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

/** Square images. */
export const imageDims: readonly Dim[] = [
  { name: 'samples', label: 'images', min: 1, max: 4096 },
  { name: 'channels', label: 'channels', min: 1, max: 4096 },
  { name: 'size', label: 'height and width', min: 1, max: 1024 },
  { name: 'patch', label: 'side of a patch', min: 1, max: 64 },
];
const dims: readonly Dim[] = [...imageDims, { name: 'copies', label: 'times; 2 for guidance', min: 1, max: 2 }];
const of = (samples: number, channels: number, size: number, patch: number, copies = 1): Shape => ({
  samples,
  channels,
  size,
  patch,
  copies,
});
/** Numbers of all images. */
export const numbers = ({ samples, channels, size }: Shape) => samples! * channels! * size! ** 2;
export const imageOf = ({ channels, size, patch }: Shape) => ({
  channels: channels!,
  height: size!,
  width: size!,
  patch: patch!,
});

export const patchify: Family = {
  id: 'patchify',
  group: 'diffusion',
  dims,
  title: 'Images to tokens',
  summary:
    'Register (images, C, H, W) to rows of patches, scaled; twice for guidance. Before the first layer of the diffusion transformers.',
  versions: onlyVersion('a number an invocation'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16, 1, 28, 4) },
    { label: 'avatars, 16 images', shape: of(16, 3, 32, 4) },
    { label: 'avatars, 16 images, guided', shape: of(16, 3, 32, 4, 2) },
    { label: 'avatars, 256 images', shape: of(256, 3, 32, 4) },
  ],
  edges: [
    of(1, 1, 1, 1),
    of(3, 2, 1, 1),
    of(1, 3, 8, 4),
    of(2, 1, 28, 4, 2),
    of(5, 3, 6, 2),
    of(1, 63, 1, 1),
    of(1, 65, 1, 1),
  ],
  work: (s) => ({ flops: s.copies! * numbers(s), bytes: 4 * numbers(s) * (1 + s.copies!) }),
  moves: (_, s) => 8 * s.copies! * numbers(s), // a load and a store for each number
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('patchify', dims, s);
      const at = 64;
      const count = numbers(s) * s.copies!;
      const scale = 0.37;
      const kernel = await createPatchify(ctx);
      const image = imageOf(s);
      const data = signal(at + numbers(s), 4);
      const arena = await harness.input('arena', data);
      const tokens = await harness.output('tokens', count);
      return {
        record: () => [
          kernel.call(
            { arena, tokens },
            { samples: s.samples! * s.copies!, sources: s.samples!, ...image, at, scale },
            slots,
          ),
        ],
        outputs: [
          {
            name: 'tokens',
            buffer: tokens,
            at: 0,
            count,
            type: 'f32',
            tolerance: 1e-7,
            expected() {
              const once = patches(data.subarray(at), image, s.samples!).map((v) => scale * v);
              return whole(s.copies === 2 ? Float64Array.from([...once, ...once]) : once);
            },
          },
        ],
      };
    });
  },
};
