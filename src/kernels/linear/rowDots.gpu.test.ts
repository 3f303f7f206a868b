import { describe, expect, test } from 'vitest';
import { needsOf } from '../../core/kernelVersions.ts';
import { full, grid, inFull } from '../../core/testing.ts';
import { supports } from '../../gpu/kernel.ts';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { gateUp, gelu, linear, silu } from '../../math/reference/linear.ts';
import { append } from '../../math/reference/rope.ts';
import { type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import { versionsHere } from '../testing.ts';
import { testWeights } from '../../networks/weightTesting.ts';
import { createGateUp } from './gateUp.ts';
import { createMatvec, type MatvecOptions } from './matvec.ts';
import { createQkvAppend, type HeadShape } from './qkvAppend.ts';
import { type RowDotsVersion, type RowSize, versions } from './rowDots.ts';

/** Only what a case needs: the larger ones take seconds to compile on a software adapter. */
const sizesFor = (rows: number): RowSize[] => [([1, 2, 4, 8] as const).find((s) => s >= rows)!];

const ctx = await nodeContext();
const slots = await nodeSlots();
const names = versionsHere('row_dots', Object.keys(versions) as RowDotsVersion[]);
/** Rounding of a dot product of k terms of size 3/√k, and of unpacking (3 ulp). */
const tolerance = (k: number) => 6e-8 * (16 + 6 * Math.sqrt(k));

/** A size of kernel for each row count; those of 1 and 4 rows are compiled for the catalogue's edges too. */
const rowCounts = grid({ version: names, format: weightFormats, rows: full ? [2, 3, 4, 5, 6, 7, 8] : [2, 7] });
/** What follows the sum. Each is a kernel to compile: in the short tier every version has two, with all four among them. */
const epilogues = [
  { activation: 'gelu_tanh', residual: 'add' },
  { activation: 'silu' },
  { activation: 'gelu_tanh' },
  { residual: 'add' },
] as const;

describe.each(names)('version %s', (version) => {
  const test_ = test.skipIf(!supports(ctx.info, needsOf('row_dots', version)));

  const matvec = async (
    format: WeightFormat,
    n: number,
    k: number,
    rows: number,
    extra: Partial<MatvecOptions> = {},
    layout: { xAt?: number; xRow?: number; yAt?: number; yRow?: number; biasAt?: number; chunkRows?: number } = {},
  ) => {
    const { activation = 'none', residual = 'none' } = extra;
    const { xAt = 0, xRow = k, yAt = 0, yRow = n, biasAt = 0, chunkRows = n } = layout;
    const kernel = await createMatvec(ctx, { format, version, sizes: sizesFor(rows), ...extra });
    const weights = await testWeights(ctx, format, n, k, 3, chunkRows);
    const x = wave(xAt + rows * xRow, 2);
    const bias = wave(biasAt + n, 4);
    const y0 = wave(yAt + rows * yRow + 3, 5);
    const buffers = { x: await upload(ctx, x), bias: await upload(ctx, bias), y: await upload(ctx, y0) };
    const got = await run(
      ctx,
      slots,
      kernel.calls(buffers, weights, { rows, xAt, xRow, yAt, yRow, biasAt }, slots),
      buffers.y,
      0,
      y0.length,
    );
    const dense = Float64Array.from({ length: rows * k }, (_, i) => x[xAt + Math.floor(i / k) * xRow + (i % k)]!);
    const product = linear(dense, weights.values, {
      m: rows,
      n,
      k,
      b: 'nk',
      activation: 'none',
      bias: bias.subarray(biasAt),
    });
    const expected = Float64Array.from(y0); // what is not an output must stay
    const act = { none: (v: number) => v, gelu_tanh: gelu, silu }[activation];
    product.forEach((v, i) => {
      const at = yAt + Math.floor(i / n) * yRow + (i % n);
      expected[at] = act(v) + (residual === 'add' ? y0[at]! : 0);
    });
    const { error, scale } = compare(got, expected);
    expect(scale).toBeGreaterThan(0.05);
    expect(error).toBeLessThan(tolerance(k));
    weights.destroy();
    for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  };

  describe.each(weightFormats)('matvec of %s', (format) => {
    // In the short tier plain shapes are the catalogue's edges: catalogue.gpu.test.ts.
    test_.each(
      inFull([
        [1, 32],
        [3, 64],
        [7, 96],
        [8, 32],
        [31, 32],
        [32, 288],
        [33, 64],
        [63, 32],
        [64, 64],
        [65, 160],
        [255, 32],
        [257, 32],
        [512, 192],
      ]),
    )('%i×%i against float64', (n, k) => matvec(format, n, k, 1));
    test_.each(rowCounts.filter((c) => c.version === version && c.format === format))('$rows rows of x', ({ rows }) =>
      matvec(format, 37, 96, rows),
    );
    test_('other strides, offsets and several chunks leave the rest of y alone', () =>
      matvec(format, 50, 64, 3, {}, { xAt: 8, xRow: 72, yAt: 5, yRow: 57, biasAt: 3, chunkRows: 16 }),
    );
  });
  test_.each(
    inFull([
      ['f32', 2304, 768],
      ['int8', 768, 2304],
      ['int4', 4096, 192],
    ] as const),
  )('%s %i×%i', (format, n, k) => matvec(format, n, k, 2));
  test_.each(epilogues.filter((_, i) => full || i >> 1 === names.indexOf(version) % 2))('epilogue %o', (extra) =>
    matvec(full ? 'f32' : weightFormats[names.indexOf(version) % weightFormats.length]!, 70, 64, full ? 5 : 2, extra),
  );
  test_.each([
    ['f32', 8],
    ['f16', 24],
    ['int8', 40],
  ] as const)('%s rows of %i columns: multiples of 8 do', (format, k) => matvec(format, 9, k, 2));

  // The catalogue's edges of gate_up are these, and it has every version and format.
  test_.each(inFull(weightFormats))('gate_up of %s', async (format) => {
    for (const [hidden, k, m] of [
      [1, 32, 1],
      [5, 64, 1],
      [16, 32, 3],
      [33, 96, 4],
      [96, 192, 4],
    ] as const) {
      const kernel = await createGateUp(ctx, { format, version, sizes: sizesFor(m) });
      const weights = await testWeights(ctx, format, 2 * hidden, k, 6);
      const x = wave(m * k, 7).map((v) => 3 * v);
      const buffers = { x: await upload(ctx, x), h: await upload(ctx, new Float32Array(m * hidden)) };
      const got = await run(ctx, slots, [kernel.call(buffers, weights, { rows: m }, slots)], buffers.h, 0, m * hidden);
      const { error, scale } = compare(got, gateUp(x, weights.values, { m, hidden, k }));
      expect(scale).toBeGreaterThan(0.01);
      expect(error).toBeLessThan(20 * tolerance(k)); // factors up to about 5, both wrong by three times the tolerance
      weights.destroy();
      for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
    }
  });

  const qkv = async (
    format: WeightFormat,
    shape: HeadShape,
    cols: number,
    positions: readonly number[],
    options: { theta?: number; bias?: boolean },
  ) => {
    const { heads, kvHeads, headDim, context } = shape;
    const slotCount = 2;
    const m = positions.length;
    const { theta, bias: biased = true } = options;
    const inverse = theta ? Array.from({ length: headDim / 2 }, (_, j) => theta ** ((-2 * j) / headDim)) : undefined;
    const kernel = await createQkvAppend(ctx, {
      format,
      version,
      sizes: sizesFor(m),
      shape,
      ...(inverse && { inverseFrequencies: inverse }),
    });
    const n = (heads + 2 * kvHeads) * headDim;
    const weights = await testWeights(ctx, format, n, cols, 8);
    const x = wave(m * cols, 9);
    const bias = wave(n, 10);
    const cache = wave(slotCount * context * kvHeads * headDim, 11);
    const rows = positions.map((position, r) => ({ slot: r % slotCount, position }));
    const buffers = {
      x: await upload(ctx, x),
      bias: await upload(ctx, bias),
      rows: await upload(ctx, Uint32Array.from(rows.flatMap((r) => [7, r.slot, r.position, 0]))),
      q: await upload(ctx, new Float32Array(m * heads * headDim)),
      keys: await upload(ctx, cache),
      values: await upload(ctx, cache),
    };
    const { bias: biasBuffer, ...others } = buffers;
    const call = kernel.call(biased ? buffers : others, weights, { rows: m }, slots);
    const got = {
      q: await run(ctx, slots, [call], buffers.q, 0, m * heads * headDim),
      keys: await run(ctx, slots, [], buffers.keys),
      values: await run(ctx, slots, [], buffers.values),
    };
    const keys = Float64Array.from(cache);
    const values = Float64Array.from(cache);
    const product = linear(x, weights.values, { m, n, k: cols, b: 'nk', activation: 'none', ...(biased && { bias }) });
    const q = append(product, keys, values, { ...shape, rows, ...(inverse && { inverse }) });
    for (const [name, expected] of [
      ['q', q],
      ['keys', keys],
      ['values', values],
    ] as const) {
      const { error, scale } = compare(got[name].subarray(0, expected.length), expected);
      expect(scale, name).toBeGreaterThan(0.05);
      // the rotation: 2^-24 of a turn and 1e-7 of the polynomials
      expect(error, name).toBeLessThan(3 * tolerance(cols) + 2e-6);
    }
    expect(compare(keys, cache).error).toBeGreaterThan(0.05);
    weights.destroy();
    ctx.buffers.destroy(biasBuffer);
    for (const buffer of Object.values(others)) ctx.buffers.destroy(buffer);
  };
  // A format for each version; the catalogue has every pair without gaps between the positions.
  test_.each(full ? weightFormats : [weightFormats[names.indexOf(version) % weightFormats.length]!])(
    'qkv_append of %s: grouped heads, RoPE, bias',
    (format) =>
      qkv(format, { heads: 6, kvHeads: 2, headDim: 16, context: 12 }, 96, [0, 5, 11, 3, 7], { theta: 10_000 }),
  );
  // Versions share all of qkv_append but the sum: in the short tier each has one of these three.
  const turn = (k: number) => full || names.indexOf(version) % 3 === k;
  if (turn(0))
    test_('qkv_append without RoPE, as GPT-2', () =>
      qkv('f32', { heads: 3, kvHeads: 3, headDim: 64, context: 8 }, 192, [7], {}),
    );
  if (turn(1))
    test_('qkv_append without bias; heads of 4', () =>
      qkv('f32', { heads: 2, kvHeads: 1, headDim: 4, context: 8 }, 32, [1, 1, 2], { theta: 500, bias: false }),
    );
  if (turn(2))
    test_('qkv_append at far positions; one past the cache is dropped', () =>
      qkv(
        'f16',
        { heads: 2, kvHeads: 1, headDim: 8, context: 100_001 },
        32,
        [0, 1, 511, 8191, 100_000, 100_000, 100_001],
        { theta: 1_000_000 },
      ),
    );
});

test('what the kernels refuse, with the numbers', async () => {
  const kernel = await createMatvec(ctx, { format: 'int8', sizes: [1, 2] });
  const weights = await testWeights(ctx, 'int8', 8, 32, 1);
  const f32 = await testWeights(ctx, 'f32', 8, 32, 1);
  const x = await upload(ctx, wave(96));
  const y = await upload(ctx, wave(24));
  expect(() => kernel.calls({ x, y }, weights, { rows: 3 }, slots)).toThrow('3 rows');
  expect(() => kernel.calls({ x, y }, weights, { rows: 1, xAt: 2 }, slots)).toThrow('multiples of 4');
  expect(() => kernel.calls({ x, y }, f32, { rows: 1 }, slots)).toThrow('int8 weights, not f32');
  expect(() => kernel.calls({ x, y }, { ...weights, rows: 9 }, { rows: 1 }, slots)).toThrow('8 of 9');
  expect(() =>
    kernel.calls({ x, y }, { ...weights, chunks: [{ data: x, firstRow: 0, rows: 8 }] }, { rows: 1 }, slots),
  ).toThrow('need scales');
  const gate = await createGateUp(ctx, { format: 'f32', sizes: [1] });
  const halves = await testWeights(ctx, 'f32', 8, 32, 1, 4);
  expect(() => gate.call({ x, h: y }, halves, { rows: 1 }, slots)).toThrow('one buffer');
  await expect(
    createQkvAppend(ctx, {
      format: 'f32',
      shape: { heads: 1, kvHeads: 1, headDim: 8, context: 4 },
      inverseFrequencies: [1],
    }),
  ).rejects.toThrow('rotary');
  for (const w of [weights, f32, halves]) w.destroy();
  for (const b of [x, y]) ctx.buffers.destroy(b);
});
