import { describe, expect, test } from 'vitest';
import { needsOf } from '../../core/kernelVersions.ts';
import { grid, inFull } from '../../core/testing.ts';
import { supports } from '../../gpu/kernel.ts';
import { readFloats } from '../../gpu/readback.ts';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { residualNorm } from '../../math/reference/residualNorm.ts';
import {
  createResidualNorm,
  createResidualNormVersion,
  type ResidualNorm,
  type ResidualNormVersion,
  versions,
} from './residualNorm.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

interface Case {
  readonly kind: 'layernorm' | 'rmsnorm';
  readonly delta: boolean;
  readonly bias: boolean;
}
const cases: Case[] = [
  { kind: 'layernorm', delta: true, bias: true },
  { kind: 'rmsnorm', delta: true, bias: false },
  { kind: 'layernorm', delta: false, bias: false },
  { kind: 'rmsnorm', delta: false, bias: true },
];

async function check(
  kernel: ResidualNorm,
  { kind, delta, bias }: Case,
  rows: number,
  width: number,
  x: Float32Array<ArrayBuffer>,
  epsilon = 1e-5,
) {
  const data = { weight: wave(width, 7).map((v) => 1 + v), delta: wave(rows * width, 8), bias: wave(width, 9) };
  const used = { delta: delta ? data.delta : undefined, bias: bias ? data.bias : undefined };
  const buffers = {
    x: await upload(ctx, x),
    y: await upload(ctx, new Float32Array(rows * width).fill(9)),
    weight: await upload(ctx, data.weight),
    ...(delta && { delta: await upload(ctx, data.delta) }),
    ...(bias && { bias: await upload(ctx, data.bias) }),
  };
  const y = await run(ctx, slots, [kernel.call(buffers, { rows, width, epsilon }, slots)], buffers.y, 0, rows * width);
  const after = await readFloats(ctx, buffers.x, 0, rows * width);
  for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  const expected = residualNorm(x, used.delta, rows, width, {
    kind,
    epsilon,
    weight: data.weight,
    ...(used.bias && { bias: used.bias }),
  });
  return { y: compare(y, expected.y), x: compare(after, expected.x) };
}

describe.each(Object.keys(versions) as ResidualNormVersion[])('residual_norm.%s', (version) => {
  const test_ = test.skipIf(!supports(ctx.info, needsOf('residual_norm', version)));
  // The catalogue runs all its edges with a delta (catalogue.gpu.test.ts); what it has not are the other combinations.
  const some = [
    [3, 8],
    [17, 128],
    [130, 65],
  ] as const;
  const more = [
    [1, 1],
    [1, 4],
    [5, 96],
    [4, 127],
    [2, 516],
    [70, 68],
    [3, 2048],
  ] as const;
  const shapes = [...some, ...inFull(more)].filter(([, width]) => version === '1.tree' || width % 4 === 0);
  test_.each(grid({ shape: shapes, kind: ['layernorm', 'rmsnorm'], delta: [false, true], bias: [true, false] }))(
    '$kind, delta $delta, bias $bias: rows and width $shape',
    async ({ shape: [rows, width], kind, delta, bias }) => {
      const kernel = await createResidualNormVersion(ctx, version, { kind, delta, bias });
      // Rows with different means and sizes, so that a shared statistic would show.
      const x = wave(rows * width, 5).map(
        (v, i) => v * (1 + (Math.floor(i / width) % 5)) + (Math.floor(i / width) % 7) - 3,
      );
      const got = await check(kernel, { kind, delta, bias }, rows, width, x);
      if (width > 1) expect(got.y.scale).toBeGreaterThan(0.5);
      // One addition, of numbers up to 10.
      expect(got.x.error).toBeLessThan(1e-6);
      // Sums of width numbers, in 4 or more parts: rounding well below 6e-8·√width of values up to 6.
      expect(got.y.error).toBeLessThan(2e-5);
    },
  );

  test_('a large common offset does not cancel, and a zero row is divided by √ε', async () => {
    const kernel = await createResidualNormVersion(ctx, version, cases[2]!);
    // The mean of numbers near 1000 is good to 1e-4 in f32; a one-pass E[x²] − E[x]² would lose the variance
    // altogether.
    expect(
      (
        await check(
          kernel,
          cases[2]!,
          3,
          96,
          wave(3 * 96, 9).map((v) => 1000 + v),
        )
      ).y.error,
    ).toBeLessThan(2e-3);
    const rms = await createResidualNormVersion(ctx, version, cases[3]!);
    expect((await check(rms, cases[3]!, 2, 8, new Float32Array(16).fill(1e-6), 1e-12)).y.error).toBeLessThan(1e-5);
  });
});

// Half a minute of barriers on SwiftShader.
test.skipIf(ctx.info.vendor !== 'mesa')('more rows than a dispatch is wide', async () => {
  const kernel = await createResidualNormVersion(ctx, '1.tree', cases[1]!);
  const rows = 65_600;
  expect((await check(kernel, cases[1]!, rows, 2, wave(rows * 2, 5))).y.error).toBeLessThan(2e-5);
});

test('createResidualNorm falls back where the width is not a multiple of 4, and wants the buffers it was made for', async () => {
  const kernel = await createResidualNorm(ctx, cases[0]!);
  expect((await check(kernel, cases[0]!, 3, 5, wave(15))).y.error).toBeLessThan(1e-5);
  const some = await upload(ctx, [0]);
  expect(() => kernel.call({ x: some, y: some, weight: some }, { rows: 1, width: 4, epsilon: 1e-5 }, slots)).toThrow(
    'made with a delta',
  );
  expect(() =>
    kernel.call({ x: some, y: some, weight: some, delta: some }, { rows: 1, width: 4, epsilon: 1e-5 }, slots),
  ).toThrow('made with a bias');
  ctx.buffers.destroy(some);
});
