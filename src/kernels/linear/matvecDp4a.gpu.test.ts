import { describe, expect, test } from 'vitest';
import { supports } from '../../gpu/kernel.ts';
import { readBuffer } from '../../gpu/readback.ts';
import { freshContext, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { linear } from '../../math/reference/linear.ts';
import { quantiseRow } from '../../math/reference/quant.ts';
import { testWeights } from '../../networks/weightTesting.ts';
import { stepped } from '../catalogue/matvecDp4a.ts';
import { createMatvecDp4a, DP4A, MOST_COLUMNS } from './matvecDp4a.ts';
import { createQuantiseRows } from '../quant/quantiseRows.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

test.each([
  [1, 8, 0, 8],
  [3, 128, 4, 132],
  [2, 136, 8, 144],
  [5, 1024, 0, 1024],
])('quantise_rows: %i rows of %i against float64, to the bit', async (rows, cols, xAt, xRow) => {
  const kernel = await createQuantiseRows(ctx);
  const data = stepped(rows, cols, xAt, xRow, 3);
  if (rows > 1) data.fill(0, xAt + xRow, xAt + 2 * xRow); // a row of zeros has scale 0, not NaN
  const x = await upload(ctx, data);
  const q = await upload(ctx, new Uint32Array((rows * cols) / 4));
  const scales = await upload(ctx, new Float32Array(rows).fill(-1));
  const got = await run(ctx, slots, [kernel.call({ x, q, scales }, { rows, cols, xAt, xRow }, slots)], scales, 0, rows);
  const bytes = new Int8Array(await readBuffer(ctx, q));
  for (let r = 0; r < rows; r++) {
    const expected = quantiseRow(data.subarray(xAt + r * xRow, xAt + r * xRow + cols));
    expect(bytes.subarray(r * cols, (r + 1) * cols)).toEqual(expected.q);
    expect(Math.abs(got[r]! - expected.scale)).toBeLessThanOrEqual(3 * 2 ** -23 * expected.scale);
    if (r !== 1) expect(Math.max(...expected.q.map(Math.abs))).toBe(127);
  }
  for (const b of [x, q, scales]) ctx.buffers.destroy(b);
});

describe('matvec_dp4a', () => {
  const test_ = test.skipIf(!supports(ctx.info, [DP4A]));

  const matvec = async (
    data: Float32Array<ArrayBuffer>,
    n: number,
    cols: number,
    rows: number,
    { xAt = 0, xRow = cols, yAt = 0, yRow = n, biasAt = 0, chunkRows = n, biased = true } = {},
  ) => {
    const kernel = await createMatvecDp4a(ctx);
    const weights = await testWeights(ctx, 'int8', n, cols, 3, chunkRows);
    const bias = wave(biasAt + n, 4);
    const old = wave(yAt + rows * yRow + 3, 5);
    const b = {
      x: await upload(ctx, data),
      q: await upload(ctx, new Uint32Array((rows * cols) / 4)),
      qScales: await upload(ctx, new Float32Array(rows)),
      bias: await upload(ctx, bias),
      y: await upload(ctx, old),
    };
    const { bias: biasBuffer, ...plain } = b;
    const y = await run(
      ctx,
      slots,
      kernel.calls(
        { ...plain, ...(biased && { bias: biasBuffer }) },
        weights,
        { rows, xAt, xRow, yAt, yRow, biasAt },
        slots,
      ),
      b.y,
      0,
      old.length,
    );
    const product = (x: Float64Array) =>
      linear(x, weights.values, {
        m: rows,
        n,
        k: cols,
        b: 'nk',
        activation: 'none',
        ...(biased && { bias: bias.subarray(biasAt) }),
      });
    const dense = Float64Array.from(
      { length: rows * cols },
      (_v, i) => data[xAt + Math.floor(i / cols) * xRow + (i % cols)]!,
    );
    const rounded = new Float64Array(rows * cols);
    for (let r = 0; r < rows; r++) {
      const { q, scale } = quantiseRow(dense.subarray(r * cols, (r + 1) * cols));
      rounded.set(
        Float64Array.from(q, (v) => v * scale),
        r * cols,
      );
    }
    weights.destroy();
    for (const buffer of Object.values(b)) ctx.buffers.destroy(buffer);
    return { y, old, rounded: product(rounded), exact: product(dense) };
  };

  test_.each([
    [1, 32, 1],
    [3, 8, 1],
    [4, 96, 2],
    [31, 32, 1],
    [32, 288, 3],
    [33, 64, 8],
    [257, 32, 1],
    [192, 512, 1],
  ])('%i×%i, %i rows of x, against the same rounding in float64', async (n, cols, rows) => {
    const { y, rounded } = await matvec(stepped(rows, cols, 0, cols, 2), n, cols, rows);
    rounded.forEach((v, i) => {
      expect(Math.abs(y[i]! - v)).toBeLessThan(7 * 2 ** -23 * (Math.abs(v) + 2));
    });
    expect(rounded.reduce((m, v) => Math.max(m, Math.abs(v)), 0)).toBeGreaterThan(0.05);
  });

  test_('other strides, offsets and several chunks leave the rest of y alone', async () => {
    const n = 50;
    const cols = 64;
    const rows = 3;
    const layout = { xAt: 8, xRow: 72, yAt: 5, yRow: 57, biasAt: 3, chunkRows: 16 };
    const { y, old, rounded } = await matvec(stepped(rows, cols, 8, 72, 2), n, cols, rows, layout);
    const expected = Float64Array.from(old);
    rounded.forEach((v, i) => {
      expected[5 + Math.floor(i / n) * 57 + (i % n)] = v;
    });
    expected.forEach((v, i) => {
      expect(Math.abs(y[i]! - v)).toBeLessThan(7 * 2 ** -23 * (Math.abs(v) + 2));
    });
  });

  // Uniform numbers, and a heavier tail, whose largest number makes the steps coarse.
  test_.each([
    ['uniform', (v: number) => v],
    ['cubed', (v: number) => v ** 3],
  ] as const)('what rounding %s x costs: NMSE below 10⁻³', async (name, shape) => {
    const { y, exact } = await matvec(wave(2 * 768, 9).map(shape), 384, 768, 2, { biased: false });
    let wrong = 0;
    let power = 0;
    exact.forEach((v, i) => {
      wrong += (y[i]! - v) ** 2;
      power += v * v;
    });
    console.log(`matvec_dp4a, ${name} x: NMSE ${(wrong / power).toExponential(1)} against x unrounded`);
    expect(wrong / power).toBeLessThan(1e-3);
    expect(wrong / power).toBeGreaterThan(1e-7); // it does round
  });

  test_('what it refuses, with the numbers', async () => {
    const kernel = await createMatvecDp4a(ctx);
    const weights = await testWeights(ctx, 'int8', 4, 32, 1);
    const x = await upload(ctx, wave(64));
    const y = await upload(ctx, wave(8));
    const resources = { x, q: y, qScales: y, y };
    expect(() => kernel.calls(resources, { ...weights, format: 'int4' }, { rows: 1 }, slots)).toThrow(
      'int8 weights, not int4',
    );
    expect(() => kernel.calls(resources, { ...weights, cols: MOST_COLUMNS + 8 }, { rows: 1 }, slots)).toThrow(
      '133152 columns',
    );
    expect(() => kernel.calls(resources, weights, { rows: 1, xAt: 2 }, slots)).toThrow('multiples of 4');
    expect(127 * 127 * MOST_COLUMNS).toBeLessThan(2 ** 31);
    weights.destroy();
    for (const b of [x, y]) ctx.buffers.destroy(b);
  });
});

test('a device without the language feature is told so', async () => {
  const own = await freshContext();
  Object.assign(own, { info: { ...own.info, language: new Set() } });
  await expect(createMatvecDp4a(own)).rejects.toThrow(`needs ${DP4A}`);
  own.destroy();
});
