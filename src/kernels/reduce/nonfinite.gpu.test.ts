import { expect, test } from 'vitest';
import { encode } from '../../gpu/kernel.ts';
import { readBuffer } from '../../gpu/readback.ts';
import { nodeContext, nodeSlots, upload, wave } from '../../gpu/testing.ts';
import { nonfinite } from '../../math/reference/pointwise.ts';
import { createNonfinite } from './nonfinite.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

test.each([1, 63, 64, 65, 2047, 2048, 2049, 70_001])('nonfinite: %i numbers, each to its own slot', async (count) => {
  const x = wave(count + 2, 3).map((v) => v * 3e38);
  // The last that counts, one that is past the end, each sort.
  for (const [i, v] of [NaN, Infinity, -Infinity].entries()) if (i < count) x[Math.floor((i * count) / 3)] = v;
  x[count - 1] = -Infinity;
  x[count] = NaN;
  const sound = Float32Array.from(x, (v) => (Number.isFinite(v) ? v : 0));
  const kernel = await createNonfinite(ctx);
  const [bad, good, counts] = [await upload(ctx, x), await upload(ctx, sound), await upload(ctx, new Uint32Array(4))];
  const calls = [
    kernel.call({ x: bad, counts }, { count, slot: 1 }, slots),
    kernel.call({ x: good, counts }, { count, slot: 2 }, slots),
    kernel.call({ x: bad, counts }, { count, slot: 3 }, slots),
    kernel.call({ x: bad, counts }, { count, slot: 3 }, slots),
  ];
  slots.flush();
  const encoder = ctx.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (const call of calls) encode(pass, call);
  pass.end();
  ctx.submit(encoder.finish());
  const found = nonfinite(x.subarray(0, count));
  expect(found).toBeGreaterThan(0);
  expect([...new Uint32Array(await readBuffer(ctx, counts, 0, 16))]).toEqual([0, found, 0, 2 * found]);
  slots.release(0);
  for (const b of [bad, good, counts]) ctx.buffers.destroy(b);
});
