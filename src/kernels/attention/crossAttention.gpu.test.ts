import { describe, expect, test } from 'vitest';
import { needsOf } from '../../core/kernelVersions.ts';
import { full } from '../../core/testing.ts';
import { supports } from '../../gpu/kernel.ts';
import { compare, launch, nodeContext, nodeSlots, wave } from '../../gpu/testing.ts';
import { crossAttention } from '../../math/reference/crossAttention.ts';
import {
  createCrossAttention,
  createCrossAttentionVersion,
  type CrossAttentionArgs,
  type CrossAttentionVersion,
  takes,
  versions,
} from './crossAttention.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

/** Scores have rounding 6e-8·dim·4/√dim; they enter through exp, on values up to 2. */
const bound = (dim: number) => 1e-6 * (4 + Math.sqrt(dim));

/** k and v beside each other in one buffer, q in another, both inside longer rows; what is not read there is NaN. */
async function both(version: CrossAttentionVersion, dim: number, args: CrossAttentionArgs, gain = 2) {
  const { samples, queries, keys, heads, kvSamples = samples, causal = false, first = 0, count = queries } = args;
  const width = heads * dim;
  const q = { at: 8, row: width + 4 };
  const k = { at: 4, row: 2 * width + 8 };
  const v = { at: 8 + width, row: 2 * width + 8 };
  const y = { at: 4, row: width + 8 };
  const fill = (size: number, seed: number, read: (i: number) => boolean) =>
    wave(size, seed).map((x, i) => (read(i) ? gain * x : NaN));
  const dataQ = fill(q.at + samples * queries * q.row, 3, (i) => i >= q.at && (i - q.at) % q.row < width);
  const seen = causal ? Math.min(keys, queries) : keys;
  const inKeys = (at: number) => (i: number) =>
    i >= at && (i - at) % k.row < width && Math.floor((i - at) / k.row) % keys < seen;
  const dataKv = fill(k.at + kvSamples * keys * k.row, 4, (i) => inKeys(k.at)(i) || inKeys(v.at)(i));
  const size = y.at + samples * queries * y.row;
  const got = await launch(
    ctx,
    slots,
    await createCrossAttentionVersion(ctx, version, dim),
    { q: dataQ, k: dataKv, v: dataKv, y: new Float32Array(size).fill(7) },
    { ...args, q, k, v, y },
    'y',
  );
  const expected = new Float64Array(size).fill(7);
  const dense = crossAttention(dataQ, dataKv, dataKv, { ...args, dim, q, k, v });
  for (let r = 0; r < samples * queries; r++)
    if (r % queries >= first && r % queries < first + count)
      expected.set(dense.subarray(r * width, (r + 1) * width), y.at + r * y.row);
  return compare(got, expected);
}

describe.each(
  (Object.keys(versions) as CrossAttentionVersion[]).filter((v) => supports(ctx.info, needsOf('cross_attention', v))),
)('cross_attention.%s', (version) => {
  const dims = [4, 6, 8, 12, 18, 40, 64, 72, 80, 128, 160, 256, 512].filter((dim) => takes(version, dim));
  test.each(full ? dims : dims.filter((d) => [4, 6, 40, 72, 128, 160, 512].includes(d)))(
    'heads of %i: any number of keys, shared k and v',
    async (dim) => {
      for (const [samples, kvSamples, queries, keys, heads] of [
        [1, 1, 1, 1, 1],
        [2, 1, 9, 11, 3],
        [4, 2, 33, 77, 2],
        [1, 1, 65, 64, 1],
      ] as const)
        expect((await both(version, dim, { samples, kvSamples, queries, keys, heads })).error).toBeLessThan(bound(dim));
    },
  );

  test.each([1, 7, 8, 32, 33, 77])('causal, %i tokens: nobody looks ahead', async (tokens) => {
    const shape = { samples: 2, queries: tokens, keys: tokens, heads: 2, causal: true };
    expect((await both(version, 16, shape)).error).toBeLessThan(bound(16));
    // Scores of some hundred: what is not seen must not even set the scale.
    expect((await both(version, 16, shape, 20)).error).toBeLessThan(20 * bound(16) * 40);
  });
  test('causal with more keys than queries, and with fewer', async () => {
    for (const [queries, keys] of [
      [9, 20],
      [20, 9],
    ] as const)
      expect((await both(version, 12, { samples: 1, queries, keys, heads: 2, causal: true })).error).toBeLessThan(
        bound(12),
      );
  });

  test('a part of the queries leaves the others alone', async () => {
    for (const [first, count] of [
      [0, 5],
      [5, 32],
      [37, 13],
    ] as const)
      expect(
        (await both(version, 8, { samples: 2, queries: 50, keys: 13, heads: 2, first, count })).error,
      ).toBeLessThan(bound(8));
  });

  test('what cannot be read is refused', async () => {
    const kernel = await createCrossAttentionVersion(ctx, version, 8);
    const buffer = await ctx.buffers.create({ label: 'x', owner: 'test', bytes: 4096 });
    const call = (args: Partial<CrossAttentionArgs>) =>
      kernel.call(
        { q: buffer, k: buffer, v: buffer, y: buffer },
        { samples: 2, queries: 3, keys: 4, heads: 1, ...args },
        slots,
      );
    expect(() => call({ keys: 0 })).toThrow('at least one key, not 0');
    expect(() => call({ samples: 4, kvSamples: 3 })).toThrow('4 samples of q cannot share 3');
    expect(() => call({ first: 2, count: 2 })).toThrow('queries 2 to 3 of a sample that has 3');
    if (versions[version].unit === 4) expect(() => call({ k: { at: 6 } })).toThrow('multiples of 4, not 6');
    ctx.buffers.destroy(buffer);
  });
});

test('createCrossAttention takes any head, and offsets that no vector has', async () => {
  for (const [headDim, at] of [
    [18, 0],
    [40, 0],
    [16, 2],
    [512, 4],
  ] as const) {
    const shape = { samples: 1, queries: 5, keys: 7, heads: 2 };
    const [q, k, v] = [1, 2, 3].map((seed) => wave(at + 7 * 2 * headDim, seed)) as [
      Float32Array<ArrayBuffer>,
      Float32Array<ArrayBuffer>,
      Float32Array<ArrayBuffer>,
    ];
    const kernel = await createCrossAttention(ctx, { headDim });
    const got = await launch(
      ctx,
      slots,
      kernel,
      { q, k, v, y: new Float32Array(5 * 2 * headDim) },
      { ...shape, k: { at } },
      'y',
    );
    const { error, scale } = compare(got, crossAttention(q, k, v, { ...shape, dim: headDim, k: { at } }));
    expect(scale).toBeGreaterThan(0.1);
    expect(error).toBeLessThan(bound(headDim));
  }
});
