import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DitArchitecture } from './dit.ts';
import { parseModelJson, requireKind } from './index.ts';
import { parseSafetensors, type Safetensors } from '../../formats/safetensors.ts';
import { normals } from '../../math/normal.ts';
import { exactDenoiser, exactTarget } from '../target.ts';
import { loadDataset } from './dataset.ts';
import { ditDenoiser, ditShapes, ditOutput, loadDit } from './dit.ts';
import { attention, gelu, linear, modulatedNorm, pixelOf, pixelTable, silu } from './layers.ts';
import { loadMlp2d, mlp2dDenoiser } from './mlp2d.ts';
import { loadPatchnet, patchnetFeatures } from './patchnet.ts';

const root = new URL('../../../', import.meta.url);
const bundle = (id: string) => ({
  file: parseModelJson(readFileSync(new URL(`public/models/${id}/model.json`, root))),
  weights: parseSafetensors(readFileSync(new URL(`public/models/${id}/weights.safetensors`, root))),
});
// Written by `python training/export.py` (float32 PyTorch): inputs as formulas, outputs as first values, norm and a
// keyed dot product.
interface Summary {
  count: number;
  first: number[];
  l2: number;
  dot: number;
}
const golden = (id: string) =>
  JSON.parse(readFileSync(new URL(`training/golden-networks/${id}.json`, root)).toString());
const wave = (count: number, phase = 0) =>
  Float64Array.from({ length: count }, (_, i) => Math.fround(Math.sin(0.37 * i + phase)));

function expectSummary(values: ArrayLike<number>, expected: Summary, tolerance: number): void {
  const list = Array.from(values);
  expect(list.length).toBe(expected.count);
  const scale = expected.l2 / Math.sqrt(expected.count) + 1e-3;
  expected.first.forEach((v, i) => expect(Math.abs(list[i]! - v)).toBeLessThan(tolerance * scale * 4));
  expect(Math.abs(Math.hypot(...list) - expected.l2)).toBeLessThan(tolerance * expected.l2);
  expect(Math.abs(list.reduce((sum, v, i) => sum + v * Math.cos(0.11 * i), 0) - expected.dot)).toBeLessThan(
    tolerance * expected.l2 * 4,
  );
}

describe.each(['digits', 'avatars'])('the transformer %s', (id) => {
  const { file, weights } = bundle(id);
  const { architecture } = requireKind(file, 'dit');
  const net = loadDit(architecture, weights);
  const dim = architecture.channels * architecture.height * architecture.width;

  it('matches PyTorch layer by layer', () => {
    for (const c of golden(id).cases as {
      phase: number;
      t: number;
      label: number;
      output: Summary;
      inside: Record<string, Summary>;
    }[]) {
      const seen = new Map<string, Float64Array>();
      const v = ditOutput(net, wave(dim, c.phase), c.t, c.label, (name, values) => seen.set(name, values.slice()));
      for (const [name, summary] of Object.entries(c.inside)) expectSummary(seen.get(name)!, summary, 2e-4);
      expectSummary(v, c.output, 2e-4);
    }
  });

  it('D = x_t − t v; guidance extrapolates from the null class and 1 is the class alone', () => {
    const sigma = 0.7;
    const x = wave(dim, 1).map((v) => 1.5 * v);
    const xt = x.map((v) => v / (1 + sigma));
    const [v, free] = [2, architecture.classes].map((label) => ditOutput(net, xt, sigma / (1 + sigma), label)) as [
      Float64Array,
      Float64Array,
    ];
    const at = (w: number) => ditDenoiser(net, [2], w)(x, sigma);
    const t = sigma / (1 + sigma);
    at(1).forEach((d, j) => expect(d).toBeCloseTo(xt[j]! - t * v[j]!, 12));
    at(0).forEach((d, j) => expect(d).toBeCloseTo(xt[j]! - t * free[j]!, 12));
    at(3).forEach((d, j) => expect(d).toBeCloseTo(xt[j]! - t * (3 * v[j]! - 2 * free[j]!), 11));
  });

  it('gives every sample its own label, whatever its place in the batch', () => {
    const [a, b] = [wave(dim, 0), wave(dim, 2)];
    const both = ditDenoiser(net, [1, 4], 1)(Float64Array.of(...a, ...b), 2);
    expect([...both.slice(dim)]).toEqual([...ditDenoiser(net, [4], 1)(b, 2)]);
  });
});

it('a transformer of zeros predicts v = 0, so D = x/(1 + σ)', () => {
  const a: DitArchitecture = {
    kind: 'dit',
    channels: 1,
    height: 4,
    width: 8,
    patch: 4,
    tokens: 2,
    d: 4,
    depth: 1,
    heads: 2,
    hidden: 8,
    classes: 2,
    timeFeatures: 4,
    timeScale: 1000,
    epsilon: 1e-6,
    parameterisation: { kind: 'flow' },
  };
  const zeros: Safetensors = {
    metadata: {},
    tensors: new Map(
      [...ditShapes(a)].map(([name, shape]) => [
        name,
        { name, shape, dtype: 'F32', data: new Float32Array(shape.reduce((x, y) => x * y, 1)) },
      ]),
    ),
  };
  const x = wave(32);
  ditDenoiser(loadDit(a, zeros), [0], 4)(x, 3).forEach((v, i) => expect(v).toBe(x[i]! / 4));
});

describe.each(['digits', 'avatars'])('the feature net of %s', (id) => {
  const { file, weights } = bundle(`${id}-features`);
  const net = loadPatchnet(requireKind(file, 'patchnet').architecture, weights);
  it('matches PyTorch', () => {
    const { channels, height, width } = net.architecture;
    for (const c of golden(`${id}-features`).cases as { phase: number; features: Summary; logits: Summary }[]) {
      const { features, logits } = patchnetFeatures(net, {
        n: 1,
        dim: channels * height * width,
        data: wave(channels * height * width, c.phase),
      });
      expectSummary(features.data, c.features, 1e-4);
      expectSummary(logits.data, c.logits, 1e-4);
    }
  });
});

describe('the learned plane models', () => {
  const { file, weights } = bundle('mlp2d');
  const { architecture } = requireKind(file, 'mlp2d');
  it.each(Object.keys(architecture.targets))('%s matches PyTorch and stands near the exact denoiser', (target) => {
    const learned = mlp2dDenoiser(loadMlp2d(architecture, weights, target));
    for (const c of golden('mlp2d').targets[target] as { sigma: number; denoised: Summary }[]) {
      expectSummary(
        learned(
          wave(8).map((v) => Math.fround(v * (1.5 + c.sigma))),
          c.sigma,
        ),
        c.denoised,
        2e-5,
      );
    }
    const exact = exactDenoiser(exactTarget({ model: target as 'ring8', points: [] })!);
    const x = normals(1, 1, 100, 2).map((v) => 2.5 * v);
    const guess = learned(x, 1.5);
    const gap = Math.sqrt(exact(x, 1.5).reduce((sum, v, i) => sum + (v - guess[i]!) ** 2, 0) / x.length);
    expect(gap).toBeLessThan(0.45); // a wrong target or σ gives 1 and more
  });
  it('refuses a target that was not learned', () =>
    expect(() => loadMlp2d(architecture, weights, 'drawn')).toThrow('do not include "drawn"'));
});

it('the data set holds 100 digits of each class in [−1, 1]', () => {
  const { file, weights } = bundle('digits-set');
  const { points, labels } = loadDataset(requireKind(file, 'dataset').architecture, weights);
  expect([points.n, points.dim]).toEqual([1000, 784]);
  expect(Math.min(...(points.data as Float64Array).subarray(0, 784))).toBe(-1);
  for (let c = 0; c < 10; c++) expect(labels.filter((l) => l === c).length).toBe(100);
});

describe('layers', () => {
  it('linear: W x + b for any number of rows', () => {
    const layer = { weight: Float32Array.of(1, 2, 3, 4, 5, 6), bias: Float32Array.of(10, 20) };
    for (const rows of [1, 2, 3, 4, 5, 9]) {
      const x = Float64Array.from({ length: rows * 3 }, (_, i) => i + 1);
      const out = linear(x, rows, layer);
      for (let r = 0; r < rows; r++) {
        const [p, q, s] = [x[3 * r]!, x[3 * r + 1]!, x[3 * r + 2]!];
        expect([out[2 * r], out[2 * r + 1]]).toEqual([10 + p + 2 * q + 3 * s, 20 + 4 * p + 5 * q + 6 * s]);
      }
    }
  });
  it('activations at known points (torch.nn.functional: silu(1) = 0.7310586, gelu tanh(1) = 0.8411920)', () => {
    expect(silu(1)).toBeCloseTo(0.7310586, 7);
    expect(gelu(1)).toBeCloseTo(0.841192, 6);
    expect([silu(0), gelu(0), silu(-800), gelu(-50)].every((v) => Math.abs(v) === 0)).toBe(true);
  });
  it('modulatedNorm gives rows of mean `shift` and unit variance', () => {
    const out = modulatedNorm(Float64Array.of(1, 2, 3, 6), [5, 5, 5, 5], [0, 0, 0, 0], 0);
    expect(out.reduce((a, b) => a + b) / 4).toBeCloseTo(5, 12);
    expect(out.reduce((a, b) => a + (b - 5) ** 2, 0) / 4).toBeCloseTo(1, 12);
  });
  it('attention to equal keys is the mean of the values, per head', () => {
    // Two tokens, d = 2, two heads of size 1; k = 0, v = (1, 10) and (3, 30).
    expect([...attention(Float64Array.of(7, 8, 0, 0, 1, 10, -5, 2, 0, 0, 3, 30), 2, 2, 2)]).toEqual([2, 20, 2, 20]);
  });
  it('pixelOf: a permutation; token 1 of an 8×8 RGB image starts at column 4', () => {
    const shape = { channels: 3, height: 8, width: 8, patch: 4 };
    expect([pixelOf(shape, 1, 0), pixelOf(shape, 1, 1), pixelOf(shape, 1, 3), pixelOf(shape, 2, 12)]).toEqual([
      4, 68, 5, 40,
    ]);
    expect(new Set(pixelTable(shape)).size).toBe(192);
  });
});
