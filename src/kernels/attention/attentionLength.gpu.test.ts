import { expect, test } from 'vitest';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { attentionRow } from '../../math/reference/attention.ts';
import { causalAttention } from '../../math/reference/causalAttention.ts';
import { createAttention } from './attention.ts';
import { createAttentionPrefill } from './attentionPrefill.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

// 4,096² scores alone would be 64 MiB. Nobody needs them at once: inputs and outputs are all that may be held, and that
// in the smallest binding WebGPU promises.
const TOKENS = 4096;
const DIM = 64;
const BINDING = 128 * 2 ** 20;
const SAMPLED = [0, 1, 7, 8, 63, 64, 1000, 2047, 2048, 3333, 4087, 4088, TOKENS - 1];
// Scores have rounding 6e-8·DIM·4/√DIM and enter through exp; sums over 4,096 keys in blocks of 8 or 16.
const TOLERANCE = 1e-6 * (4 + Math.sqrt(DIM));

test('attention over 4,096 tokens holds 4 vectors a token, and no more', async () => {
  const before = ctx.buffers.liveBytes;
  const data = wave(TOKENS * 3 * DIM, 3).map((v) => 2 * v);
  const kernel = await createAttention(ctx, { headDim: DIM });
  const [qkv, y] = await Promise.all([upload(ctx, data, 'qkv'), upload(ctx, new Float32Array(TOKENS * DIM), 'y')]);
  const got = await run(
    ctx,
    slots,
    [kernel.call({ qkv, y }, { batch: 1, tokens: TOKENS, heads: 1 }, slots)],
    y,
    0,
    TOKENS * DIM,
  );
  expect(ctx.buffers.liveBytes - before).toBe(4 * TOKENS * DIM * 4);
  expect(Math.max(qkv.size, y.size)).toBeLessThan(BINDING);
  for (const buffer of [qkv, y]) ctx.buffers.destroy(buffer);
  for (const t of SAMPLED)
    expect(
      compare(got.subarray(t * DIM, (t + 1) * DIM), attentionRow(data, { tokens: TOKENS, heads: 1, dim: DIM }, 0, 0, t))
        .error,
      `token ${t}`,
    ).toBeLessThan(TOLERANCE);
});

test('attention_prefill over 4,096 tokens holds 4 vectors and a row number a token, and no more', async () => {
  const before = ctx.buffers.liveBytes;
  const q = wave(TOKENS * DIM, 3).map((v) => 2 * v);
  const keys = wave(TOKENS * DIM, 4).map((v) => 2 * v);
  const values = wave(TOKENS * DIM, 5);
  const list = Array.from({ length: TOKENS }, (_, position) => ({ slot: 0, position }));
  const kernel = await createAttentionPrefill(ctx, { headDim: DIM });
  const data = {
    rows: Uint32Array.from(list.flatMap(({ position }) => [0, 0, position, 0])),
    q,
    keys,
    values,
    y: new Float32Array(TOKENS * DIM),
  };
  const buffers = Object.fromEntries(
    await Promise.all(Object.entries(data).map(async ([name, v]) => [name, await upload(ctx, v, name)])),
  ) as Record<keyof typeof data, GPUBuffer>;
  const got = await run(
    ctx,
    slots,
    [kernel.call(buffers, { rows: TOKENS, heads: 1, kvHeads: 1, context: TOKENS }, slots)],
    buffers.y,
    0,
    TOKENS * DIM,
  );
  expect(ctx.buffers.liveBytes - before).toBe((4 * DIM + 4) * TOKENS * 4);
  expect(Math.max(...Object.values(buffers).map((b) => b.size))).toBeLessThan(BINDING);
  for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  for (const t of SAMPLED) {
    const expected = causalAttention([list[t]!], q.subarray(t * DIM, (t + 1) * DIM), keys, values, {
      heads: 1,
      kvHeads: 1,
      headDim: DIM,
      context: TOKENS,
    });
    expect(compare(got.subarray(t * DIM, (t + 1) * DIM), expected).error, `token ${t}`).toBeLessThan(TOLERANCE);
  }
});
