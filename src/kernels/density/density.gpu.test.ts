import { describe, expect, test } from 'vitest';
import { compare, launch, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { empiricalDenoiser, mixtureDenoiser } from '../../math/reference/density.ts';
import { createEmpiricalDenoiserVersion, type EmpiricalVersion, versions } from './empiricalDenoiser.ts';
import { createMatmul } from '../linear/matmul.ts';
import { createMixtureDenoiser, packMixture } from './mixtureDenoiser.ts';
import { createPatchify } from '../diffusion/patchify.ts';
import { createSoftmax } from '../reduce/softmax.ts';
import { createUnpatchify } from '../diffusion/unpatchify.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();
const round = (v: number) => Math.fround(v);

describe('mixture_denoiser', () => {
  test.each([
    [1, 1],
    [2, 8],
    [63, 25],
    [64, 8],
    [65, 64],
    [500, 3],
  ])('%i samples, %i components, σ from 0.002 to 80', async (samples, count) => {
    const kernel = await createMixtureDenoiser(ctx);
    const u = wave(3 * count, 7);
    const components = Array.from({ length: count }, (_, k) => ({
      weight: round(0.1 + Math.abs(u[k]!)),
      mean: [3 * u[count + k]!, 2 * u[2 * count + k]!].map(round) as [number, number],
      std: round(0.02 + 0.05 * (k % 4)),
    }));
    for (const sigma of [0.002, 0.05, 0.5, 3, 80].map(round)) {
      const x = wave(2 * samples, 3).map((v) => v * (2 + 2 * sigma));
      const arena = new Float32Array(4 * samples);
      arena.set(x);
      const got = await launch(
        ctx,
        slots,
        kernel,
        { arena, mixture: packMixture(components) },
        { samples, components: count, at: 0, out: 2 * samples, sigma },
        'arena',
      );
      const expected = mixtureDenoiser(x, components, sigma);
      const { error, scale } = compare(got.subarray(2 * samples), expected);
      expect(scale).toBeGreaterThan(0.01);
      // Log-weights reach |x − μ|²/2v; their f32 rounding moves r_k by that times 1e-7, times the spread of the means.
      expect(error).toBeLessThan(2e-4 * (sigma < 0.1 ? 5 : 1));
    }
  });
  test('far outside every component the answer stays finite and right', async () => {
    const components = [
      { weight: 0.5, mean: [1, 0] as const, std: 0.125 },
      { weight: 0.5, mean: [-1, 0] as const, std: 0.125 },
    ];
    const arena = new Float32Array([400, 3, 0, 0]);
    const got = await launch(
      ctx,
      slots,
      await createMixtureDenoiser(ctx),
      { arena, mixture: packMixture(components) },
      { samples: 1, components: 2, at: 0, out: 2, sigma: 0.002 },
      'arena',
    );
    expect(compare(got.subarray(2), mixtureDenoiser([400, 3], components, 0.002)).error).toBeLessThan(1e-3);
  });
});

describe.each(Object.keys(versions) as EmpiricalVersion[])('empirical_denoiser.%s', (version) => {
  test.each([
    [1, 1],
    [3, 2],
    [15, 3],
    [16, 63],
    [17, 64],
    [63, 65],
    [64, 257],
    [65, 1000],
    [32, 16384],
  ])('%i samples among %i points', async (samples, count) => {
    const kernel = await createEmpiricalDenoiserVersion(ctx, version);
    const points = wave(2 * count, 5);
    for (const sigma of [0.05, 0.7, 20]) {
      const x = wave(2 * samples, 6).map((v) => v * (1 + sigma));
      const arena = new Float32Array(4 * samples);
      arena.set(x, 2 * samples);
      const got = await launch(
        ctx,
        slots,
        kernel,
        { arena, points },
        { samples, points: count, at: 2 * samples, out: 0, sigma },
        'arena',
      );
      const { error, scale } = compare(got.subarray(0, 2 * samples), empiricalDenoiser(x, points, sigma));
      expect(scale).toBeGreaterThan(sigma > 1 ? 1e-4 : 0.05);
      expect(error).toBeLessThan(2e-4);
    }
  });
  test('a tiny σ picks the nearest point, however far away', async () => {
    const points = new Float32Array([0, 0, 5, 5, -3, 1, 5, 4, 2, 2]);
    const got = await launch(
      ctx,
      slots,
      await createEmpiricalDenoiserVersion(ctx, version),
      { arena: [6, 5.2, 0, 0, 0, 0], points },
      { samples: 1, points: 5, at: 0, out: 2, sigma: 0.002 },
      'arena',
    );
    expect([...got.subarray(2, 4)]).toEqual([5, 5]);
  });
});

test('the empirical denoiser of images is matmul, softmax with bias −|y|²/2σ², matmul', async () => {
  const dim = 784;
  const count = 60;
  const samples = 9;
  const sigma = 2;
  const data = wave(count * dim, 3);
  const x = wave(samples * dim, 4).map((v) => 2 * v);
  const norms = Float32Array.from({ length: count }, (_, j) =>
    data.subarray(j * dim, (j + 1) * dim).reduce((s, v) => s + v * v, 0),
  );
  const [scores, mix, softmax, read, write] = await Promise.all([
    createMatmul(ctx),
    createMatmul(ctx, { b: 'kn' }),
    createSoftmax(ctx),
    createPatchify(ctx),
    createUnpatchify(ctx),
  ]);
  const b = {
    arena: await upload(ctx, new Float32Array([...x, ...new Float32Array(samples * dim)])),
    data: await upload(ctx, data),
    norms: await upload(ctx, norms),
    rows: await upload(ctx, new Float32Array(samples * dim)),
    weights: await upload(ctx, new Float32Array(samples * count)),
    mixed: await upload(ctx, new Float32Array(samples * dim)),
  };
  const vector = { samples, channels: dim, height: 1, width: 1, patch: 1 };
  const got = await run(
    ctx,
    slots,
    [
      read.call({ arena: b.arena, tokens: b.rows }, { ...vector, at: 0, scale: 1 }, slots),
      scores.call({ a: b.rows, b: b.data, c: b.weights }, { m: samples, n: count, k: dim }, slots),
      softmax.call(
        { x: b.weights, bias: b.norms },
        { rows: samples, cols: count, scale: 1 / sigma ** 2, biasScale: -1 / (2 * sigma ** 2) },
        slots,
      ),
      mix.call({ a: b.weights, b: b.data, c: b.mixed }, { m: samples, n: dim, k: count }, slots),
      write.call(
        { arena: b.arena, tokens: b.mixed },
        { ...vector, at: 0, out: samples * dim, skip: 0, scale: 1 },
        slots,
      ),
    ],
    b.arena,
    samples * dim,
  );
  const { error, scale } = compare(got, empiricalDenoiser(x, data, sigma, dim));
  expect(scale).toBeGreaterThan(0.3);
  expect(error).toBeLessThan(2e-4);
  for (const buffer of Object.values(b)) ctx.buffers.destroy(buffer);
});
