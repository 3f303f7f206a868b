import { groupNorm as reference } from '../../math/reference/groupNorm.ts';
import {
  createGroupApply,
  createGroupCombineVersion,
  createGroupSums,
  groupSumsBytes,
  type GroupCombineVersion,
} from '../norm/groupNorm.ts';
import { assemble, checkReference, checkShape, versionsOf, whole } from './harness.ts';
import { signal } from './inputs.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'samples', label: 'samples', min: 1, max: 64 },
  { name: 'pixels', label: 'pixels', min: 1, max: 262_144 },
  { name: 'channels', label: 'channels', min: 1, max: 4096 },
  { name: 'skip', label: 'channels of a second picture', min: 0, max: 4096 },
  { name: 'groups', label: 'groups', min: 1, max: 256 },
  { name: 'shifted', label: '1: scaled and shifted by the time', min: 0, max: 1 },
];
const plain = (pixels: number, channels: number, groups: number, more: Shape = {}): Shape => ({
  samples: 1,
  pixels,
  channels,
  skip: 0,
  groups,
  shifted: 0,
  ...more,
});
const EPSILON = 1e-5;

export const groupNorm: Family = {
  id: 'group_norm',
  group: 'norm',
  tunes: 'group_combine',
  dims,
  title: 'GroupNorm of pictures',
  summary:
    'Groups of channels to mean 0 and variance 1 over all pixels of a sample, then SiLU; of one picture, or of two whose channels follow one another. In front of every convolution of a UNet.',
  versions: versionsOf('group_combine'),
  shapes: [
    { label: 'SD, 64²×320', shape: plain(4096, 320, 32) },
    { label: 'SD, 32²×640 and 320 beside', shape: plain(1024, 640, 32, { skip: 320 }) },
    { label: 'SD, 8²×1280 and 1280 beside', shape: plain(64, 1280, 32, { skip: 1280 }) },
    { label: 'DDPM, 32²×128', shape: plain(1024, 128, 32) },
    { label: 'VAE, 256²×128', shape: plain(65_536, 128, 32) },
    { label: 'four faces, 16²×32', shape: plain(256, 32, 8, { samples: 4 }) },
  ],
  edges: [
    plain(1, 1, 1),
    plain(1, 4, 4),
    plain(15, 6, 2),
    plain(16, 10, 5),
    plain(17, 24, 4, { samples: 2 }),
    plain(65, 24, 4, { skip: 16, samples: 3 }),
    plain(1025, 7, 1, { shifted: 1 }),
    plain(96, 16, 4, { samples: 2, shifted: 1, skip: 24 }),
    plain(1030, 960, 32),
  ],
  // Difference, sum and square; factor, sum and SiLU.
  work: ({ samples, pixels, channels, skip }) => {
    const count = samples! * pixels! * (channels! + skip!);
    return { flops: 10 * count, bytes: 12 * count };
  },
  moves: (_, { samples, pixels, channels, skip }) => 12 * samples! * pixels! * (channels! + skip!),
  prepare(ctx, slots, version, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('group_norm', dims, shape);
      const { samples, pixels, groups } = shape as { samples: number; pixels: number; groups: number };
      const parts = [shape.channels!, shape.skip!].filter((c) => c > 0);
      const channels = parts.reduce((a, b) => a + b, 0);
      if (channels % groups !== 0)
        throw new RangeError(`group_norm: ${channels} channels do not divide into ${groups} groups`);
      checkReference('group_norm', 6 * samples * pixels * channels);
      const [sums, combine, apply] = await Promise.all([
        createGroupSums(ctx),
        createGroupCombineVersion(ctx, version as GroupCombineVersion),
        createGroupApply(ctx),
      ]);
      // Channels of different means and sizes, so that a shared statistic would show.
      const data = parts.map((c, i) =>
        signal(samples * pixels * c, 5 + i).map((v, k) => v * (1 + ((k % c) % 5)) + ((k % c) % 7) - 3),
      );
      const gamma = signal(channels, 9).map((v) => 1 + 0.3 * v);
      const beta = signal(channels, 10);
      const row = 2 * channels + 4;
      const times = signal(shape.shifted === 1 ? samples * row : 4, 11);
      const x = await Promise.all(data.map((values, i) => harness.input(`x${i}`, values)));
      const [gammas, betas, scaleShift] = await Promise.all([
        harness.input('gamma', gamma),
        harness.input('beta', beta),
        harness.input('scale and shift', times),
      ]);
      const held = await Promise.all(
        parts.map((c, i) => harness.output(`sums${i}`, groupSumsBytes({ samples, pixels, channels: c }) / 4)),
      );
      const norm = await harness.output('norm', 2 * samples * channels);
      const y = await Promise.all(parts.length === 1 ? [harness.output('y', samples * pixels * channels)] : []);
      const args = {
        samples,
        pixels,
        groups,
        eps: EPSILON,
        channels: parts as unknown as readonly [number, number],
        ...(shape.shifted === 1 && { scaleShift: { at: 4, row } }),
      };
      const expected = () => {
        const value = (n: number, p: number, c: number) =>
          c < parts[0]!
            ? data[0]![(n * pixels + p) * parts[0]! + c]!
            : data[1]![(n * pixels + p) * parts[1]! + c - parts[0]!]!;
        const time = (n: number, c: number) => [times[4 + n * row + c]!, times[4 + n * row + channels + c]!] as const;
        return reference(
          value,
          { samples, pixels, channels, groups, eps: EPSILON },
          gamma,
          beta,
          shape.shifted === 1 ? time : undefined,
        );
      };
      return {
        record: () => [
          ...parts.map((c, i) => sums.call({ x: x[i]!, sums: held[i]! }, { samples, pixels, channels: c }, slots)),
          combine.call(
            { sums: held[0]!, sums2: held[1] ?? held[0]!, gamma: gammas, beta: betas, scaleShift, norm },
            args,
            slots,
          ),
          ...y.map((to) =>
            apply.call({ x: x[0]!, norm, y: to }, { samples, pixels, channels, activation: 'silu' }, slots),
          ),
        ],
        outputs: [
          // Means of up to 3.5 over deviations of about half; a variance near epsilon (one pixel a group) magnifies.
          {
            name: 'norm',
            buffer: norm,
            at: 0,
            count: 2 * samples * channels,
            type: 'f32',
            tolerance: pixels * (channels / groups) === 1 ? 2e-2 : 2e-5,
            expected: () => whole(expected()),
          },
          ...y.map((buffer) => ({
            name: 'y',
            buffer,
            at: 0,
            count: samples * pixels * channels,
            type: 'f32' as const,
            tolerance: pixels * (channels / groups) === 1 ? 2e-2 : 3e-5,
            expected: () => {
              const ab = expected();
              return whole(
                Float64Array.from(data[0]!, (v, i) => {
                  const n = Math.floor(i / (pixels * channels));
                  const at = 2 * n * channels + (i % channels);
                  const h = ab[at]! * v + ab[at + channels]!;
                  return h / (1 + Math.exp(-h));
                }),
              );
            },
          })),
        ],
      };
    });
  },
};
