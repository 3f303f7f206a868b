import { describe, expect, test } from 'vitest';
import { needsOf } from '../../core/kernelVersions.ts';
import { full, inFull } from '../../core/testing.ts';
import { supports } from '../../gpu/kernel.ts';
import { compare, launch, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { gated, gelu, linear, silu } from '../../math/reference/linear.ts';
import { append } from '../../math/reference/rope.ts';
import { type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import { versionsHere } from '../testing.ts';
import { testWeights } from '../../networks/weightTesting.ts';
import { createGateActivation } from './gateActivation.ts';
import { createLinear } from './linear.ts';
import { createLinearMatmul, type LinearMatmulVersion, versions } from './linearMatmul.ts';
import type { Linear, LinearOptions } from './linearShared.ts';
import { createRopeAppend, versions as ropeVersions } from './ropeAppend.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();
/** Rounding of a dot product of k terms of size 3/√k, and of unpacking (3 ulp). */
const tolerance = (k: number) => 6e-8 * (16 + 6 * Math.sqrt(k));

interface Layout {
  readonly xAt?: number;
  readonly xRow?: number;
  readonly yAt?: number;
  readonly yRow?: number;
  readonly biasAt?: number;
  readonly chunkRows?: number;
}
async function check(
  kernel: Linear,
  options: LinearOptions & { readonly format: WeightFormat },
  [rows, n, k]: readonly [number, number, number],
  layout: Layout = {},
) {
  const { activation = 'none', residual = 'none', format } = options;
  const { xAt = 0, xRow = k, yAt = 0, yRow = n, biasAt = 0, chunkRows = n } = layout;
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
  const act = { none: (v: number) => v, gelu_tanh: gelu, silu }[activation];
  const expected = Float64Array.from(y0); // what is not an output must stay
  linear(dense, weights.values, { m: rows, n, k, b: 'nk', activation: 'none', bias: bias.subarray(biasAt) }).forEach(
    (v, i) => {
      const at = yAt + Math.floor(i / n) * yRow + (i % n);
      expected[at] = act(v) + (residual === 'add' ? y0[at]! : 0);
    },
  );
  const { error, scale } = compare(got, expected);
  expect(scale).toBeGreaterThan(0.05);
  expect(error).toBeLessThan(tolerance(k));
  weights.destroy();
  for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
}
const layout = { xAt: 8, xRow: 72, yAt: 5, yRow: 57, biasAt: 3, chunkRows: 16 };

const offered = versionsHere('linear_matmul', Object.keys(versions) as LinearMatmulVersion[]).filter((v) =>
  supports(ctx.info, needsOf('linear_matmul', v)),
);
/** What follows the sum. Each is a kernel to compile: in the short tier every version has two, with all four among them. */
const epilogues = [
  { activation: 'gelu_tanh', residual: 'add' },
  { activation: 'silu' },
  { activation: 'gelu_tanh' },
  { residual: 'add' },
] as const;
const epiloguesOf = (version: LinearMatmulVersion) =>
  epilogues.filter((_, i) => full || i >> 1 === offered.indexOf(version) % 2);

describe.each(offered)('linear_matmul.%s', (version) => {
  describe.each(weightFormats)('%s', (format) => {
    // In the short tier plain shapes are the catalogue's edges: catalogue.gpu.test.ts.
    test.each(
      inFull([
        [1, 1, 32],
        [7, 9, 32],
        [8, 8, 64],
        [9, 7, 96],
        [15, 33, 32],
        [63, 64, 32],
        [64, 65, 64],
        [65, 63, 160],
        [129, 130, 32],
        [33, 257, 96],
      ] as const),
    )('%i rows, %i×%i against float64', async (...shape) =>
      check(await createLinearMatmul(ctx, { format, version }), { format }, shape),
    );
    test('other strides, offsets and several chunks leave the rest of y alone', async () =>
      check(await createLinearMatmul(ctx, { format, version }), { format }, [11, 50, 64], layout));
  });
  test.each([
    ['f16', 24],
    ['int8', 40],
  ] as const)('%s rows of %i columns: multiples of 8 do', async (format, k) =>
    check(await createLinearMatmul(ctx, { format, version }), { format }, [10, 9, k]),
  );
  test.each(epiloguesOf(version))('epilogue %o', async (extra) => {
    const format = weightFormats[offered.indexOf(version) % weightFormats.length]!;
    const options = { format: full ? 'int8' : format, version, ...extra } as const;
    await check(await createLinearMatmul(ctx, options), options, [20, 70, 64]);
  });
  test('a real size', async () =>
    check(await createLinearMatmul(ctx, { format: 'int4', version }), { format: 'int4' }, [24, 768, 192]));
});

describe.each(weightFormats)('createLinear of %s', (format) => {
  test.each([1, 4, 5, 9, 40])('%i rows: matvec or matmul, the same answer', async (rows) => {
    const options = { format, activation: 'gelu_tanh', sizes: [4] } as const;
    await check(await createLinear(ctx, options), options, [rows, 50, 64], layout);
  });
});

test.each([
  [1, 4],
  [1, 64],
  [3, 84],
  [65, 256],
  [130, 192],
])('gate_activation: %i rows of %i', async (rows, hidden) => {
  const kernel = await createGateActivation(ctx);
  const x = wave(rows * 2 * hidden, 12).map((v) => 8 * v);
  x[0] = -1e4;
  const got = await launch(ctx, slots, kernel, { x, h: new Float32Array(rows * hidden) }, { rows, hidden }, 'h');
  const { error, scale } = compare(got, gated(x, rows, hidden));
  expect(scale).toBeGreaterThan(1);
  expect(error).toBeLessThan(64 * 2e-6); // exp is good to 3 + 2·|v| ulp
});

describe.each(ropeVersions)('rope_append.%s', (version) => {
  test.each([
    ['grouped heads', { heads: 6, kvHeads: 2, headDim: 16, context: 40 }, 37, true, false],
    ['head norms, as Qwen3', { heads: 4, kvHeads: 2, headDim: 64, context: 9 }, 8, true, true],
    ['no rotation, as GPT-2', { heads: 3, kvHeads: 3, headDim: 32, context: 70 }, 65, false, false],
    ['heads of 4', { heads: 1, kvHeads: 1, headDim: 4, context: 5 }, 1, true, true],
    [
      'far positions',
      { heads: 2, kvHeads: 1, headDim: 8, context: 131_072 },
      [0, 1, 511, 8191, 100_000, 131_071, 131_072],
      true,
      false,
    ],
  ] as const)('%s', async (_, shape, which, turned, qkNorm) => {
    const { heads, kvHeads, headDim, context } = shape;
    const total = (heads + 2 * kvHeads) * headDim;
    const slotCount = 2;
    const positions = typeof which === 'number' ? Array.from({ length: which }, (_, i) => (i + 3) % context) : which;
    const m = positions.length;
    const inverse = turned ? Array.from({ length: headDim / 2 }, (_, j) => 10_000 ** ((-2 * j) / headDim)) : undefined;
    const qkv = wave(m * total + 5, 13);
    const cache = wave(slotCount * context * kvHeads * headDim, 14);
    const qNorm = wave(headDim, 15);
    const kNorm = wave(headDim, 16);
    const rows = positions.map((position, r) => ({
      slot: typeof which === 'number' ? Math.floor((r + 3) / context) % 2 : r % 2,
      position,
    }));
    const kernel = await createRopeAppend(ctx, {
      shape,
      version,
      qkNorm,
      ...(inverse && { inverseFrequencies: inverse }),
    });
    const buffers = {
      qkv: await upload(ctx, qkv),
      rows: await upload(ctx, Uint32Array.from(rows.flatMap((r) => [7, r.slot, r.position, 0]))),
      qNorm: await upload(ctx, qNorm),
      kNorm: await upload(ctx, kNorm),
      q: await upload(ctx, new Float32Array(m * heads * headDim)),
      keys: await upload(ctx, cache),
      values: await upload(ctx, cache),
    };
    const got = {
      q: await run(ctx, slots, [kernel.call(buffers, { rows: m, qkvAt: 5, epsilon: 1e-5 }, slots)], buffers.q),
      keys: await run(ctx, slots, [], buffers.keys),
      values: await run(ctx, slots, [], buffers.values),
    };
    const keys = Float64Array.from(cache);
    const values = Float64Array.from(cache);
    const q = append(qkv.subarray(5), keys, values, {
      ...shape,
      rows,
      ...(inverse && { inverse }),
      ...(qkNorm && { norm: { q: qNorm, k: kNorm, epsilon: 1e-5 } }),
    });
    for (const [name, expected] of [
      ['q', q],
      ['keys', keys],
      ['values', values],
    ] as const) {
      const { error, scale } = compare(got[name], expected);
      expect(scale, name).toBeGreaterThan(0.1);
      expect(error, name).toBeLessThan(4e-6); // the rotation: 2^-24 of a turn and 1e-7 of the polynomials; the norm: a few ulp of numbers up to 3
    }
    expect(compare(keys, cache).error).toBeGreaterThan(0.05);
    for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  });
});
