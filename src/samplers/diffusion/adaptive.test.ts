// Samplers that choose their own steps: golden values, a second definition, tolerances against errors, and where they end.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { normals } from '../../math/normal.ts';
import { uniforms } from '../../math/uniform.ts';
import { schedules } from '../../schedules/index.ts';
import problem from './golden.json' with { type: 'json' };
import golden from './goldenAdaptive.json' with { type: 'json' };
import { depthOf } from './counting.ts';
import { isListed, nfe, planOps, samplers, type SamplerId } from './index.ts';
import { adaptiveOracles } from './oracles/adaptive.ts';
import { compareAdaptive } from './adaptiveTesting.ts';
import { mixture, noNoise, opsOn, runPlan, type Draws, type Vector } from './testing.ts';
import type { Op, Sampler } from './types.ts';

const all: Record<SamplerId, Sampler> = samplers;
const { dpm_adaptive } = samplers;
const usual = defaults(dpm_adaptive.params);
const model = mixture(
  problem.mixture.centres as [number, number][],
  problem.mixture.weights,
  problem.mixture.deviation,
);
const startAt = (top: number) => Float64Array.from(problem.start, (v) => v * top);
const toy4 = mixture(
  [
    [1, 1],
    [-1, 1],
    [1, -1],
    [-1, -1],
  ],
  [1, 1, 1, 1],
  0.2,
);

test('every sampler has a list before it runs, or an oracle here', () => {
  const adaptive = (Object.keys(samplers) as SamplerId[]).filter((id) => !isListed(id));
  expect(adaptive).toEqual(Object.keys(adaptiveOracles));
  for (const id of adaptive) expect(() => planOps(all[id], [2, 1], {})).toThrow(/has no list before it runs/);
});

/** The k-th noise of a run takes vector k. */
const sequence = (): Draws => {
  let count = 0;
  return (_, dim) => {
    const k = count++;
    return Float64Array.from({ length: dim }, (_, e) => 1.5 * Math.sin(12.9898 * (k + 1) + 4.1414 * e));
  };
};

describe('k-diffusion, in float64', () => {
  const attempts = (ops: readonly Op[]) => ops.filter((o) => o.op === 'measure').length;
  test.each(golden.cases)('$params from $from to $to', ({ params, from, to, accepted, rejected, nfe: counted, x }) => {
    const all = { ...usual, ...params };
    const run = [startAt(from), model] as const;
    const ops = opsOn(dpm_adaptive, [from, to], all, ...run, sequence());
    const end = runPlan(ops, ...run, sequence());
    const size = Math.max(...x.map(Math.abs));
    // A length follows the difference of two nearly equal states, which magnifies rounding: the largest is 4e-12.
    expect(Math.max(...x.map((v, i) => Math.abs(v - end[i]!))) / size).toBeLessThan(1e-11);
    expect(ops.filter((o) => o.op === 'mark').length - 1).toBe(accepted);
    expect(attempts(ops)).toBe(accepted + rejected);
    // What is known of a start is not asked again after a step that was not taken, as k-diffusion does.
    expect(nfe(ops)).toBe(counted - rejected);
  });
  test('teeth: another controller is far off', () => {
    const { x } = golden.cases.find(({ params }) => 'pcoeff' in params)!;
    const end = runPlan(dpm_adaptive.plan([12, 0.05], usual), startAt(12), model, noNoise);
    expect(Math.max(...x.map((v, i) => Math.abs(v - end[i]!)))).toBeGreaterThan(1e-4);
  });
});

test.each(Array.from({ length: 24 }, (_, round) => round))(
  'its equations as loops over vectors, settings %i',
  (round) => {
    const u = uniforms(404, round, 16);
    let k = 0;
    const between = (low: number, high: number) => low * (high / low) ** u[k++]!;
    const params = {
      ...usual,
      order: 2 + (round % 2),
      rtol: between(1e-4, 0.3),
      atol: between(1e-4, 0.1),
      h_init: between(0.01, 4),
      ...(round % 3 === 0 && { pcoeff: 0.4 * u[k++]!, icoeff: 0.5 + 0.5 * u[k++]!, dcoeff: 0.3 * u[k++]! }),
      accept_safety: 0.5 + 0.45 * u[k++]!,
      eta: round % 4 === 1 ? u[k++]! : 0,
      s_noise: round % 8 === 1 ? 0.7 : 1,
    };
    const sigmas = [between(3, 90), 2.5, between(0.002, 0.5), ...(round % 5 === 0 ? [] : [0])];
    compareAdaptive('dpm_adaptive', sigmas, params);
  },
);

describe('tolerances and what they buy, on four Gaussians from 20 to .02', () => {
  const starts = normals(1, 0, 200, 2).map((v) => v * 20);
  const karras = schedules.karras.sigmas(2001, { min: 0.02, max: 20 }, { rho: 7 }).slice(0, -1);
  const exact = runPlan(planOps(samplers.rk4, karras, {}), starts, toy4, noNoise);
  const median = (x: Float64Array) => {
    const d = Array.from({ length: 200 }, (_, i) =>
      Math.hypot(x[2 * i]! - exact[2 * i]!, x[2 * i + 1]! - exact[2 * i + 1]!),
    );
    return (d.sort((a, b) => a - b)[99]! + d[100]!) / 2;
  };
  const run = (rtol: number, params: object = {}) => {
    const scaled = { ...usual, rtol, atol: (0.0078 * rtol) / 0.05, most: 10000, ...params };
    const ops = opsOn(dpm_adaptive, [20, 0.02], scaled, starts, toy4, noNoise);
    return { ops, error: median(runPlan(ops, starts, toy4, noNoise)) };
  };
  // Evaluations as k-diffusion counts them, three an attempt, and medians of another implementation (NumPy, other starts).
  test.each([
    [0.05, 39, 2.9e-2],
    [1e-2, 51, 1.2e-3],
    [1e-3, 87, 8.6e-5],
    [1e-4, 159, 1.3e-5],
    [1e-6, 621, 1.7e-7],
  ])('rtol %f', (rtol, evaluations, error) => {
    const got = run(rtol);
    const attempts = got.ops.filter((o) => o.op === 'measure').length;
    // Of three sets of starts k-diffusion spends 33 to 39, 51, 84, 150 to 153, 576 to 606.
    expect(Math.abs(Math.log((3 * attempts) / evaluations))).toBeLessThan(Math.log(1.2));
    expect(nfe(got.ops)).toBeLessThan(3 * attempts);
    // An attempt is a chain of three, or of two where it knows its start; every other waits for the measure before it.
    expect(depthOf(got.ops)).toBe(nfe(got.ops));
    expect(Math.abs(Math.log(got.error / error))).toBeLessThan(Math.log(1.6));
  });
  test.each([
    [3, 3],
    [2, 2],
  ])('order %i: steps of one length, halved', (order, want) => {
    // A tolerance that takes everything, and a controller that changes nothing: steps of the first length.
    const fixed = (h_init: number) => run(1, { order, h_init, icoeff: 0, atol: 1, most: 10000 }).error;
    const measured = Math.log2(fixed(0.04) / fixed(0.02));
    expect(Math.abs(measured - want)).toBeLessThan(0.15);
  });
});

describe('score_sde_ve', () => {
  const { score_sde_ve } = samplers;
  const own = defaults(score_sde_ve.params);
  test.each(Array.from({ length: 8 }, (_, round) => round))(
    'round %i: its algorithm as loops over vectors',
    (round) => {
      const u = uniforms(91, round, 12);
      const n = 1 + Math.floor(9 * u[0]!);
      const levels = Array.from({ length: n }, (_, i) => 40 * Math.exp(-(i + 0.8 * u[i + 1]!) * 0.8));
      const sigmas = round % 3 === 0 && n > 1 ? levels : [...levels, 0];
      const params = { snr: 0.05 + 0.4 * u[11]!, correct_steps: round % 4 };
      compareAdaptive('score_sde_ve', sigmas, params);
      const ops = opsOn(score_sde_ve, sigmas, params);
      expect(nfe(ops)).toBe(score_sde_ve.atMost(sigmas.length - 1, params));
      expect(depthOf(ops)).toBe(nfe(ops));
    },
  );
  test('every sample has its own norm, and the run their mean: a sample alone goes another way', () => {
    const two = startAt(5).subarray(0, 4);
    const end = (x: Vector) => runPlan(score_sde_ve.plan([5, 2, 0.5], own), x, model, sequence(), 2);
    expect(Math.abs(end(two)[0]! - end(two.slice(0, 2))[0]!)).toBeGreaterThan(1e-3);
  });
  test('where the score is nothing there is no length of a step: it says so', () => {
    expect(() => runPlan(score_sde_ve.plan([5, 0], own), startAt(5), (x) => x.slice(), sequence())).toThrow(
      /^what score_sde_ve measures at σ 5 is no finite number/,
    );
  });
});

describe('where it ends', () => {
  const plan = (sigmas: readonly number[], params: object = {}) => dpm_adaptive.plan(sigmas, { ...usual, ...params });
  test('at most as many evaluations as it may spend: then it says where it stands', () => {
    const of = { ...usual, rtol: 1e-8, atol: 1e-9 };
    for (const most of [10, 40, 400]) {
      let asked = 0;
      const counting = (x: Vector, sigma: number) => (asked++, toy4(x, sigma));
      expect(() => runPlan(plan([20, 0.02, 0], { ...of, most }), startAt(20), counting, noNoise)).toThrow(
        new RegExp(`^dpm_adaptive stands at σ [\\d.]+ after \\d+ of the ${most} evaluations that it may spend`),
      );
      expect(asked).toBeLessThanOrEqual(most);
      expect(asked).toBeGreaterThan(most - 4);
      expect(dpm_adaptive.atMost(7, { ...usual, most })).toBe(most);
    }
  });
  test('a model that gives no number ends it, with a sentence', () => {
    expect(() => runPlan(plan([20, 0.02]), startAt(20), (x) => x.map(() => NaN), noNoise)).toThrow(
      /^what dpm_adaptive measures at σ 20 is no finite number/,
    );
  });
  test('levels between the first and the last positive one change nothing; one level alone is its denoised value', () => {
    const end = (sigmas: readonly number[]) => runPlan(plan(sigmas), startAt(9), model, noNoise);
    expect(end([9, 4, 1, 0.1, 0])).toEqual(end([9, 0.1, 0]));
    expect(end([9, 0])).toEqual(model(startAt(9), 9));
  });
  test('tolerances for a budget: about so many evaluations, more for more', () => {
    // Below 20 the loosest tolerances and the growth from the first step are what is spent.
    const budgets = [20, 40, 80, 160, 320];
    const spent = budgets.map((budget) => {
      const params = dpm_adaptive.near(budget, usual);
      return nfe(opsOn(dpm_adaptive, [20, 0.02, 0], params));
    });
    for (const [i, n] of spent.entries()) {
      expect(n).toBeGreaterThan(spent[i - 1] ?? 0);
      expect(n / budgets[i]!).toBeGreaterThan(0.3);
      expect(n / budgets[i]!).toBeLessThan(2);
    }
  });
});
