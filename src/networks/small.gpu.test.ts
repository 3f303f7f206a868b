import { describe, expect, test } from 'vitest';
import { requireKind } from '../models/networks/index.ts';
import { compare, nodeContext } from '../gpu/testing.ts';
import { normals } from '../math/normal.ts';
import { loadMlp2d, mlp2dDenoiser } from '../models/networks/mlp2d.ts';
import { loadPatchnet, patchnetFeatures } from '../models/networks/patchnet.ts';
import { createFeatureNet } from './featureNet.ts';
import { createMlp2d } from './mlp2d.ts';
import { bundle, evaluate, golden, makePlace } from './testing.ts';

const ctx = await nodeContext();

describe('the learned plane models', () => {
  const { file, tensors } = bundle('mlp2d');
  const { architecture } = requireKind(file, 'mlp2d');
  const sigmas = [0.01, 0.1, 0.5, 2, 20];

  test.each(Object.keys(architecture.targets))('%s against float64', async (target) => {
    const reference = mlp2dDenoiser(loadMlp2d(architecture, tensors, target));
    for (const n of [1, 63, 130]) {
      const place = await makePlace(ctx, n, 2);
      const net = await createMlp2d(ctx, { architecture, tensors, target }, place);
      const x = normals(2, 1, n, 2).map((v) => Math.fround(2 * v));
      const got = await evaluate(ctx, net, place, x, sigmas);
      const scales = sigmas.map((sigma, k) => {
        const { error, scale } = compare(got[k]!, reference(x, sigma));
        expect(error).toBeLessThan(2e-5 * Math.max(1, scale));
        return scale;
      });
      expect(Math.max(...scales)).toBeGreaterThan(0.5);
      net.destroy();
      ctx.buffers.destroy(place.arena);
    }
  });

  test('matches PyTorch', async () => {
    const place = await makePlace(ctx, 4, 2);
    for (const [target, cases] of Object.entries(
      golden('mlp2d')['targets'] as Record<string, { sigma: number; denoised: { first: number[] } }[]>,
    )) {
      const net = await createMlp2d(ctx, { architecture, tensors, target }, place);
      for (const c of cases) {
        const x = Float64Array.from({ length: 8 }, (_, i) => (1.5 + c.sigma) * Math.sin(0.37 * i));
        const [got] = await evaluate(ctx, net, place, x, [c.sigma]);
        expect(compare(got!, c.denoised.first).error).toBeLessThan(2e-5);
      }
      net.destroy();
    }
    ctx.buffers.destroy(place.arena);
  });
});

describe.each(['digits', 'avatars'])('the feature net of %s', (id) => {
  const { file, tensors } = bundle(`${id}-features`);
  const { architecture } = requireKind(file, 'patchnet');
  const dim = architecture.channels * architecture.height * architecture.width;
  const reference = loadPatchnet(architecture, tensors);

  test.each([1, 5, 16])('%i images against float64, in any register', async (n) => {
    const place = await makePlace(ctx, n, dim);
    const net = await createFeatureNet(ctx, { architecture, tensors }, place);
    const x = normals(4, 2, n, dim).map((v) => Math.fround(Math.tanh(v)));
    const expected = patchnetFeatures(reference, { n, dim, data: x });
    for (const at of [0, place.stride]) {
      ctx.device.queue.writeBuffer(place.arena, 0, new Float32Array(2 * place.stride)); // the other register holds nothing
      ctx.device.queue.writeBuffer(place.arena, at * 4, Float32Array.from(x));
      const got = await net.read(at);
      for (const [values, batch] of [
        [got.features, expected.features],
        [got.logits, expected.logits],
      ] as const) {
        const { error, scale } = compare(values, batch.data);
        expect(scale).toBeGreaterThan(0.2);
        expect(error).toBeLessThan(5e-5 * Math.max(1, scale));
      }
    }
    net.destroy();
    ctx.buffers.destroy(place.arena);
  });

  test('matches PyTorch', async () => {
    const place = await makePlace(ctx, 1, dim);
    const net = await createFeatureNet(ctx, { architecture, tensors }, place);
    for (const c of golden(`${id}-features`)['cases'] as {
      phase: number;
      features: { first: number[] };
      logits: { first: number[] };
    }[]) {
      ctx.device.queue.writeBuffer(
        place.arena,
        0,
        Float32Array.from({ length: dim }, (_, i) => Math.sin(0.37 * i + c.phase)),
      );
      const got = await net.read(0);
      expect(compare(got.features, c.features.first).error).toBeLessThan(5e-5);
      expect(compare(got.logits, c.logits.first).error).toBeLessThan(5e-5);
    }
    net.destroy();
    ctx.buffers.destroy(place.arena);
  });
});

test('networks leave no memory behind', async () => {
  const { file, tensors } = bundle('mlp2d');
  const place = await makePlace(ctx, 8, 2);
  const before = ctx.buffers.liveBytes;
  const net = await createMlp2d(
    ctx,
    { architecture: requireKind(file, 'mlp2d').architecture, tensors, target: 'moons' },
    place,
  );
  expect(ctx.buffers.liveBytes).toBeGreaterThan(before);
  net.destroy();
  expect(ctx.buffers.liveBytes).toBe(before);
  await expect(
    createMlp2d(
      ctx,
      { architecture: requireKind(file, 'mlp2d').architecture, tensors, target: 'moons' },
      { ...place, samples: 2 ** 30 },
    ),
  ).rejects.toThrow('memory');
  expect(ctx.buffers.liveBytes).toBe(before);
  ctx.buffers.destroy(place.arena);
});
