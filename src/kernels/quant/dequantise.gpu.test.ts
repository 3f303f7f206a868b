import { describe, expect, test } from 'vitest';
import { nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { weightFormats } from '../../core/weightFormat.ts';
import { testWeights } from '../../networks/weightTesting.ts';
import { createDequantise } from './dequantise.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

describe.each(weightFormats)('%s', (format) => {
  // Units around one invocation, one workgroup of 64 and several; odd numbers of int4 groups in a row; several chunks.
  test.each([
    [1, 32, 1],
    [3, 32, 3],
    [5, 96, 5],
    [16, 32, 16],
    [17, 32, 17],
    [63, 64, 63],
    [64, 160, 64],
    [50, 96, 16],
    [257, 192, 100],
  ])('%i×%i in chunks of %i rows against float64', async (rows, cols, chunkRows) => {
    const kernel = await createDequantise(ctx, format);
    const weights = await testWeights(ctx, format, rows, cols, 7, chunkRows);
    const old = wave(8 + rows * cols + 5, 3);
    const y = await upload(ctx, old);
    const got = await run(ctx, slots, kernel.calls(y, weights, slots, 8), y, 0, old.length);
    // f16 and int4 (5 bits times 11) fit an f32. int8 is rounded as byte / 127, as 127·scale and as their product: 3 ·
    // 2⁻²³ at most.
    const relative = format === 'int8' ? 3 * 2 ** -23 : 0;
    const wrong = weights.values.findIndex((v, i) => !(Math.abs(got[8 + i]! - v) <= relative * Math.abs(v)));
    expect(wrong, wrong < 0 ? '' : `element ${wrong} is ${got[8 + wrong]}, not ${weights.values[wrong]}`).toBe(-1);
    expect(weights.values.reduce((m, v) => Math.max(m, Math.abs(v)), 0) * Math.sqrt(cols)).toBeGreaterThan(0.4);
    expect([...got.subarray(0, 8), ...got.subarray(8 + rows * cols)]).toEqual([
      ...old.subarray(0, 8),
      ...old.subarray(8 + rows * cols),
    ]);
    weights.destroy();
    ctx.buffers.destroy(y);
  });
});

test('what it refuses, with the numbers', async () => {
  const kernel = await createDequantise(ctx, 'int8');
  const weights = await testWeights(ctx, 'int8', 2, 32, 1);
  const y = await upload(ctx, wave(64));
  expect(() => kernel.calls(y, weights, slots, 6)).toThrow('element 6');
  expect(() => kernel.calls(y, { ...weights, format: 'int4' }, slots)).toThrow('int8 weights, not int4');
  weights.destroy();
  ctx.buffers.destroy(y);
});
