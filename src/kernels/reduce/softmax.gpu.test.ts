import { describe, expect, test } from 'vitest';
import { needsOf } from '../../core/kernelVersions.ts';
import { supports } from '../../gpu/kernel.ts';
import { compare, launch, nodeContext, nodeSlots, wave } from '../../gpu/testing.ts';
import { softmax } from '../../math/reference/norm.ts';
import { createSoftmaxVersion, type SoftmaxVersion, versions } from './softmax.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

describe.each(Object.keys(versions) as SoftmaxVersion[])('softmax.%s', (version) => {
  const test_ = test.skipIf(!supports(ctx.info, needsOf('softmax', version)));
  const sharers: Readonly<Record<string, number>> = { '2.lanes': 4, '3.subgroup': ctx.info.subgroupMin };
  const lanes = sharers[version] ?? 64;
  test_.each([
    [1, 1],
    [3, 2],
    [15, 63],
    [16, 64],
    [17, 65],
    [5, 257],
    [64, 1000],
    [2, 50257],
  ])('%i rows of %i: flat, peaked, huge', async (rows, cols) => {
    const kernel = await createSoftmaxVersion(ctx, version);
    for (const kind of ['flat', 'peaked', 'huge'] as const) {
      const x = wave(rows * cols, 3);
      if (kind === 'peaked') for (let r = 0; r < rows; r++) x[r * cols + ((r * 37) % cols)] = 12 + (r % 3);
      if (kind === 'huge')
        x.forEach((v, i) => {
          x[i] = 1e4 * v;
        });
      const got = await launch(ctx, slots, kernel, { x, bias: [0] }, { rows, cols }, 'x');
      const expected = softmax(x, rows, cols);
      const { error, scale } = compare(got, expected);
      // Relative to the largest probability: an absolute bound alone would pass zeros on long flat rows. Rounding grows
      // with the length of one lane's sum.
      expect(error).toBeLessThan((3e-6 + 1.5e-7 * Math.sqrt(cols / lanes)) * scale);
      for (let r = 0; r < rows; r++)
        expect(Math.abs(got.subarray(r * cols, (r + 1) * cols).reduce((s, v) => s + v, 0) - 1)).toBeLessThan(1e-4);
    }
  });

  test_('scale, bias per column, row stride and offset', async () => {
    const rows = 9;
    const cols = 20;
    const row = 23;
    const at = 4;
    const kernel = await createSoftmaxVersion(ctx, version);
    const x = wave(at + rows * row, 3);
    const bias = wave(cols + 2, 4);
    const got = await launch(
      ctx,
      slots,
      kernel,
      { x, bias },
      { rows, cols, row, at, scale: 3, biasScale: -2, biasAt: 2 },
      'x',
    );
    const v = Float64Array.from(
      { length: rows * cols },
      (_, i) => 3 * x[at + Math.floor(i / cols) * row + (i % cols)]! - 2 * bias[2 + (i % cols)]!,
    );
    const expected = softmax(v, rows, cols);
    const all = x.slice();
    expected.forEach((p, i) => {
      all[at + Math.floor(i / cols) * row + (i % cols)] = p;
    });
    expect(compare(got, all).error).toBeLessThan(1e-6);
    expect(got[at + cols]).toBe(x[at + cols]);
  });
});
