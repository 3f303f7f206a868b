import { expect, test } from 'vitest';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { crossAttention } from '../../math/reference/crossAttention.ts';
import { createTokenAttention } from './tokenAttention.ts';
import { createWideAttention, type WideAttentionArgs } from './wideAttention.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

test.each<[string, WideAttentionArgs]>([
  ['one head of 512', { samples: 1, queries: 64, keys: 64, heads: 1, headDim: 512 }],
  ['blocks that do not divide', { samples: 2, queries: 70, keys: 77, heads: 1, headDim: 256, block: 32 }],
  [
    'keys that several samples share',
    { samples: 4, kvSamples: 2, queries: 9, keys: 5, heads: 2, headDim: 40, block: 4 },
  ],
  [
    'a part of the queries',
    { samples: 2, queries: 20, keys: 12, heads: 2, headDim: 36, first: 3, count: 11, block: 8 },
  ],
])('wide attention: %s', async (_, args) => {
  const { samples, queries, keys, heads, headDim, kvSamples = samples, first = 0, count = queries } = args;
  const width = heads * headDim;
  const rows = {
    q: { at: 4, row: width + 8 },
    k: { at: 8, row: 2 * width + 4 },
    v: { at: 8 + width, row: 2 * width + 4 },
  };
  const y = { at: 4, row: width + 4 };
  const dataQ = wave(4 + samples * queries * rows.q.row, 3).map((x) => 2 * x);
  const dataKv = wave(8 + kvSamples * keys * rows.k.row, 4).map((x) => 2 * x);
  const wide = await createWideAttention(ctx);
  const size = y.at + samples * queries * y.row;
  const scratch = await ctx.buffers.create({ label: 'scratch', owner: 'test', bytes: wide.scratchBytes(args) });
  const [q, kv, out] = [
    await upload(ctx, dataQ),
    await upload(ctx, dataKv),
    await upload(ctx, new Float32Array(size).fill(7)),
  ];
  const got = await run(
    ctx,
    slots,
    wide.calls({ q, k: kv, v: kv, y: out, scratch }, { ...args, ...rows, y }, slots),
    out,
  );
  const dense = crossAttention(dataQ, dataKv, dataKv, { ...args, dim: headDim, ...rows });
  const expected = new Float64Array(size).fill(7);
  for (let r = 0; r < samples * queries; r++)
    if (r % queries >= first && r % queries < first + count)
      expected.set(dense.subarray(r * width, (r + 1) * width), y.at + r * y.row);
  // As in crossAttention.gpu.test.ts.
  expect(compare(got, expected).error).toBeLessThan(1e-6 * (4 + Math.sqrt(headDim)));
  for (const b of [q, kv, out, scratch]) ctx.buffers.destroy(b);
});

test('scores of 4,096 tokens are kept 256 queries at a time', async () => {
  const wide = await createWideAttention(ctx);
  expect(wide.scratchBytes({ samples: 1, queries: 4096, keys: 4096, heads: 1, headDim: 512 })).toBe(4 * 2 ** 20);
  expect(wide.scratchBytes({ samples: 1, queries: 64, keys: 5, heads: 3, headDim: 512 })).toBe(3 * 64 * 8 * 4);
});

test.each([
  [40, false, false],
  [64, true, false],
  [18, false, false],
  [256, true, false],
  [256, false, true],
  [72, false, ctx.info.isSoftware],
  [64, false, false],
])('createTokenAttention, heads of %i, causal %s: products of matrices %s', async (headDim, causal, products) => {
  const shape = { samples: 2, kvSamples: 1, queries: 11, keys: 13, heads: 2 };
  const attention = await createTokenAttention(ctx, { headDim, causal });
  const [dataQ, dataK, dataV] = [wave(2 * 11 * 2 * headDim, 1), wave(13 * 2 * headDim, 2), wave(13 * 2 * headDim, 3)];
  const [q, k, v, y] = [
    await upload(ctx, dataQ),
    await upload(ctx, dataK),
    await upload(ctx, dataV),
    await upload(ctx, dataQ),
  ];
  const bytes = attention.scratchBytes(shape);
  expect(bytes > 0).toBe(products);
  if (products)
    expect(() => attention.calls({ q, k, v, y }, shape, slots)).toThrow(`heads of ${headDim} need scratch memory`);
  const scratch = await ctx.buffers.create({ label: 'scratch', owner: 'test', bytes: bytes || 16 });
  const got = await run(ctx, slots, attention.calls({ q, k, v, y, scratch }, shape, slots), y);
  const { error, scale } = compare(got, crossAttention(dataQ, dataK, dataV, { ...shape, dim: headDim, causal }));
  expect(scale).toBeGreaterThan(0.3);
  expect(error).toBeLessThan(1e-6 * (4 + Math.sqrt(headDim)));
  for (const b of [q, k, v, y, scratch]) ctx.buffers.destroy(b);
});
