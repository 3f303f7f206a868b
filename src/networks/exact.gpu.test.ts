import { describe, expect, test } from 'vitest';
import { requireKind } from '../models/networks/index.ts';
import { compare, nodeContext } from '../gpu/testing.ts';
import { normals } from '../math/normal.ts';
import { empiricalDenoiser } from '../models/empirical.ts';
import { loadDataset } from '../models/networks/dataset.ts';
import { exactDenoiser, exactRoles, exactTarget, roleMixtures } from '../models/target.ts';
import { createDatasetDenoiser } from './dataset.ts';
import { createEmpirical, createMixture } from './exact.ts';
import { bundle, evaluate, makePlace } from './testing.ts';

const ctx = await nodeContext();
const sigmas = [0.02, 0.3, 2, 20];

describe.each(['ring8', 'grid4', 'unbalanced', 'moons', 'spiral', 'checkerboard', 'drawn'] as const)('%s', (id) => {
  test.each([1, 65])('%i samples against float64', async (n) => {
    const target = exactTarget({ model: id, points: [] })!;
    const place = await makePlace(ctx, n, 2);
    const net =
      target.kind === 'mixture'
        ? await createMixture(ctx, target.mixture, place)
        : await createEmpirical(ctx, target.points, place);
    // Near the data at every σ, where several components compete.
    const x = normals(3, 1, n, 2).map((v) => Math.fround(1.5 * v));
    const got = await evaluate(ctx, net, place, x, sigmas);
    const reference = exactDenoiser(target);
    sigmas.forEach((sigma, k) => {
      const { error, scale } = compare(got[k]!, reference(x, sigma));
      expect(scale).toBeGreaterThan(0.001);
      // At σ = 0.02 a score of 1,000 is rounded by 6e-5, which moves weight between points that nearly tie.
      expect(error).toBeLessThan(sigma < 0.1 ? 2e-3 : 2e-5);
    });
    net.destroy();
    ctx.buffers.destroy(place.arena);
  });
});

describe.each(['ring8', 'grid4', 'unbalanced'] as const)('roles of %s', (id) => {
  test('every role against float64', async () => {
    const source = { model: id, points: [], label: 1 };
    const target = exactTarget(source)!;
    if (target.kind !== 'mixture') throw new Error('a mixture');
    const n = 65;
    const place = await makePlace(ctx, n, 2);
    const net = await createMixture(ctx, target.mixture, place, roleMixtures(source)!);
    const x = normals(3, 1, n, 2).map((v) => Math.fround(1.5 * v));
    const reference = exactRoles(source)!;
    const asked = [{}, { role: 'class' }, { role: 'null' }, { role: 'negative', label: 0 }, { role: 'weak' }] as const;
    const seen: Float32Array[] = [];
    for (const who of asked) {
      const [got] = await evaluate(ctx, net, place, x, [1], who);
      expect(compare(got!, reference(x, 1, who)).error, JSON.stringify(who)).toBeLessThan(2e-5);
      seen.push(got!);
    }
    // The class is what is sampled; every other role says something else.
    expect(compare(seen[1]!, Float64Array.from(seen[0]!)).error).toBe(0);
    for (const other of seen.slice(2)) expect(compare(other, Float64Array.from(seen[0]!)).error).toBeGreaterThan(0.05);
    net.destroy();
    ctx.buffers.destroy(place.arena);
  });
});

test('one drawn point, and numbers of points that do not fill a vector', async () => {
  for (const points of [
    [[1, -2]],
    [
      [0, 0],
      [1, 1],
      [2, 0],
      [0, 2],
      [1, 5],
    ],
  ] as const) {
    const target = exactTarget({ model: 'drawn', points })!;
    if (target.kind !== 'points') throw new Error('a drawing is points');
    const place = await makePlace(ctx, 3, 2);
    const net = await createEmpirical(ctx, target.points, place);
    const x = Float64Array.of(0.5, 0.5, -30, 4, 2, 2);
    const [got] = await evaluate(ctx, net, place, x, [1.25]);
    expect(compare(got!, exactDenoiser(target)(x, 1.25)).error).toBeLessThan(1e-5);
    net.destroy();
    ctx.buffers.destroy(place.arena);
  }
});

describe('the exact denoiser of the digits', () => {
  const { file, tensors } = bundle('digits-set');
  const { points } = loadDataset(requireKind(file, 'dataset').architecture, tensors);
  test.each([1, 5])('%i samples against float64', async (n) => {
    const place = await makePlace(ctx, n, 784);
    const net = await createDatasetDenoiser(ctx, points, place);
    for (const sigma of [0.02, 0.5, 3, 9, 80]) {
      // Noised images of the set, as a sampler meets them: at σ = 3 and 9 dozens of images share the weight.
      const x = normals(5, 1, n, 784).map((v, at) => Math.fround(points.data[at + 784 * 7]! + sigma * v));
      const [got] = await evaluate(ctx, net, place, x, [sigma]);
      const { error, scale } = compare(got!, empiricalDenoiser(points)(x, sigma));
      expect(scale).toBeGreaterThan(0.5);
      expect(error).toBeLessThan(5e-4);
    }
    net.destroy();
    ctx.buffers.destroy(place.arena);
  });
});
