import { guidance } from '../../math/reference/elementwise.ts';
import { unpatch } from '../../math/reference/image.ts';
import { createUnpatchify } from '../diffusion/unpatchify.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import { imageDims, imageOf, numbers } from './patchify.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [...imageDims, { name: 'guided', label: 'guided: 1', min: 0, max: 1 }];
const of = (samples: number, channels: number, size: number, patch: number, guided = 0): Shape => ({
  samples,
  channels,
  size,
  patch,
  guided,
});

export const unpatchify: Family = {
  id: 'unpatchify',
  group: 'diffusion',
  dims,
  title: 'Tokens to images',
  summary:
    'Rows of patches back into a register, wrapped into a denoiser: skip·x + scale·F, with guidance F = u + w·(c − u). After the last layer of the diffusion transformers.',
  versions: onlyVersion('a number an invocation'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16, 1, 28, 4) },
    { label: 'avatars, 16 images', shape: of(16, 3, 32, 4) },
    { label: 'avatars, 16 images, guided', shape: of(16, 3, 32, 4, 1) },
    { label: 'avatars, 256 images', shape: of(256, 3, 32, 4) },
  ],
  edges: [
    of(1, 1, 1, 1),
    of(3, 2, 1, 1, 1),
    of(1, 3, 8, 4),
    of(2, 1, 28, 4, 1),
    of(5, 3, 6, 2),
    of(1, 63, 1, 1),
    of(1, 65, 1, 1),
  ],
  work: (s) => ({ flops: numbers(s) * (3 + 3 * s.guided!), bytes: 4 * numbers(s) * (3 + s.guided!) }),
  moves: (_, s) => 4 * numbers(s) * (3 + s.guided!), // each number once
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('unpatchify', dims, s);
      const at = 64;
      const count = numbers(s);
      const out = at + count;
      const [skip, scale, weight] = [0.7, -1.3, 2.5];
      const guided = s.guided === 1;
      const kernel = await createUnpatchify(ctx);
      const image = imageOf(s);
      const old = signal(out + count + 5, 4);
      const data = signal(count * (guided ? 2 : 1), 8);
      const arena = await harness.inout('arena', old);
      const tokens = await harness.input('tokens', data);
      return {
        record: () => [
          kernel.call(
            { arena, tokens },
            { samples: s.samples!, ...image, at, out, skip, scale, ...(guided && { guidance: weight }) },
            slots,
          ),
        ],
        outputs: [
          {
            name: 'arena',
            buffer: arena,
            at: 0,
            count: old.length,
            type: 'f32',
            tolerance: 2e-6,
            expected() {
              const all = Float64Array.from(old); // what is not the result must stay
              const mixed = guided ? guidance(data.subarray(0, count), data.subarray(count), weight) : data;
              all.set(
                unpatch(mixed, image, s.samples!).map((v, i) => skip * old[at + i]! + scale * v),
                out,
              );
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
