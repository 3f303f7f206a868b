// End points of diffusers and k-diffusion where a swapped, dropped or defaulted parameter shows, and at one, two, three,
// 14 and 15 steps: training/golden/make_asymmetric.py made them. Below them, single values printed to six decimals.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { schedules } from '../../schedules/index.ts';
import problem from './golden.json' with { type: 'json' };
import golden from './goldenAsymmetric.json' with { type: 'json' };
import { planOps, samplers, type SamplerId } from './index.ts';
import { mixture, noNoise, runPlan, type Draws } from './testing.ts';
import type { Sampler } from './types.ts';

const { centres, weights, deviation } = problem.mixture;
const model = mixture(centres as [number, number][], weights, deviation);
const grids: Record<string, number[]> = golden.grids;

/** The k-th noise of the run takes vector k; churn, which k-diffusion draws every step, takes its step's. */
const sequence = (): Draws => {
  let count = 0;
  return (draws, dim) => {
    const only = draws.length === 1 ? draws[0]![1] : 0;
    const k = only > 0 && only < 0x10000000 ? (only - 1) / 4 : count++;
    return Float64Array.from({ length: dim }, (_, e) => 1.5 * Math.sin(12.9898 * (k + 1) + 4.1414 * e));
  };
};
const end = (id: SamplerId, sigmas: readonly number[], params: object, draws: Draws) => {
  const sampler: Sampler = samplers[id];
  const ops = planOps(sampler, sigmas, { ...(defaults(sampler.params) as object), ...params });
  const start = Float64Array.from(problem.start, (v) => v * sigmas[0]!);
  return runPlan(ops, start, model, draws);
};

test.each(golden.cases)('$sampler $params of $library, grid $grid', ({ sampler, params, grid, x }) => {
  const got = end(sampler as SamplerId, grids[grid]!, params, sequence());
  const worst = Math.max(...x.map((w, i) => Math.abs(got[i]! - w))) / Math.max(...x.map(Math.abs));
  expect(worst).toBeLessThan(1e-12);
});

/** Σ wᵢ sin(drawᵢ + e). */
const sines: Draws = (draws, dim) =>
  Float64Array.from({ length: dim }, (_, e) => draws.reduce((sum, [w, d]) => sum + w * Math.sin(d + e), 0));
const { rough, positive } = problem.grids;
const karras15 = schedules.karras.sigmas(15, { min: 0.02, max: 20 }, { rho: 7 });
describe('the first three numbers of the end point', () => {
  test.each<[string, SamplerId, readonly number[], object, Draws, readonly number[]]>([
    // right only at β = ½ if β and 1 − β are exchanged
    ['a fractional order', 'ghvb', positive, { order: 2.3 }, noNoise, [1.257858, 0.295337, -0.74317]],
    // the first number of steps without a careful end
    ['15 steps', 'dpmpp_3m', karras15, {}, noNoise, [1.272977, 0.284009, -0.787324]],
    // no careful end where there is no end at 0
    ['a list that ends above 0', 'dpmpp_3m', positive, {}, noNoise, [1.305537, 0.271685, -0.745336]],
    // the first level is the upper end of the churned interval
    ['s_tmax = σ₀', 'edm_stochastic', rough, { s_churn: 3, s_tmax: 12 }, sines, [1.036646, 0.435829, 0.720037]],
  ])('%s: %s', (_, id, sigmas, params, draws, want) => {
    const got = end(id, sigmas, params, draws);
    want.forEach((w, i) => expect(Math.abs(got[i]! - w)).toBeLessThanOrEqual(0.5001e-6));
  });
});
