import { amended, guidance } from '../../math/reference/elementwise.ts';
import { unpatch } from '../../math/reference/image.ts';
import { createUnpatchify } from '../diffusion/unpatchify.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import { imageDims, imageOf, numbers } from './patchify.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  ...imageDims,
  { name: 'guided', label: 'guided: 1; rescaled and amended, half of the channels read: 2', min: 0, max: 2 },
];
const of = (samples: number, channels: number, size: number, patch: number, guided = 0): Shape => ({
  samples,
  channels,
  size,
  patch,
  guided,
});

/** x, the tokens, the result. */
const bytesOf = (s: Shape) => 4 * numbers(s) * (3 + Math.min(1, s.guided!));
const amend = { clip: 0.5, given: -0.6, bounded: 1.6, kept: 0.3 };

export const unpatchify: Family = {
  id: 'unpatchify',
  group: 'diffusion',
  dims,
  title: 'Tokens to images',
  summary:
    'Rows of patches back into a register, wrapped into a denoiser: skip·x + scale·F, with guidance F = u + w·(c − u), its rescaling, and what a scheduler makes of D. After the last layer of every image network.',
  versions: onlyVersion('a number an invocation'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16, 1, 28, 4) },
    { label: 'avatars, 16 images', shape: of(16, 3, 32, 4) },
    { label: 'avatars, 16 images, guided', shape: of(16, 3, 32, 4, 1) },
    { label: 'avatars, 256 images', shape: of(256, 3, 32, 4) },
    { label: 'DiT-XL/2 at 256², guided and amended', shape: of(1, 4, 32, 2, 2) },
  ],
  edges: [
    of(1, 1, 1, 1),
    of(3, 2, 1, 1, 1),
    of(1, 3, 8, 4),
    of(2, 1, 28, 4, 1),
    of(5, 3, 6, 2),
    of(1, 63, 1, 1),
    of(1, 65, 1, 1),
    of(3, 1, 1, 1, 2),
    of(1, 63, 1, 1, 2),
    of(2, 32, 1, 1, 2),
    of(5, 3, 6, 2, 2),
  ],
  work: (s) => ({ flops: numbers(s) * (3 + [0, 3, 11][s.guided!]!), bytes: bytesOf(s) }),
  moves: (_, s) => bytesOf(s) + (s.guided === 2 ? 4 * numbers(s) : 0), // each number once, the factor for each
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('unpatchify', dims, s);
      const at = 64;
      const count = numbers(s);
      const out = at + count;
      const [skip, scale, weight] = [0.7, -1.3, 2.5];
      const guided = s.guided! > 0;
      const all = s.guided === 2;
      const samples = s.samples!;
      const kernel = await createUnpatchify(ctx);
      const image = imageOf(s);
      const old = signal(out + count + 5, 4);
      const data = signal(count * (guided ? 2 : 1), 8);
      const own = signal(samples, 9).map((v) => 1 + 0.4 * v);
      const arena = await harness.inout('arena', old);
      // Each channel that is read beside one that is not.
      const stored = all
        ? Float32Array.from({ length: 2 * data.length }, (_v, i) => spaced(data, i, s.channels!))
        : data;
      const tokens = await harness.input('tokens', stored);
      const factors = await harness.input('factors', own);
      const more = { guidance: weight, ...(all && { amend, pixel: 2 * s.channels! }) };
      return {
        record: () => [
          kernel.call(
            { arena, tokens, ...(all && { factors }) },
            { samples, ...image, at, out, skip, scale, ...(guided && more) },
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
              const result = Float64Array.from(old); // what is not the result must stay
              const mixed = guided ? guidance(data.subarray(0, count), data.subarray(count), weight) : data;
              const factor = (i: number) => (all ? own[Math.floor((i * samples) / count)]! : 1);
              const x = old.subarray(at, at + count);
              const d = unpatch(mixed, image, samples).map((v, i) => skip * x[i]! + scale * factor(i) * v);
              result.set(all ? amended(d, x, amend) : d, out);
              return whole(result);
            },
          },
        ],
      };
    });
  },
};

/** Number i of rows of pixels in which `channels` others, which must not be read, follow each `channels` numbers. */
function spaced(data: Float32Array, i: number, channels: number): number {
  const pixel = Math.floor(i / (2 * channels));
  const channel = i % (2 * channels);
  return channel < channels ? data[pixel * channels + channel]! : NaN;
}
