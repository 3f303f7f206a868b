import { expect, test } from 'vitest';
import { pool } from '../../math/pool.ts';
import { normals } from '../../math/normal.ts';
import { bundle } from '../../networks/testing.ts';
import { empiricalDenoiser } from '../empirical.ts';
import { dataset, loadDataset } from './dataset.ts';
import { requireKind } from './index.ts';

test('at half the size it is the denoiser of the averaged images, at half the noise', () => {
  const { file, tensors } = bundle('digits-set');
  const { architecture } = requireKind(file, 'dataset');
  const { points } = loadDataset(architecture, tensors);
  const sizes = { height: 28, width: 28 };
  /** Every second number of every second row. */
  const small = (x: Float64Array) =>
    Float64Array.from({ length: x.length / 4 }, (_, k) => {
      const [plane, at] = [Math.floor(k / 196), k % 196];
      return x[plane * 784 + 2 * Math.floor(at / 14) * 28 + 2 * (at % 14)]!;
    });
  const averaged = pool(Float64Array.from(points.data), sizes.height, sizes.width);
  const low = empiricalDenoiser({ n: points.n, dim: 196, data: small(averaged) });
  const denoise = dataset.denoiser(architecture, tensors, { target: 'digits_exact', labels: [], guidance: 1 });
  for (const sigma of [8, 2, 0.6]) {
    const x = pool(
      Float64Array.from(normals(3, 0, 2, 784), (v, i) => sigma * v + points.data[i]!),
      28,
      28,
    );
    const got = denoise(x, sigma, { part: { kind: 'pooled' } });
    const want = low(small(x), sigma / 2);
    expect(got).toEqual(pool(got, 28, 28));
    small(got).forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 9));
    expect(Math.max(...denoise(x, sigma).map((v, i) => Math.abs(v - got[i]!)))).toBeGreaterThan(0.02);
  }
});
