import { describe, expect, it } from 'vitest';
import { normals } from '../../math/normal.ts';
import { energyDistance, energyFromMeans } from './energy.ts';
import { accuracyOf } from './features.ts';
import { judge, metricIds, metrics } from './index.ts';
import { kernel, widestKernel } from './gaussianKernel.ts';
import { mmd2 } from './mmd.ts';
import { meanOverPairs } from './pairwise.ts';
import { pairedDistances, quantile } from './paired.ts';
import { directions, slicedFromSorted, slicedWasserstein, sortedProjections } from './sliced.ts';
import type { Batch } from './types.ts';

const batch = (dim: number, ...data: number[]): Batch => ({ n: data.length / dim, dim, data });
const gaussian = (draw: number, n: number, dim = 2, shift = 0, scale = 1): Batch => ({
  n,
  dim,
  data: normals(11, draw, n, dim).map((v) => shift + scale * v),
});
const meanAndError = (values: number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return {
    mean,
    error: Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1) / values.length),
  };
};

describe('the registry', () => {
  it.each(metricIds)('%s is described, and null without its inputs', (id) => {
    expect(metrics[id].id).toBe(id);
    expect(metrics[id].summary.length).toBeGreaterThan(20);
    expect(metrics[id].compute({ samples: gaussian(1, 40) })).toBeNull();
  });
  it('judges by what applies', () => {
    const x = gaussian(1, 40);
    expect(Object.keys(judge({ samples: x, reference: x }))).toEqual(['paired_median', 'paired_p95', 'paired_rms']);
    expect(judge({ samples: x, reference: x }).paired_p95).toBe(0);
  });
});

describe('paired error', () => {
  const samples = batch(2, 0, 0, 3, 4, 0, 1);
  const reference = batch(2, 0, 0, 0, 0, 0, 0);
  it('is the Euclidean distance in the plane and root mean square per pixel for images', () => {
    expect([...pairedDistances(samples, reference)]).toEqual([0, 5, 1]);
    expect([...pairedDistances(batch(4, 1, 1, 1, 1), batch(4, 0, 0, 0, 0))]).toEqual([1]);
    expect(judge({ samples, reference })).toEqual({
      paired_median: 1,
      paired_p95: expect.closeTo(4.6, 12),
      paired_rms: Math.sqrt(26 / 3),
    });
  });
  it('counts a sample that is not finite as infinitely far', () => {
    const bad = batch(2, NaN, 0, 3, 4, 0, Infinity);
    expect(judge({ samples: bad, reference })).toEqual({
      paired_median: Infinity,
      paired_p95: Infinity,
      paired_rms: Infinity,
    });
  });
  it('refuses unequal shapes', () => expect(() => pairedDistances(samples, batch(2, 0, 0))).toThrow('3×2 and 1×2'));
  it('interpolates quantiles as numpy does: quantile([1, 2, 3, 10], .9) = 7.9', () =>
    expect(quantile([10, 1, 3, 2], 0.9)).toBeCloseTo(7.9, 12));
});

describe('energy distance', () => {
  it('of point masses at distance 3 is 6; by hand for two against two', () => {
    expect(energyDistance(batch(1, 0, 0), batch(1, 3, 3, 3))).toBeCloseTo(6, 12);
    // cross distances 2, 3, 1, 2 → mean 2; within 1 and 1 → 2·2 − 1 − 1
    expect(energyDistance(batch(1, 0, 1), batch(1, 2, 3))).toBeCloseTo(2, 12);
    expect(energyFromMeans(2, 0.5, 0.5, 2, 2)).toBeCloseTo(2, 12);
  });
  // 400 repeats at n = 24: the standard error is about 0.005, so a bias of 0.02 is caught; the V-statistic's is 0.15.
  it('is unbiased: 0 on average between draws of one distribution', () => {
    const pairs = Array.from({ length: 400 }, (_, r) => [gaussian(10 + 2 * r, 24), gaussian(11 + 2 * r, 24)] as const);
    const { mean, error } = meanAndError(pairs.map(([x, y]) => energyDistance(x, y)));
    expect(error).toBeLessThan(0.006);
    expect(Math.abs(mean)).toBeLessThan(4 * error);
    const biased = ([x, y]: readonly [Batch, Batch]) =>
      2 * meanOverPairs(x, y, Math.sqrt) - meanOverPairs(x, x, Math.sqrt) - meanOverPairs(y, y, Math.sqrt);
    expect(meanAndError(pairs.map(biased)).mean).toBeGreaterThan(0.1);
  });
  it('sees a shift, and is NaN for a sample that is NaN', () => {
    expect(energyDistance(gaussian(1, 500, 2, 0.5), gaussian(2, 500))).toBeGreaterThan(0.1);
    expect(metrics.energy.compute({ samples: batch(2, NaN, 0, 1, 1), target: gaussian(1, 9) })).toBeNaN();
  });
  it('gives the registry the same value as the plain function', () => {
    const [samples, target] = [gaussian(1, 60, 2, 0.3), gaussian(2, 50)];
    expect(metrics.energy.compute({ samples, target })).toBeCloseTo(energyDistance(samples, target), 14);
    expect(metrics.mmd.compute({ samples, target })).toBeCloseTo(
      mmd2(samples, target, kernel(widestKernel(target))),
      14,
    );
  });
});

describe('MMD²', () => {
  it('by hand: point masses at distance d with one width give 2 − 2 exp(−d²/2b²)', () => {
    expect(mmd2(batch(1, 0, 0), batch(1, 3, 3), kernel(2, 1))).toBeCloseTo(2 - 2 * Math.exp(-9 / 8), 12);
    expect(kernel(2, 2)(4)).toBeCloseTo((Math.exp(-2) + Math.exp(-0.5)) / 2, 14);
    expect(kernel(3)(5)).toBeCloseTo(
      [1, 2, 4, 8, 16].reduce((sum, h) => sum + Math.exp((-5 * h * h) / 18) / 5, 0),
      14,
    );
  });
  it('of two Gaussians a shift apart matches the closed form (n = 1500, tolerance 5 sd)', () => {
    const [b, d] = [0.8, 0.7];
    const c = b * b + 2; // E exp(−|z|²/2b²) for z ~ N(m, 2I) in the plane: b²/c · exp(−|m|²/2c)
    const expected = 2 * ((b * b) / c) * (1 - Math.exp((-2 * d * d) / (2 * c)));
    expect(Math.abs(mmd2(gaussian(1, 1500, 2, d), gaussian(2, 1500), kernel(b, 1)) - expected)).toBeLessThan(0.025);
  });
  // 300 repeats at n = 24: standard error about 0.001; a V-statistic is biased by about 2(1 − E k)/n = 0.06.
  it('is unbiased', () => {
    const values = Array.from({ length: 300 }, (_, r) =>
      mmd2(gaussian(10 + 2 * r, 24), gaussian(11 + 2 * r, 24), kernel(1, 3)),
    );
    const { mean, error } = meanAndError(values);
    expect(error).toBeLessThan(0.002);
    expect(Math.abs(mean)).toBeLessThan(4 * error);
  });
  it('scales its widths with the target', () => expect(widestKernel(batch(2, -3, 0, 3, 0))).toBe(3));
});

describe('sliced Wasserstein', () => {
  it('directions are fixed unit vectors', () => {
    const d = directions(5, 8);
    for (let p = 0; p < 8; p++) expect(Math.hypot(...d.subarray(p * 5, p * 5 + 5))).toBeCloseTo(1, 12);
    expect([...directions(5, 8)]).toEqual([...d]);
  });
  it('of a set and its shift is the mean |⟨shift, direction⟩| (SW1) and its root mean square (SW2), in any row order', () => {
    const x = gaussian(1, 100);
    const y: Batch = {
      n: 100,
      dim: 2,
      data: Array.from(
        { length: 200 },
        (_, at) => (x.data as Float64Array)[198 - 2 * Math.floor(at / 2) + (at % 2)]! + (at % 2 === 0 ? 0.3 : -0.4),
      ),
    };
    const d = directions(2);
    const along = Array.from({ length: 64 }, (_, p) => Math.abs(0.3 * d[2 * p]! - 0.4 * d[2 * p + 1]!));
    expect(slicedWasserstein(x, y, 1)).toBeCloseTo(along.reduce((a, b) => a + b) / 64, 12);
    expect(slicedWasserstein(x, y, 2)).toBeCloseTo(Math.sqrt(along.reduce((a, b) => a + b * b, 0) / 64), 12);
  });
  it('of sorted tables by hand', () => {
    expect(slicedFromSorted([0, 1, 5, 6], [1, 1, 5, 9], 1)).toBe(1);
    expect(slicedFromSorted([0, 1, 5, 6], [1, 1, 5, 9], 2)).toBe(Math.sqrt(2.5));
    expect([...sortedProjections(batch(2, 3, 0, 1, 5, 2, 9), Float64Array.of(1, 0, 0, -1))]).toEqual([
      1, 2, 3, -9, -5, 0,
    ]);
    expect(() => slicedFromSorted([1], [1, 2], 1)).toThrow('equal');
  });
});

describe('density metrics', () => {
  it('nll is the mean of −log p', () => {
    expect(metrics.nll.compute({ samples: batch(1, 1, 3), logDensity: (x) => x.map((v) => -v) })).toBe(2);
  });
  it('mode weights: half the L1 distance of the shares', () => {
    const modes = { weights: [0.5, 0.25, 0.25], assign: () => [0, 0, 0, 1] };
    expect(metrics.mode_weights.compute({ samples: batch(1, 1, 2, 3, 4), modes })).toBe(0.25);
    expect(metrics.mode_weights.compute({ samples: batch(1, NaN), modes })).toBeNaN();
  });
});

describe('feature metrics', () => {
  const identity = Float64Array.of(1, 0, 0, 1);
  const features = (samples: Batch) => ({
    samples,
    real: { mean: Float64Array.of(0, 0), covariance: identity },
    logits: batch(2, 1, 0),
    labels: [0],
  });
  // n = 20,000: the bias of FD is about d(d + 3)/(4n) ≈ 1e-4 here; tolerance 5 sd.
  it('FD of a Gaussian shifted by 1 and widened to sd 2 is |Δμ|² + d (2 − 1)² = 4', () => {
    expect(
      Math.abs(metrics.fd.compute({ samples: gaussian(1, 1), features: features(gaussian(3, 20_000, 2, 1, 2)) })! - 4),
    ).toBeLessThan(0.15);
  });
  it('FD is not defined for fewer samples than features', () =>
    expect(metrics.fd.compute({ samples: gaussian(1, 1), features: features(gaussian(3, 2)) })).toBeNull());
  it('accuracy counts the largest score, and a NaN as wrong', () => {
    expect(accuracyOf(batch(3, 0, 1, 2, 5, 1, 1, 0, NaN, -1, 0, 0, 3), [2, 1, 0, 2])).toBe(0.5);
  });
});
