import { expect, test } from 'vitest';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { resample } from '../../math/reference/pointwise.ts';
import { createResample } from './resample.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

test.each([
  [1, 1, 1, 1, 1, 1],
  [2, 2, 3, 4, 4, 6],
  [2, 7, 5, 3, 13, 9],
  [1, 4, 6, 8, 3, 5],
  [3, 9, 9, 12, 18, 17],
])('nearest: %i of %i×%i×%i to %i×%i', async (samples, height, width, channels, outHeight, outWidth) => {
  const shape = { samples, height, width, channels };
  const to = { by: 'nearest', outHeight, outWidth } as const;
  const x = wave(samples * height * width * channels, 3);
  const buffers = [
    await upload(ctx, x),
    await upload(ctx, new Float32Array(samples * outHeight * outWidth * channels)),
  ];
  const kernel = await createResample(ctx, { by: 'nearest' });
  const got = await run(
    ctx,
    slots,
    [kernel.call({ x: buffers[0]!, y: buffers[1]! }, { ...shape, to: { height: outHeight, width: outWidth } }, slots)],
    buffers[1]!,
  );
  expect(compare(got, resample(x, shape, to)).error).toBe(0);
  for (const b of buffers) ctx.buffers.destroy(b);
});

test.each([
  [1, 2, 2, 1],
  [2, 4, 6, 3],
  [2, 5, 7, 4],
  [1, 8, 8, 12],
])('mean: %i of %i×%i×%i, plain and of act(a·x + b)', async (samples, height, width, channels) => {
  const shape = { samples, height, width, channels };
  const outHeight = Math.floor(height / 2);
  const outWidth = Math.floor(width / 2);
  const to = { by: 'mean', outHeight, outWidth } as const;
  const data = wave(samples * height * width * channels, 3).map((v) => 2 * v);
  const factors = wave(samples * 2 * channels, 4);
  const x = await upload(ctx, data);
  const norm = await upload(ctx, factors);
  const y = await upload(ctx, new Float32Array(samples * outHeight * outWidth * channels));
  const kernel = await createResample(ctx, { by: 'mean' });
  const plain = await run(ctx, slots, [kernel.call({ x, y }, shape, slots)], y);
  expect(compare(plain, resample(data, shape, to)).error).toBeLessThan(4e-7);
  for (const activation of ['none', 'silu', 'relu'] as const) {
    const normed = await createResample(ctx, { by: 'mean', norm: true, activation });
    const call = normed.call({ x, norm, y }, shape, slots);
    const { error } = compare(await run(ctx, slots, [call], y), resample(data, shape, to, activation, factors));
    expect(error, activation).toBeLessThan(2e-6);
  }
  for (const b of [x, norm, y]) ctx.buffers.destroy(b);
});

test('what makes no picture is refused', async () => {
  const [mean, nearest] = await Promise.all([
    createResample(ctx, { by: 'mean' }),
    createResample(ctx, { by: 'nearest' }),
  ]);
  const x = await upload(ctx, wave(8));
  const shape = { samples: 1, height: 1, width: 2, channels: 4 };
  expect(() => mean.call({ x, y: x }, shape, slots)).toThrow('1×2 by mean leaves nothing (0×1)');
  expect(() => mean.call({ x, y: x }, { ...shape, to: shape }, slots)).toThrow('a size of their own');
  expect(() => nearest.call({ x, y: x }, shape, slots)).toThrow('nearest to which size?');
  expect(() => mean.call({ x, norm: x, y: x }, shape, slots)).toThrow('made without a norm');
  ctx.buffers.destroy(x);
});
