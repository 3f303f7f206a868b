import { describe, expect, it } from 'vitest';
import { normals } from '../math/normal.ts';
import { empiricalDenoiser, empiricalLogDensity, nearest } from './empirical.ts';
import { logDensity, mixture, mixtureDenoiser } from './mixture.ts';

const points = (dim: number) => ({ n: 30, dim, data: normals(1, 2, 30, dim) });

describe.each([1, 2, 17])('a cloud of 30 points in %i dimensions', (dim) => {
  const p = points(dim);
  const asMixture = mixture(
    dim,
    Array.from({ length: p.n }, (_, i) => ({ weight: 1, mean: [...p.data.slice(i * dim, (i + 1) * dim)], std: 0 })),
  );
  const x = normals(1, 3, 9, dim).map((v) => 1.5 * v);

  it.each([0.05, 0.4, 3, 80])('is the mixture of narrow Gaussians at σ = %f', (sigma) => {
    const expected = mixtureDenoiser(asMixture)(x, sigma);
    empiricalDenoiser(p)(x, sigma).forEach((v, at) => expect(v).toBeCloseTo(expected[at]!, 10));
    const density = logDensity(asMixture, x, sigma);
    empiricalLogDensity(p, x, sigma).forEach((v, i) =>
      expect(Math.abs(v - density[i]!)).toBeLessThan(1e-10 * (1 + Math.abs(v))),
    );
  });

  it('becomes the nearest point as σ → 0, without 0/0', () => {
    const near = nearest(p, x);
    for (const sigma of [0, 1e-8, 1e-3]) {
      empiricalDenoiser(p)(x, sigma).forEach((v, at) =>
        expect(v).toBeCloseTo(p.data[near[Math.floor(at / dim)]! * dim + (at % dim)]!, 9),
      );
    }
  });

  it('becomes the mean of the data as σ → ∞', () => {
    empiricalDenoiser(p)(x, 1e7).forEach((v, at) => {
      let mean = 0;
      for (let i = 0; i < p.n; i++) mean += p.data[i * dim + (at % dim)]! / p.n;
      expect(v).toBeCloseTo(mean, 5);
    });
  });
});

it('stays finite far from every point', () => {
  expect(empiricalDenoiser(points(2))(Float64Array.of(1e8, -1e8), 0.02).every(Number.isFinite)).toBe(true);
});

it('refuses an empty data set', () =>
  expect(() => empiricalDenoiser({ n: 0, dim: 2, data: [] })).toThrow('at least one'));
