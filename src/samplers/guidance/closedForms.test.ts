// Guided laws that are known. Without random numbers where the run is affine in its start; else N and the least bias
// that is seen are stated.
import { describe, expect, test } from 'vitest';
import { normals } from '../../math/normal.ts';
import { integrate } from '../../math/quadrature.ts';
import { schedules } from '../../schedules/index.ts';
import { runPlan, noNoise } from '../diffusion/testing.ts';
import type { SamplerId } from '../diffusion/index.ts';
import { byRole, guidedOps, shifted, toy4 } from './testing.ts';

describe('two Gaussians: class N(1, s²), without it N(0, S²)', () => {
  const TOP = 60;
  const sigmas = schedules.exponential.sigmas(400, { min: 1e-4, max: TOP }, { rho: 1 }).slice(0, -1);
  /** The run is affine: what it makes of 0 and of a start of deviation TOP. */
  const endOf = (s: number, S: number, w: number) => {
    const ops = guidedOps('rk4', sigmas, 'cfg', { w });
    const model = byRole({ class: shifted(1, s), null: shifted(0, S) });
    const [zero, top] = runPlan(ops, Float64Array.of(0, TOP), model, noNoise) as unknown as [number, number];
    return { mean: zero, deviation: top - zero };
  };
  /**
   * dx/dσ = x(wσ/(s² + σ²) + (1 − w)σ/(S² + σ²)) − wσ/(s² + σ²): the flow of the guided score, solved by the integrating
   * factor g(σ).
   */
  const flow = (s: number, S: number, w: number) => {
    const g = (sigma: number) => (s * s + sigma * sigma) ** (w / 2) * (S * S + sigma * sigma) ** ((1 - w) / 2);
    const inner = (l: number) => {
      const sigma = Math.exp(l);
      return (w * sigma * sigma) / ((s * s + sigma * sigma) * g(sigma));
    };
    return {
      mean: g(0) * integrate(inner, Math.log(1e-4), Math.log(TOP), 400),
      deviation: (TOP * g(0)) / g(TOP),
    };
  };
  /** p_c^w·p_∅^(1 − w), what a guided score is the score of at σ = 0. */
  const product = (s: number, S: number, w: number) => {
    const precision = w / (s * s) + (1 - w) / (S * S);
    return { mean: w / (s * s) / precision, deviation: 1 / Math.sqrt(precision) };
  };

  test.each([
    [0.5, 1, 1],
    [0.5, 1, 2],
    [0.5, 1, 4],
    [0.3, 1.5, 3],
    [0.7, 0.7, 3],
  ])('s = %f, S = %f, w = %f: the law of the flow, to its digits', (s, S, w) => {
    const [got, want] = [endOf(s, S, w), flow(s, S, w)];
    expect(got.deviation / want.deviation).toBeCloseTo(1, 5);
    expect(Math.abs(got.mean - want.mean)).toBeLessThan(1e-3 * Math.abs(want.mean));
  });

  test('a long way down the deviation is s^w·S^(1 − w), narrower than the product of powers’', () => {
    const cases = [
      [0.5, 2],
      [0.5, 4],
      [0.3, 3],
    ] as const;
    for (const [s, w] of cases) {
      const { deviation } = endOf(s, 1, w);
      // The start is N(0, TOP²) and not yet smoothed data: 1 + O(1/TOP²).
      expect(deviation / s ** w).toBeCloseTo(1, 3);
      expect(deviation).toBeLessThan(0.75 * product(s, 1, w).deviation);
    }
    // s = ½, S = 1, w = 2: .25, where the product has .378.
    expect(endOf(0.5, 1, 2).deviation).toBeCloseTo(0.25, 3);
    expect(product(0.5, 1, 2).deviation).toBeCloseTo(0.378, 3);
  });

  test('of equal widths, and with w = 1, the flow has the product’s law', () => {
    for (const [s, S, w] of [
      [0.7, 0.7, 3],
      [0.5, 1, 1],
    ] as const) {
      const [got, want] = [endOf(s, S, w), product(s, S, w)];
      expect(got.deviation / want.deviation).toBeCloseTo(1, 3);
      expect(got.mean / want.mean).toBeCloseTo(1, 1);
    }
  });
});

// N = 2,000 starts, about 1,600 of them in the right pair: a deviation is known to 1.8 %. Beside the one at w = 1, of the
// same starts, that error drops out, and 4 % is the least bias seen. The expected shares are of another implementation
// (NumPy, 200 other starts: .174 at w = 1; .117, .075; CFG++ .145, .092, .079).
describe('four Gaussians of deviation .2, the right pair, 40 Euler steps: deviation inside a mode', () => {
  const n = 2000;
  const starts = normals(5, 0, n, 2).map((v) => v * 20);
  const sigmas = schedules.karras.sigmas(41, { min: 0.02, max: 20 }, { rho: 7 }).slice(0, -1);
  const inside = (sampler: SamplerId, w: number, more: object = {}) => {
    const x = runPlan(guidedOps(sampler, sigmas, 'cfg', { w, ...more }), starts, toy4, noNoise, 2);
    let [count, sum, square] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      if (!(x[2 * i]! > 0)) continue;
      count++;
      sum += x[2 * i]!;
      square += x[2 * i]! ** 2;
    }
    return { share: count / n, mean: sum / count, deviation: Math.sqrt(square / count - (sum / count) ** 2) };
  };

  const unguided = inside('euler', 1);
  test('w = 1 is affine in x: the product of the steps’ factors, and all starts end in the pair', () => {
    const factor = sigmas
      .slice(1)
      .reduce((g, t, i) => g * (t / sigmas[i]! + (1 - t / sigmas[i]!) * (0.04 / (0.04 + sigmas[i]! ** 2))), 1);
    const spread = Math.sqrt(Array.from({ length: n }, (_, i) => starts[2 * i]! ** 2 / n).reduce((a, b) => a + b));
    expect(factor * 20).toBeCloseTo(0.1907, 4);
    expect(unguided.share).toBe(1);
    expect(unguided.deviation / (factor * spread)).toBeCloseTo(1, 2);
  });
  test.each<[SamplerId, number, number]>([
    ['euler', 2, 0.117],
    ['euler', 7.5, 0.075],
    ['euler_cfg_pp', 0.2, 0.145],
    ['euler_cfg_pp', 0.6, 0.092],
    ['euler_cfg_pp', 1, 0.079],
  ])('%s at w = %f: a share of %f/.174', (sampler, w, deviation) => {
    const got = inside(sampler, w);
    expect(Math.abs(got.deviation / unguided.deviation / (deviation / 0.174) - 1)).toBeLessThan(0.04);
  });
  test('an interval at w = 7.5 lowers the shift of the mean, and narrows no less: both come from other levels', () => {
    const at = (more: object) => {
      const { mean, deviation } = inside('euler', 7.5, more);
      return { shift: mean - 1, narrow: deviation / unguided.deviation };
    };
    const [all, middle, low] = [at({}), at({ from: 0.19, to: 1.61 }), at({ to: 0.5 })];
    expect([all.shift, middle.shift, low.shift].map((v) => v.toFixed(1))).toEqual(['0.4', '0.2', '0.0']);
    expect(middle.narrow).toBeLessThan(all.narrow);
    expect(low.narrow).toBeGreaterThan(0.8);
  });
});
