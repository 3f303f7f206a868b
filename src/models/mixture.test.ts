import { describe, expect, it } from 'vitest';
import { normals } from '../math/normal.ts';
import { uniforms } from '../math/uniform.ts';
import { mixtures } from './definitions.ts';
import { assignComponents, logDensity, mixture, mixtureDenoiser, pick, sampleMixture, score } from './mixture.ts';

const probes = (scale: number) => normals(7, 1, 40, 2).map((v) => scale * v);

describe.each(Object.entries(mixtures))('%s', (_, make) => {
  const m = make();
  it.each([0, 0.02, 0.5, 4])('score is the gradient of the log density at σ = %f', (sigma) => {
    const x = probes(1.5);
    const s = score(m, x, sigma);
    const h = 1e-5;
    for (const j of [0, 1]) {
      const shifted = (by: number) =>
        logDensity(
          m,
          x.map((v, at) => (at % 2 === j ? v + by : v)),
          sigma,
        );
      const [up, down] = [shifted(h), shifted(-h)];
      up.forEach((value, i) => {
        const slope = (value - down[i]!) / (2 * h);
        expect(Math.abs(s[2 * i + j]! - slope)).toBeLessThan(
          1e-6 * (1 + Math.abs(slope)) + 1e-3 * (sigma === 0 ? 1 : 0),
        );
      });
    }
  });

  it.each([0.02, 0.5, 4, 20])('D = x + σ² ∇ log p_σ (Tweedie) at σ = %f', (sigma) => {
    const x = probes(2);
    const d = mixtureDenoiser(m)(x, sigma);
    const s = score(m, x, sigma);
    d.forEach((value, at) => expect(value).toBeCloseTo(x[at]! + sigma ** 2 * s[at]!, 9));
  });

  it('stays finite where every density underflows', () => {
    const d = mixtureDenoiser(m)(Float64Array.of(1e6, -1e6, 300, 300), 0.02);
    expect(d.every(Number.isFinite)).toBe(true);
    expect(logDensity(m, Float64Array.of(1e4, 0), 0.02).every(Number.isFinite)).toBe(true);
  });

  // N = 20,000: one sd of a weight is 0.0035, so 0.015 (4 sd and more) is the smallest bias caught.
  it('samples its weights, means and widths', () => {
    const n = 20_000;
    const x = sampleMixture(m, uniforms(3, 9, n), 3, 9).data as Float64Array;
    const owner = assignComponents(m, x, 0);
    m.weights.forEach((w, k) => {
      const mine = [...owner.keys()].filter((i) => owner[i] === k);
      expect(Math.abs(mine.length / n - w)).toBeLessThan(0.015);
      const variance = mine.reduce((sum, i) => sum + (x[2 * i]! - m.means[2 * k]!) ** 2, 0) / mine.length;
      expect(Math.abs(Math.sqrt(variance) / m.stds[k]! - 1)).toBeLessThan(0.06);
    });
  });
});

it('the denoiser of one Gaussian is the linear shrink μ + s²/(s²+σ²)(x − μ)', () => {
  const one = mixture(3, [{ weight: 2, mean: [1, -2, 0.5], std: 0.7 }]);
  const x = Float64Array.of(0.3, 4, -1);
  mixtureDenoiser(one)(x, 1.3).forEach((v, j) =>
    expect(v).toBeCloseTo(one.means[j]! + (0.49 / (0.49 + 1.69)) * (x[j]! - one.means[j]!), 12),
  );
  expect(logDensity(one, Float64Array.of(1, -2, 0.5), 0)[0]).toBeCloseTo(-1.5 * Math.log(2 * Math.PI * 0.49), 12);
});

it('between two equal modes the denoiser is halfway', () => {
  const two = mixture(2, [
    { weight: 1, mean: [-1, 0], std: 0.1 },
    { weight: 1, mean: [1, 0], std: 0.1 },
  ]);
  expect(mixtureDenoiser(two)(Float64Array.of(0, 0), 0.5)[0]).toBeCloseTo(0, 12);
});

it('refuses what is not a distribution, naming the component', () => {
  expect(() => mixture(2, [])).toThrow('at least one');
  expect(() => mixture(2, [{ weight: -1, mean: [0, 0], std: 1 }])).toThrow('component 0: weight -1');
  expect(() => mixture(2, [{ weight: 1, mean: [0], std: 1 }])).toThrow('2 finite numbers');
  expect(() => mixture(2, [{ weight: 1, mean: [0, 0], std: NaN }])).toThrow('std NaN');
});

it('leftover mass of a rounded cumulative sum goes to the last component', () => {
  expect(pick([0.1, 0.2, 0.7 - 1e-9], 1 - 1e-12)).toBe(2);
  expect([0, 0.0999, 0.1, 0.35].map((u) => pick([0.1, 0.2, 0.7], u))).toEqual([0, 0, 1, 2]);
});
