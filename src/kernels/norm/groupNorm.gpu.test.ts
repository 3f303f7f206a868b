import { describe, expect, test } from 'vitest';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { concatChannels } from '../../math/reference/conv.ts';
import { groupNorm } from '../../math/reference/groupNorm.ts';
import { versionsHere } from '../testing.ts';
import {
  createGroupCombine,
  createGroupStats,
  type GroupCombineVersion,
  groupSlabs,
  groupSumsBytes,
  versions,
} from './groupNorm.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();
const stats = await createGroupStats(ctx);

test('no slab is empty, on software and on hardware', () => {
  for (const isSoftware of [true, false])
    for (let pixels = 1; pixels < 5000; pixels += 7) {
      const slabs = groupSlabs({ isSoftware }, pixels);
      expect(Math.ceil(pixels / Math.ceil(pixels / slabs))).toBe(slabs);
      expect(slabs).toBeLessThanOrEqual(isSoftware ? 8 : 128);
    }
  expect(groupSlabs({ isSoftware: false }, 4096)).toBe(128);
});

describe.each(versionsHere('group_combine', Object.keys(versions) as GroupCombineVersion[]))(
  'group_combine.%s',
  async (version) => {
    const combine = await createGroupCombine(ctx, version);
    const samples = 2;
    const [channels, groups, eps] = [40, 4, 1e-6];
    const gamma = wave(channels, 3);
    const beta = wave(channels, 4);

    /** Of two inputs whose seam lies within a group, or in bands of rows. */
    async function norm(
      data: readonly Float32Array[],
      pixels: readonly number[],
      pieces: readonly Float32Array<ArrayBuffer>[][],
    ) {
      const all = pixels.reduce((sum, p) => sum + p, 0);
      const slabsOf = pixels.map((p) => groupSlabs(ctx.info, p));
      const slabs = slabsOf.reduce((sum, s) => sum + s, 0);
      const sums = await ctx.buffers.create({
        label: 'sums',
        owner: 'test',
        bytes: groupSumsBytes(samples, channels, slabs),
      });
      const out = await ctx.buffers.create({ label: 'norm', owner: 'test', bytes: 8 * samples * channels });
      const buffers: GPUBuffer[] = [];
      const calls = [];
      for (const [b, inputs] of pieces.entries()) {
        let first = 0;
        for (const input of inputs) {
          const own = input.length / samples / pixels[b]!;
          const x = await upload(ctx, input);
          buffers.push(x);
          const band = { first: slabsOf.slice(0, b).reduce((sum, s) => sum + s, 0), slabs };
          calls.push(
            stats.call(
              { x, sums },
              { samples, pixels: pixels[b]!, channels: own, slabs: slabsOf[b]!, among: { first, channels }, band },
              slots,
            ),
          );
          first += own;
        }
      }
      const g = await upload(ctx, gamma);
      const h = await upload(ctx, beta);
      calls.push(
        combine.call({ sums, gamma: g, beta: h, norm: out }, { samples, channels, groups, slabs, eps }, slots),
      );
      const got = await run(ctx, slots, calls, out);
      const [x, x2] = data;
      const joined = x2 ? concatChannels(x!, x2, samples * all) : x!;
      const expected = groupNorm(joined, { samples, pixels: all, channels }, { groups, eps, gamma, beta });
      for (const buffer of [...buffers, g, h, sums, out]) ctx.buffers.destroy(buffer);
      return compare(got, expected);
    }

    test('two inputs, the seam within a group', async () => {
      const x = wave(samples * 150 * 24, 1);
      const x2 = wave(samples * 150 * 16, 2).map((v) => 3 * v - 1);
      const { error, scale } = await norm([x, x2], [150], [[x, x2]]);
      expect(scale).toBeGreaterThan(0.5);
      expect(error).toBeLessThan(4e-6);
    });

    test('bands of different size', async () => {
      const x = wave(samples * 150 * channels, 1).map((v, i) => v + (i % channels));
      const row = 150 * channels;
      const cut = (from: number, to: number) =>
        Float32Array.from(
          [0, 1].flatMap((s) => Array.from(x.subarray(s * row + from * channels, s * row + to * channels))),
        );
      const { error, scale } = await norm([x], [103, 47], [[cut(0, 103)], [cut(103, 150)]]);
      expect(scale).toBeGreaterThan(2);
      expect(error).toBeLessThan(2e-5);
    });

    test('a mean a thousand times the spread costs no digits of the variance', async () => {
      const x = wave(samples * 900 * channels, 1).map((v) => 2 ** 10 + Math.round(v * 2 ** 10) / 2 ** 10);
      const { error, scale } = await norm([x], [900], [[x]]);
      expect(scale).toBeGreaterThan(500);
      // Half of what 113 squares, summed one by one, may lose; E[x²] − E[x]² would be off by a tenth.
      expect(error / scale).toBeLessThan(0.5 * 113 * 6e-8);
    });
  },
);

test('what does not fit is refused in words', async () => {
  const combine = await createGroupCombine(ctx);
  const b = await upload(ctx, [0, 0, 0, 0]);
  const args = { samples: 1, pixels: 10, channels: 8, slabs: 2 };
  expect(() => stats.call({ x: b, sums: b }, { ...args, channels: 6 }, slots)).toThrow('6 channels are not a multiple');
  expect(() => stats.call({ x: b, sums: b }, { ...args, slabs: 11 }, slots)).toThrow('cannot be cut into 11 slabs');
  expect(() => stats.call({ x: b, sums: b }, { ...args, slabs: 6 }, slots)).toThrow('make 5 of 10, not 6');
  const all = { sums: b, gamma: b, beta: b, norm: b };
  const norm = { samples: 1, channels: 8, groups: 3, slabs: 1, eps: 1 };
  expect(() => combine.call(all, norm, slots)).toThrow('8 channels cannot be shared out among 3 groups');
  expect(() => combine.call({ ...all, mod: b }, { ...norm, groups: 2 }, slots)).toThrow('bound but not asked for');
  ctx.buffers.destroy(b);
});
