import { beforeAll, describe, expect, test } from 'vitest';
import type { GpuContext } from '../../gpu/device.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { lincomb, noise } from '../../math/reference/elementwise.ts';
import { createLincomb, createLincombVersion, versions } from './lincomb.ts';
import { createPhiloxNormal } from '../random/philoxNormal.ts';

let ctx: GpuContext;
let slots: UniformSlots;
beforeAll(async () => {
  [ctx, slots] = await Promise.all([nodeContext(), nodeSlots()]);
});

// f32 sin, cos and log leave about 1e-6 of a normal of size up to 5.8; hardware is allowed a little more.
const NORMAL_TOLERANCE = 3e-5;

describe('philox_normal', () => {
  test.each([
    [1, 1, 1],
    [1, 2, 1],
    [3, 2, 2],
    [5, 3, 1],
    [63, 4, 1],
    [64, 4, 1],
    [65, 4, 3],
    [2, 784, 64],
    [17, 3072, 1],
  ])('%i samples of %i, %i draws, equals the float64 normals', async (samples, dim, count) => {
    const kernel = await createPhiloxNormal(ctx);
    const draws = Array.from(
      { length: count },
      (_, i) => [0.5 - (0.3 * i) / count, i === 0 ? 7 : 0x40000000 + 3 * i] as const,
    );
    const out = 64;
    const n = samples * dim;
    const arena = await upload(ctx, new Float32Array(out + n + 5).fill(9));
    const seed = 0xdeadbeef;
    const all = await run(
      ctx,
      slots,
      [kernel.call({ arena }, { seed, firstSample: 4, samples, dim, draws, out }, slots)],
      arena,
    );
    const { error, scale } = compare(all.subarray(out), noise(seed, draws, samples, dim, 4));
    expect(scale).toBeGreaterThan(0.01);
    expect(error).toBeLessThan(NORMAL_TOLERANCE * Math.sqrt(count));
    expect([all[out - 1], all[out + n]]).toEqual([9, 9]);
    ctx.buffers.destroy(arena);
  });

  test('a batch split in two draws the same bits, and the moments are those of N(0, 1)', async () => {
    const kernel = await createPhiloxNormal(ctx);
    const dim = 784;
    const draws = [[1, 0]] as const;
    const arena = await upload(ctx, new Float32Array(40 * dim * 2));
    const args = { seed: 5, dim, draws };
    const all = await run(
      ctx,
      slots,
      [
        kernel.call({ arena }, { ...args, samples: 40, out: 0 }, slots),
        kernel.call({ arena }, { ...args, samples: 13, out: 40 * dim }, slots),
        kernel.call({ arena }, { ...args, samples: 27, firstSample: 13, out: 53 * dim }, slots),
      ],
      arena,
    );
    expect(all.subarray(40 * dim).findIndex((v, i) => v !== all[i])).toBe(-1);
    // N = 31,360: a bias of 0.028 in the mean or 0.04 in the variance (5 standard errors) is seen.
    const z = all.subarray(0, 40 * dim);
    const mean = z.reduce((s, v) => s + v, 0) / z.length;
    expect(Math.abs(mean)).toBeLessThan(0.0283);
    expect(Math.abs(z.reduce((s, v) => s + v * v, 0) / z.length - 1)).toBeLessThan(0.04);
    ctx.buffers.destroy(arena);
  });

  test('refuses more draws than its table holds, and numbers a shader must not see', async () => {
    const kernel = await createPhiloxNormal(ctx);
    const arena = await upload(ctx, [1]);
    const args = { seed: 1, samples: 1, dim: 1, out: 0 };
    expect(() =>
      kernel.call({ arena }, { ...args, draws: Array.from({ length: 65 }, () => [1, 1] as const) }, slots),
    ).toThrow('at most 64');
    expect(() => kernel.call({ arena }, { ...args, draws: [[Infinity, 1]] }, slots)).toThrow('finite');
    expect(() => kernel.call({ arena }, { ...args, seed: 0.5, draws: [] }, slots)).toThrow('u32');
  });
});

describe.each(Object.keys(versions) as (keyof typeof versions)[])('lincomb.%s', (version) => {
  const shapes = [
    [1, 1],
    [1, 2],
    [63, 2],
    [3, 5],
    [1, 252],
    [1, 256],
    [1, 260],
    [16, 784],
    [9, 3072],
  ].filter(([, dim]) => version !== '2.vec4' || dim! % 4 === 0);
  test.each(shapes)(
    '%i samples of %i: 0 to 8 terms, a constant, noise fused in, the result over an input',
    async (samples, dim) => {
      const kernel = await createLincombVersion(ctx, version);
      const n = samples! * dim!;
      const stride = Math.ceil(n / 64) * 64;
      const data = wave(stride * 9 + 64, 3);
      for (const count of [0, 1, 3, 8]) {
        const terms = Array.from({ length: count }, (_, i) => [1.5 - 0.7 * i, i * stride] as const);
        const draws =
          count === 3
            ? ([
                [0.8, 3],
                [-0.6, 9],
              ] as const)
            : [];
        const plus = [0.25, -1.5, 0][count % 4];
        const out = count === 8 ? 2 * stride : 8 * stride;
        const arena = await upload(ctx, data);
        const all = await run(
          ctx,
          slots,
          [
            kernel.call(
              { arena },
              {
                samples: samples!,
                dim: dim!,
                terms,
                out,
                ...(plus !== undefined && { plus }),
                ...(draws.length > 0 && { noise: { seed: 11, firstSample: 2, draws } }),
              },
              slots,
            ),
          ],
          arena,
        );
        const start = noise(11, draws, samples!, dim!, 2).map((z) => z + (plus ?? 0));
        const expected = lincomb(data, terms, start);
        const { error, scale } = compare(all.subarray(out), expected);
        if (count > 0) expect(scale).toBeGreaterThan(0.2);
        expect(error).toBeLessThan(draws.length > 0 ? NORMAL_TOLERANCE : 8 * 6e-8 * 5);
        // Nothing outside the result's range moved.
        const rest = data.slice();
        rest.set(all.subarray(out, out + n), out);
        expect(all.findIndex((v, i) => v !== rest[i])).toBe(-1);
        ctx.buffers.destroy(arena);
      }
    },
  );
});

test('createLincomb takes the vec4 version only where every offset allows it, and refuses a ninth term', async () => {
  const kernel = await createLincomb(ctx);
  const arena = await upload(ctx, wave(64));
  const label = (dim: number, at: number) =>
    kernel.call({ arena }, { samples: 1, dim, terms: [[1, at]], out: 32 }, slots).label;
  expect([label(4, 0), label(4, 2), label(2, 0)]).toEqual(['lincomb.2.vec4', 'lincomb.1.scalar', 'lincomb.1.scalar']);
  expect(() =>
    kernel.call(
      { arena },
      { samples: 1, dim: 4, terms: Array.from({ length: 9 }, () => [1, 0] as const), out: 0 },
      slots,
    ),
  ).toThrow('at most 8');
});
