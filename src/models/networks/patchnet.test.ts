// What the feature nets know of real images: the moments of one file agree, and images of the data set are at home there.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSafetensors } from '../../formats/safetensors.ts';
import { loadDataset } from './dataset.ts';
import { parseModelJson, requireKind } from './index.ts';
import { loadPatchnet, patchnetFeatures } from './patchnet.ts';

const bundle = (id: string) => {
  const folder = new URL(`../../../public/models/${id}/`, import.meta.url);
  return {
    file: parseModelJson(readFileSync(new URL('model.json', folder))),
    weights: parseSafetensors(readFileSync(new URL('weights.safetensors', folder))),
  };
};
const netOf = (id: string) => {
  const { file, weights } = bundle(id);
  return loadPatchnet(requireKind(file, 'patchnet').architecture, weights);
};

test.each([
  ['digits-features', 10_000],
  ['avatars-features', 40_000],
])('%s: cubic moments hold the mean and the covariance', (id, images) => {
  const { real, cubic } = netOf(id);
  const { mean, covariance } = real;
  const d = mean.length;
  let at = 0;
  let worst = 0;
  for (let i = 0; i <= d; i++)
    for (let j = i; j <= d; j++)
      for (let k = j; k <= d; k++, at++) {
        const value = cubic.moments[at]!;
        if (k < d) continue;
        if (i < d && j === d) worst = Math.max(worst, Math.abs(value - mean[i]! / Math.sqrt(d)));
        if (j < d) {
          const product = (covariance[i * d + j]! * (images - 1)) / images + mean[i]! * mean[j]!;
          worst = Math.max(worst, Math.abs(value - product / d));
        }
        if (i === d) expect(value).toBe(1);
      }
  expect(at).toBe(cubic.moments.length);
  expect(worst).toBeLessThan(1e-6);
});

describe('KID of digits', () => {
  const net = netOf('digits-features');
  const { file, weights } = bundle('digits-set');
  const { points, labels } = loadDataset(requireKind(file, 'dataset').architecture, weights);
  const of = (rows: readonly number[]) => {
    const data = Float64Array.from({ length: rows.length * points.dim }, (_, i) => {
      const row = rows[Math.floor(i / points.dim)]!;
      return points.data[row * points.dim + (i % points.dim)]!;
    });
    const { features } = patchnetFeatures(net, { n: rows.length, dim: points.dim, data });
    return net.real.kid!(
      features,
      rows.map((row) => labels[row]!),
    )!;
  };
  const all = Array.from({ length: points.n }, (_, i) => i);
  test('a thousand real ones score next to nothing, ones of two classes do not', () => {
    expect(Math.abs(of(all))).toBeLessThan(0.05);
    expect(of(all.filter((i) => labels[i]! < 2))).toBeGreaterThan(1);
  });
  test('forty real ones, four of a class, score nothing on average', () => {
    const values = Array.from({ length: 25 }, (_, r) => of(all.filter((i) => i % 25 === r)));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1));
    expect(Math.abs(mean)).toBeLessThan((4 * spread) / 5);
    expect(values.some((v) => v < 0)).toBe(true);
  });
});
