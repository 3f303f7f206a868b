import { describe, expect, test } from 'vitest';
import { compare, nodeContext } from '../gpu/testing.ts';
import { normals } from '../math/normal.ts';
import { networkDenoiser, requireKind, type ModelFile } from '../models/networks/index.ts';
import type { Parameterisation } from '../models/parameterisation.ts';
import { createNetwork } from './index.ts';
import { bundle, evaluate, makePlace } from './testing.ts';

const ctx = await nodeContext();
const cases: readonly Parameterisation[] = [
  { kind: 'flow' },
  { kind: 'edm', sigmaData: 0.5 },
  { kind: 'eps', table: 'ddpm' },
  { kind: 'v', table: 'sd' },
];
const sigmas = [0.05, 0.7, 6];

/** The bundled networks as if they had been trained for something else: their answers change, on CPU and GPU alike. */
function retrained(id: 'digits' | 'mlp2d', parameterisation: Parameterisation): ModelFile {
  const { file } = bundle(id);
  if (id === 'digits') {
    const { architecture } = requireKind(file, 'dit');
    return { ...file, architecture: { ...architecture, timeScale: 1, parameterisation } };
  }
  return {
    ...file,
    architecture: { ...requireKind(file, 'mlp2d').architecture, targets: { ring8: parameterisation } },
  };
}

describe.each([
  ['digits', 784],
  ['mlp2d', 2],
] as const)('the network %s', (id, dim) => {
  const { tensors } = bundle(id);
  const use = { target: 'ring8', labels: [3, 7], guidance: 1 };
  const x = normals(6, 1, 2, dim).map((v) => Math.fround(2 * v));
  const answers: Float64Array[] = [];

  test.each(cases.map((p) => [JSON.stringify(p), p] as const))('under %s is the float64 one', async (_, p) => {
    const file = retrained(id, p);
    const place = await makePlace(ctx, 2, dim);
    const net = await createNetwork(ctx, file, tensors, place, use);
    const got = await evaluate(ctx, net, place, x, sigmas);
    const reference = networkDenoiser(file, tensors, use);
    const scales = sigmas.map((sigma, k) => {
      const want = reference(x, sigma);
      const { error, scale } = compare(got[k]!, want);
      // The output of the network is multiplied by up to σ.
      expect(error).toBeLessThan(2e-5 * Math.max(1, scale, sigma));
      return scale;
    });
    expect(Math.max(...scales)).toBeGreaterThan(0.3);
    answers.push(reference(x, 0.7));
    net.destroy();
    ctx.buffers.destroy(place.arena);
  });

  test('answers differently under each', () => {
    for (const [i, a] of answers.entries())
      for (const b of answers.slice(i + 1)) expect(compare(a, b).error).toBeGreaterThan(0.05);
    expect(answers.length).toBe(cases.length);
  });
});
