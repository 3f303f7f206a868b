import { describe, expect, test } from 'vitest';
import { launch, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { distanceSums, projections as projected } from '../../math/reference/sets.ts';
import { createPairwiseDistance } from './pairwiseDistance.ts';
import { bitonicStages, createSortedProjection, paddedLength } from './sortedProjection.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

test.each([
  [1, 1, 1, 1],
  [3, 5, 2, 1],
  [63, 64, 2, 1],
  [64, 65, 3, 2],
  [65, 6, 2, 5],
  [2, 7, 3, 1],
  [257, 130, 2, 4],
  [20, 33, 784, 3],
])('pairwise_distance: %i × %i rows of %i in %i parts', async (n, m, dim, parts) => {
  const a = wave(n * dim, 2);
  const b = wave(1 + m * dim, 3);
  const got = await launch(
    ctx,
    slots,
    await createPairwiseDistance(ctx),
    { a, b, partial: new Float32Array(n * parts) },
    { n, m, dim, parts, bAt: 1 },
    'partial',
  );
  distanceSums(a, b.subarray(1), dim, 0, m).forEach((expected, i) => {
    let sum = 0;
    for (let p = 0; p < parts; p++) sum += got[p * n + i]!;
    expect(Math.abs(sum - expected)).toBeLessThan(3e-6 * expected + 1e-6);
    expect(expected).toBeGreaterThan(0.001);
  });
});

describe('sorted_projection', () => {
  test.each([
    [1, 1, 1],
    [2, 2, 3],
    [3, 2, 1],
    [63, 2, 4],
    [64, 3, 2],
    [65, 2, 2],
    [1000, 2, 5],
    [8192, 2, 2],
  ])('%i rows of %i on %i directions', async (n, dim, projections) => {
    const kernel = await createSortedProjection(ctx);
    const x = wave(2 + n * dim, 3);
    const directions = wave(projections * dim, 4);
    const padded = paddedLength(n);
    const b = {
      x: await upload(ctx, x),
      directions: await upload(ctx, directions),
      y: await upload(ctx, new Float32Array(projections * padded)),
    };
    const got = await run(ctx, slots, kernel.calls(b, { n, dim, at: 2, projections }, slots), b.y);
    for (let p = 0; p < projections; p++) {
      const expected = projected(x.subarray(2), directions.subarray(p * dim), n, dim).sort();
      const row = got.subarray(p * padded, p * padded + n);
      expect(expected.findIndex((v, i) => !(Math.abs(v - row[i]!) < 1e-6))).toBe(-1);
    }
    for (const buffer of Object.values(b)) ctx.buffers.destroy(buffer);
  });
  test('two stages go into one dispatch', () => {
    expect(bitonicStages(4)).toEqual([
      { block: 2, stride: 1, stages: 1 },
      { block: 4, stride: 2, stages: 2 },
    ]);
    expect(bitonicStages(8192)).toHaveLength(49); // of 91 stages
  });
});
