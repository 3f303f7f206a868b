import { describe, expect, test } from 'vitest';
import { requireKind } from '../models/networks/index.ts';
import { compare, nodeContext } from '../gpu/testing.ts';
import { normals } from '../math/normal.ts';
import { ditDenoiser, loadDit } from '../models/networks/dit.ts';
import { createDit } from './dit.ts';
import { bundle, evaluate, golden, makePlace } from './testing.ts';

const ctx = await nodeContext();

describe.each(['digits', 'avatars'])('the transformer %s', (id) => {
  const { file, tensors } = bundle(id);
  const { architecture } = requireKind(file, 'dit');
  const dim = architecture.channels * architecture.height * architecture.width;
  const reference = loadDit(architecture, tensors);
  const noisy = (n: number, sigma: number) => normals(1, 3, n, dim).map((v) => v * (1 + sigma));
  const make = async (labels: number[], guidance: number, atOnce?: number) => {
    const place = await makePlace(ctx, labels.length, dim);
    return {
      place,
      net: await createDit(ctx, { architecture, tensors }, { ...place, labels, guidance, ...(atOnce && { atOnce }) }),
    };
  };

  // Float32 against float64 over some 20 layers of 100 to 500 products: relative errors of 1e-5 and less.
  test.each([
    [[3], 1],
    [[0, architecture.classes, 5], 1],
    [[2, 7], 2.5],
    [[1], 0],
  ] as const)('labels %o with guidance %f against float64', async (labels, guidance) => {
    const { place, net } = await make([...labels], guidance);
    const sigmas = [0.02, 0.7, 6, 80];
    const x = noisy(labels.length, 0.5);
    const got = await evaluate(ctx, net, place, x, sigmas);
    const rounded = Float64Array.from(Float32Array.from(x));
    sigmas.forEach((sigma, k) => {
      const { error, scale } = compare(got[k]!, ditDenoiser(reference, labels, guidance)(rounded, sigma));
      expect(scale).toBeGreaterThan(0.3);
      expect(error).toBeLessThan(1e-4 * Math.max(1, scale, guidance));
    });
    expect(net.passesPerEval).toBe(guidance === 1 ? 1 : 2);
    net.destroy();
    ctx.buffers.destroy(place.arena);
  });

  // Three samples in chunks of two and one, so that each role's classes are found in each; `main` keeps its guidance.
  test.each([1, 2.5])('every role against float64 beside guidance %f', async (guidance) => {
    const labels = [2, 7, 5];
    const { place, net } = await make(labels, guidance, 2);
    const x = Float64Array.from(Float32Array.from(noisy(3, 0.5)));
    const denoise = ditDenoiser(reference, labels, guidance);
    const seen: Float32Array[] = [];
    for (const asked of [{ role: 'class' }, { role: 'null' }, { role: 'negative', label: 4 }, {}] as const) {
      const [got] = await evaluate(ctx, net, place, x, [1.1], asked);
      const { error, scale } = compare(got!, denoise(x, 1.1, asked));
      expect(error, JSON.stringify(asked)).toBeLessThan(1e-4 * Math.max(1, scale, guidance));
      for (const other of seen.slice(0, asked.role ? 3 : 0))
        expect(compare(got!, Float64Array.from(other)).error, JSON.stringify(asked)).toBeGreaterThan(0.01);
      seen.push(got!);
    }
    net.destroy();
    ctx.buffers.destroy(place.arena);
  });

  test.skipIf(!ctx.info.features.has('shader-f16'))(
    'weights read as f16 give the same: the file holds f16',
    async () => {
      const place = await makePlace(ctx, 2, dim);
      const x = noisy(2, 1);
      const [a, b] = [
        await createDit(ctx, { architecture, tensors }, { ...place, labels: [1, 5], guidance: 2, half: true }),
        await createDit(ctx, { architecture, tensors }, { ...place, labels: [1, 5], guidance: 2, half: false }),
      ];
      const [got, expected] = [await evaluate(ctx, a, place, x, [0.8]), await evaluate(ctx, b, place, x, [0.8])];
      expect(compare(got[0]!, expected[0]!).error).toBeLessThan(2e-5);
      a.destroy();
      b.destroy();
      ctx.buffers.destroy(place.arena);
    },
  );

  test('matches PyTorch: v = (x_t − D)/t', async () => {
    for (const c of golden(id)['cases'] as {
      phase: number;
      t: number;
      label: number;
      output: { first: number[]; l2: number };
    }[]) {
      const sigma = c.t / (1 - c.t);
      const { place, net } = await make([c.label], 1);
      const xt = Float64Array.from({ length: dim }, (_, i) => Math.sin(0.37 * i + c.phase));
      const [d] = await evaluate(
        ctx,
        net,
        place,
        xt.map((v) => v * (1 + sigma)),
        [sigma],
      );
      const v = xt.map((value, i) => (value - d![i]!) / c.t);
      c.output.first.forEach((expected, i) =>
        expect(Math.abs(v[i]! - expected)).toBeLessThan(0.001 * Math.max(1, 0.05 / c.t)),
      );
      expect(Math.abs(Math.hypot(...v) / c.output.l2 - 1)).toBeLessThan(1e-3);
      net.destroy();
      ctx.buffers.destroy(place.arena);
    }
  });

  test('a sample depends neither on its batch nor on how the batch is cut: bit for bit', async () => {
    const [many, cut, one] = [await make([4, 1, 6, 2, 0], 3), await make([4, 1, 6, 2, 0], 3, 2), await make([6], 3)];
    const x = noisy(5, 2);
    const [whole] = await evaluate(ctx, many.net, many.place, x, [1.5]);
    const [pieces] = await evaluate(ctx, cut.net, cut.place, x, [1.5]);
    const [single] = await evaluate(ctx, one.net, one.place, x.slice(2 * dim, 3 * dim), [1.5]);
    expect([...pieces!]).toEqual([...whole!]);
    expect([...whole!.subarray(2 * dim, 3 * dim)]).toEqual([...single!]);
    for (const { net, place } of [many, cut, one]) {
      net.destroy();
      ctx.buffers.destroy(place.arena);
    }
  });

  test('encoding and preparing a second plan allocate nothing', async () => {
    const { place, net } = await make([1, 2], 2);
    const sigmas = [9, 3, 1];
    const plan = sigmas.map((sigma) => ({ sigma, x: 0, out: place.stride }));
    net.prepare(plan);
    const { buffersCreated, pipelinesCreated, bindGroupsCreated } = ctx.counters;
    net.prepare(plan.toReversed());
    const encoder = ctx.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const k of sigmas.keys()) net.encode(pass, k);
    pass.end();
    encoder.finish();
    expect(ctx.counters).toMatchObject({ buffersCreated, pipelinesCreated, bindGroupsCreated });
    net.destroy();
    ctx.buffers.destroy(place.arena);
  });
});
