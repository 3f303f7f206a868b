import { describe, expect, test } from 'vitest';
import { launch, nodeContext, nodeSlots } from '../../gpu/testing.ts';
import { accumulators, createFmaMatmul, createFmaPeak, type FmaArgs, type FmaKernel } from './rooflineFma.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();
const outputs = (kernel: FmaKernel, args: FmaArgs) =>
  launch(ctx, slots, kernel, { out: new Float32Array(args.invocations + 1).fill(-7) }, args, 'out');

describe.each(['f32', 'f16'] as const)('%s', (precision) => {
  const test_ = test.skipIf(precision === 'f16' && !ctx.info.features.has('shader-f16'));

  test_.each(accumulators)('the peak kernel with %i accumulators makes every round it is counted for', async (n) => {
    const kernel = await createFmaPeak(ctx, { n, precision });
    for (const iterations of [0, 1, 5]) {
      const args = { iterations, invocations: 70 };
      const got = await outputs(kernel, args);
      const rounds = kernel.flops(args) / (2 * 4 * n * args.invocations); // per accumulator
      for (const i of [0, 1, 63, 64, 69]) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += 4 * ((i % 64) + j + rounds);
        expect(got[i]).toBe(sum); // whole numbers below 2^11: exact in f16 too
      }
      expect(got[70]).toBe(-7);
    }
    // v → v/2 + 3, from anywhere to 6: the factor counts.
    expect((await outputs(kernel, { iterations: 3, invocations: 3, x: 0.5, y: 3 })).slice(0, 3)).toEqual(
      new Float32Array(3).fill(24 * n),
    );
  });

  test_('the matmul-shaped kernel sums its outer products', async () => {
    const kernel = await createFmaMatmul(ctx, { precision });
    for (const [iterations, x, y] of [
      [0, 1, 1],
      [1, 1, 1],
      [9, 0.5, -1],
    ] as const) {
      const args = { iterations, invocations: 70, x, y };
      const got = await outputs(kernel, args);
      expect(kernel.flops(args)).toBe(2 * 2 * 64 * iterations * 70);
      for (const i of [0, 1, 5, 64, 69]) {
        const a = (r: number) => x * ((r % 8) + 1);
        const b = (s: number) => y * (8 - s) + (i % 64);
        let sum = 0;
        for (let t = 0; t < iterations; t++)
          for (let r = 0; r < 8; r++)
            for (let s = 0; s < 8; s++) sum += (8 * r + s + 1) * (a(r + t) * b(s) + b(r) * a(s + t));
        expect(got[i]).toBe(sum); // every step a small multiple of 1/2
      }
      expect(got[70]).toBe(-7);
    }
  });
});
