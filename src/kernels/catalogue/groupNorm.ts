import { groupNorm, groupStats as statsReference } from '../../math/reference/groupNorm.ts';
import {
  createGroupCombine,
  createGroupStats,
  type GroupCombineVersion,
  groupSlabs,
  groupSumsBytes,
} from '../norm/groupNorm.ts';
import { signal } from './inputs.ts';
import { assemble, checkReference, checkShape, onlyVersion, variants, versionsOf, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const EPS = 1e-5;
const dims: readonly Dim[] = [
  { name: 'samples', label: 'samples', min: 1, max: 64 },
  { name: 'pixels', label: 'pixels', min: 1, max: 2 ** 20 },
  { name: 'channels', label: 'channels', min: 4, max: 4096, multiple: 4 },
];
const of = (pixels: number, channels: number, samples = 1): Shape => ({ samples, pixels, channels });
const sizes = (s: Shape) => ({ samples: s.samples!, pixels: s.pixels!, channels: s.channels! });
/** Values about 3 with a spread of 1: a mean that counts. */
const picture = (count: number) => signal(count, 2, 1.7).map((v) => v + 3);

const stats: Family = {
  id: 'group_stats',
  group: 'norm',
  title: 'GroupNorm, sums of channels',
  summary:
    'Mean and squared distances of every channel over slabs of the pixels, about the slab’s first pixel: the first half of the GroupNorm in front of every convolution of a UNet.',
  versions: onlyVersion('four channels of a slab an invocation'),
  dims,
  shapes: [
    { label: 'SD at 256², 32²×320', shape: of(1024, 320) },
    { label: 'SD at 256², 8²×1280', shape: of(64, 1280) },
    { label: 'DDPM at 32², 32²×128', shape: of(1024, 128) },
    { label: 'VAE at 256², 128²×128', shape: of(16_384, 128) },
  ],
  edges: [of(1, 4), of(2, 8), of(63, 12), of(64, 16), of(65, 20, 2), of(511, 40), of(513, 24, 3)],
  work: (s) => ({ flops: 5 * s.samples! * s.pixels! * s.channels!, bytes: 4 * s.samples! * s.pixels! * s.channels! }),
  // And the first pixel of a slab twice, with three numbers of each; as many slabs as a software adapter makes.
  moves: (_, s) => 4 * s.samples! * s.channels! * (s.pixels! + 4 * groupSlabs({ isSoftware: true }, s.pixels!)),
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('group_stats', dims, shape);
      const { samples, pixels, channels } = sizes(shape);
      checkReference('group_stats', 4 * samples * pixels * channels);
      const kernel = await createGroupStats(ctx);
      const slabs = groupSlabs(ctx.info, pixels);
      const data = picture(samples * pixels * channels);
      const x = await harness.input('x', data);
      const count = groupSumsBytes(samples, channels, slabs) / 4;
      const sums = await harness.output('sums', count);
      return {
        record: () => [kernel.call({ x, sums }, { samples, pixels, channels, slabs }, slots)],
        outputs: [
          {
            name: 'sums',
            buffer: sums,
            at: 0,
            count,
            type: 'f32',
            // Of n squares, 4 each in the mean about the first pixel, every addition rounds a sum of up to 4n.
            tolerance: 4 * (Math.ceil(pixels / slabs) + 4) ** 2 * 6e-8,
            expected: () => whole(statsReference(data, { samples, pixels, channels }, slabs)),
          },
        ],
      };
    });
  },
};

const combineDims: readonly Dim[] = [
  ...dims,
  { name: 'groups', label: 'groups', min: 1, max: 1024 },
  { name: 'mod', label: '1: scale and shift of a time step', min: 0, max: 1 },
];
const base: Shape = { ...of(1024, 320), groups: 32, mod: 0 };
const combine: Family = {
  id: 'group_combine',
  group: 'norm',
  tunes: 'group_combine',
  title: 'GroupNorm, a and b of channels',
  summary:
    'Merges the sums of slabs and channels into each group’s mean and variance, and folds these with γ, β and a time step’s scale and shift into y = a·x + b, which the next convolution reads.',
  versions: versionsOf('group_combine'),
  dims: combineDims,
  shapes: [
    { label: 'SD at 256², 32²×320', shape: base },
    { label: 'SD at 256², 8²×2560', shape: { ...base, pixels: 64, channels: 2560 } },
    { label: 'VAE at 256², 128²×128', shape: { ...base, pixels: 16_384, channels: 128 } },
  ],
  edges: variants(
    { ...base, pixels: 1, channels: 8, groups: 4 },
    {},
    { channels: 16, groups: 4, pixels: 9 },
    { channels: 24, groups: 4, pixels: 70, samples: 2, mod: 1 },
    { channels: 40, groups: 4, pixels: 300, samples: 3 },
    { channels: 260, groups: 2, pixels: 65, mod: 1 },
    { channels: 32, groups: 32, pixels: 600, samples: 2, mod: 1 },
  ),
  work(s) {
    const parts = s.samples! * s.channels! * groupSlabs({ isSoftware: true }, s.pixels!);
    const rows = s.samples! * s.channels! * (s.mod === 1 ? 4 : 2);
    return { flops: 8 * parts + 4 * rows, bytes: 4 * (3 * parts + 2 * s.channels! + rows) };
  },
  // Every number of the sums a second time, about the mean; γ and β by every sample.
  moves(_, s) {
    const parts = s.samples! * s.channels! * groupSlabs({ isSoftware: true }, s.pixels!);
    return 4 * (5 * parts + s.samples! * s.channels! * (s.mod === 1 ? 6 : 4));
  },
  prepare(ctx, slots, version, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('group_combine', combineDims, shape);
      const { samples, pixels, channels } = sizes(shape);
      const groups = shape.groups!;
      checkReference('group_combine', 8 * samples * pixels * channels);
      const kernel = await createGroupCombine(ctx, version as GroupCombineVersion);
      const slabs = groupSlabs(ctx.info, pixels);
      const data = picture(samples * pixels * channels);
      const row = 2 * channels + 5;
      const numbers = { gamma: signal(channels, 3, 2), beta: signal(channels, 4), mod: signal(samples * row, 5) };
      const ref = { samples, pixels, channels };
      const sums = await harness.input('sums', Float32Array.from(statsReference(data, ref, slabs)));
      const gamma = await harness.input('gamma', numbers.gamma);
      const beta = await harness.input('beta', numbers.beta);
      const mod = shape.mod === 1 ? await harness.input('mod', numbers.mod) : undefined;
      const count = samples * 2 * channels;
      const norm = await harness.output('norm', count);
      const at = { row, scaleAt: 3, shiftAt: 3 + channels };
      const modOf = (s: number, c: number): readonly [number, number] => [
        numbers.mod[s * row + 3 + c]!,
        numbers.mod[s * row + 3 + channels + c]!,
      ];
      return {
        record: () => [
          kernel.call(
            { sums, gamma, beta, norm, ...(mod && { mod }) },
            { samples, channels, groups, slabs, eps: EPS, ...(mod && { mod: at }) },
            slots,
          ),
        ],
        outputs: [
          {
            name: 'norm',
            buffer: norm,
            at: 0,
            count,
            type: 'f32',
            // a is up to 2·2 over the spread, 1 but for a few pixels; b three times that; sums rounded to f32
            tolerance: pixels * channels < 64 * groups ? 2e-3 : 2e-5,
            expected: () =>
              whole(
                groupNorm(data, ref, {
                  groups,
                  eps: EPS,
                  gamma: numbers.gamma,
                  beta: numbers.beta,
                  ...(mod && { mod: modOf }),
                }),
              ),
          },
        ],
      };
    });
  },
};

export const groupNorms: readonly Family[] = [stats, combine];
