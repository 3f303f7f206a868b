// Samplers that must agree, and coefficients against closed forms, where no library has the method.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { integrate } from '../../math/quadrature.ts';
import { schedules } from '../../schedules/index.ts';
import golden from './golden.json' with { type: 'json' };
import { momentumWeights } from './ghvb.ts';
import { damped, heavyBases, type HeavyBase } from './heavyBall.ts';
import { asShipped } from './ipndmV.ts';
import { adamsWeights, equalStepWeights } from './parts/multistep.ts';
import { combine, mark, start } from './parts/ops.ts';
import { nfe, planOps, samplers, type SamplerId } from './index.ts';
import { mixture, runPlan, type Draws } from './testing.ts';
import type { Plan, Sampler } from './types.ts';

const model = mixture(golden.mixture.centres as [number, number][], golden.mixture.weights, golden.mixture.deviation);
const noisy: Draws = (draws, dim) =>
  Float64Array.from({ length: dim }, (_, e) => draws.reduce((sum, [w, d]) => sum + w * Math.sin(d + e), 0));
const grids = [golden.grids.rough, golden.grids.positive, golden.grids.long];
const plan = (id: SamplerId, sigmas: readonly number[], params: object = {}) => {
  const sampler: Sampler = samplers[id];
  return planOps(sampler, sigmas, { ...(defaults(sampler.params) as object), ...params });
};
const end = (id: SamplerId, sigmas: readonly number[], params: object) =>
  runPlan(
    plan(id, sigmas, params),
    Float64Array.from(golden.start, (v) => v * sigmas[0]!),
    model,
    noisy,
  );

test.each<[SamplerId, object, SamplerId, object]>([
  ['ddim', { eta: 0 }, 'euler', {}],
  ['ddim', { eta: 0.7 }, 'euler_ancestral', { eta: 0.7 }],
  ['ddpm', {}, 'ddim', { eta: 1 }],
  ['euler_ancestral', { eta: 0 }, 'euler', {}],
  ['gradient_estimation', { gamma: 1 }, 'euler', {}],
  ['unipc', { order: 1, corrector: false }, 'euler', {}],
  ['unipc', { order: 2, corrector: false, variant: 'bh2' }, 'dpmpp_2m', {}],
  ['edm_stochastic', { s_churn: 0 }, 'heun', {}],
  ['restart', { K: 0 }, 'heun', {}],
  ['restart', { t_max: 0.02 }, 'heun', {}], // nowhere to jump from
  ['dpmpp_2m_sde', { eta: 0 }, 'dpmpp_2m', {}],
  ['dpmpp_2m_sde', { eta: 0, solver_type: 'heun' }, 'res_multistep', {}],
  ['dpmpp_2s_ancestral', { eta: 0 }, 'dpmpp_2s', {}],
  ['dpmpp_sde', { eta: 0, r: 0.3 }, 'dpmpp_2s', { r: 0.3 }],
  ...[1, 2, 3, 4].flatMap((order): [SamplerId, object, SamplerId, object][] => [
    ['deis', { order, mode: 'rhoab' }, 'lms', { order }],
    ['ghvb', { order }, 'ipndm', { order }],
  ]),
  ['deis', { order: 1 }, 'euler', {}],
  ['consistency', { sigma_min: 0 }, 'lcm', {}],
  ['dpm_2_ancestral', { eta: 0 }, 'dpm_2', {}],
  ['euler_ancestral_rf', { eta: 0 }, 'euler', {}],
  ['dpmpp_2s_ancestral_rf', { eta: 0 }, 'dpmpp_2s', {}],
  ['ipndm_v', { order: 2 }, 'lms', { order: 2 }],
  ['ipndm_v', { order: 1 }, 'euler', {}],
  ...(Object.keys(heavyBases) as HeavyBase[]).map((base): [SamplerId, object, SamplerId, object] => [
    'heavy_ball',
    { base, beta: 1 },
    base,
    {},
  ]),
  ['dualfast', { c: 0 }, 'euler', {}],
  ['dualfast', { c: 0, base: 'dpm_2', tau: 'first' }, 'dpm_2', {}],
  ['dualfast', { c: 0, base: 'dpmpp_2m' }, 'dpmpp_2m', {}],
  ['dualfast', {}, 'ipndm', { order: 2 }], // Adams-Bashforth 2 for equal steps
  ['pseudo_corrector', { heun: 20 }, 'heun', {}],
  ['parastep', { workers: 1 }, 'euler', {}],
  ['parastep', { workers: 1, slope: 'last' }, 'euler', {}],
  ['pcm', { sweeps: 32, numbers: '.3_-.2_.1_.4_-.5_.2_1_1' }, 'euler', {}],
  ['pcm', { window: 1, numbers: '.3_-.2_.1_.4' }, 'euler', {}],
  ['dpmpp_singlestep', { order: 1 }, 'euler', {}],
  ['restoration_degradation', { rho: 0 }, 'euler', {}],
  ['composed', { plan: 'x1' }, 'euler', {}],
  ['composed', { plan: 'e1' }, 'euler', {}],
  ['composed', { plan: 'x2' }, 'res_multistep', {}],
  ['seeds_2', { eta: 0, r: 0.3 }, 'dpmpp_2s', { r: 0.3 }],
  ['seeds_2', { eta: 0, r: 0.3, solver_type: 'phi_2' }, 'res_2s', { c2: 0.3 }],
  ['seeds_2', { eta: 0, r: 1, solver_type: 'phi_2' }, 'res_2s', { c2: 1 }], // exp_heun_2_x0
  ['seeds_3', { eta: 0 }, 'dpmpp_3s', {}],
  ['sa_solver', { tau: 0, predictor_order: 1, corrector_order: 0 }, 'euler', {}],
  ['sa_solver', { predictor_order: 1, corrector_order: 0 }, 'euler_ancestral', {}],
  ['er_sde', { scaler: 'ode', max_stage: 1 }, 'euler', {}],
  ['er_sde', { scaler: 'sde', max_stage: 1 }, 'euler_ancestral', {}],
  ['tcd', { gamma: 0 }, 'euler', {}],
  // methods that are data and samplers that are code
  ['rk4_4s', { variable: 'log' }, 'rk4', {}],
  ...[2, 3, 4].map((order): [SamplerId, object, SamplerId, object] => [
    `ab_${order}m` as SamplerId,
    { variable: 'sigma' },
    'lms',
    { order },
  ]),
])('%s %j is %s %j', (id, params, other, otherParams) => {
  for (const sigmas of grids) {
    const a = end(id, sigmas, params);
    const b = end(other, sigmas, otherParams);
    a.forEach((v, i) => expect(Math.abs(v - b[i]!)).toBeLessThan(1e-12));
  }
});

test('heavy ball averages steps that are one combination, and says so of others', () => {
  function* twice(): Plan {
    yield start([2, 1]);
    for (let k = 0; k < 2; k++) yield combine('x', [[0.5, 'x']]);
    yield mark(1, 1);
  }
  expect(() => [...damped(twice(), [2, 1], 0.5)]).toThrow('Step 1 goes on in two parts');
});

test('momentum weights: the closed forms of the paper, and Adams-Bashforth at β = 1', () => {
  for (const b of [0.2, 0.5, 0.9, 1]) {
    const want = [
      [1],
      [(2 + b) / 2, -(2 - b) / 2],
      [(18 + 5 * b) / 12, -(24 - 8 * b) / 12, (6 - b) / 12],
      [(46 + 9 * b) / 24, -(78 - 19 * b) / 24, (42 - 5 * b) / 24, -(10 - b) / 24],
    ];
    want.forEach((w, k) =>
      momentumWeights(k + 1, b).forEach((v, j) => expect(v).toBeCloseTo(k === 0 ? 1 : w[j]! / b, 12)),
    );
  }
  equalStepWeights.forEach((w, k) => momentumWeights(k + 1, 1).forEach((v, j) => expect(v).toBeCloseTo(w[j]!, 14)));
});

describe('ipndm_v', () => {
  /** Its orders 3 and 4 without the three slips. */
  function repaired(order: number, h: number, h1: number, h2: number, h3: number): number[] {
    const P = (((1 - h / (3 * (h + h1))) / 2) * (h * (h + h1))) / (h1 * (h1 + h2));
    const three = h + h1 + h2;
    const shape = (1 - h / (3 * (h + h1))) / 2 - ((1 - h / (2 * (h + h1))) * h) / (6 * three);
    const Q = order < 4 ? 0 : (shape * (h * (h + h1) * three)) / (h1 * (h1 + h2) * (h1 + h2 + h3));
    const [a, b] = [h1 / h2, order < 4 ? 0 : (h1 * (h1 + h2)) / (h2 * (h2 + h3))];
    const w = [1 + h / (2 * h1), -h / (2 * h1), 0, 0];
    [1, -1 - a, a].forEach((c, j) => (w[j]! += c * P));
    if (order > 3) [1, -1 - a - b, a + b * (1 + h2 / h3), (-b * h2) / h3].forEach((c, j) => (w[j]! += c * Q));
    return w.slice(0, order);
  }
  const levels = [0.7, 1.9, 2.4, 5.9, 7.5]; // newest first
  const [h, h1, h2, h3] = [0, 1, 2, 3].map((k) => levels[k]! - levels[k + 1]!) as [number, number, number, number];
  test('its weights are not those of Adams and Bashforth; with three slips repaired they are', () => {
    for (const order of [3, 4]) {
      const want = adamsWeights(levels.slice(1, order + 1), levels[0]!, 'sigma').map((c) => c / h);
      repaired(order, h, h1, h2, h3).forEach((c, j) => expect(c).toBeCloseTo(want[j]!, 13));
      const worst = Math.max(...asShipped(order, h, h1, h2, h3).map((c, j) => Math.abs(c - want[j]!)));
      expect(worst).toBeGreaterThan(0.01);
    }
  });
  test('on equal steps: 2.375, −2.708, 1.792, −.458 in the place of Adams-Bashforth 4', () => {
    const want = [2.375, -65 / 24, 43 / 24, -11 / 24];
    asShipped(4, 1, 1, 1, 1).forEach((c, j) => expect(c).toBeCloseTo(want[j]!, 12));
  });
  test('order 4 leaves the data where steps suddenly get shorter', () => {
    const sigmas = schedules.optimal_steps.sigmas(20, { min: 0.02, max: 20 }, { model: 'flux' });
    const run = (id: SamplerId, params: object) => Math.max(...end(id, sigmas, params).map(Math.abs));
    expect(run('ipndm_v', { order: 4 })).toBeGreaterThan(100);
    expect(run('ipndm_v', { order: 3 })).toBeLessThan(3);
    expect(run('lms', { order: 4 })).toBeLessThan(3);
  });
});

describe('three-step methods against the integral of a polynomial in λ = −log σ', () => {
  const sigmas = [8, 5, 1.9, 0.7]; // the third step, λ from −log 1.9, has three values
  const contribution = (id: SamplerId, d: (lambda: number) => number) => {
    const step = plan(
      id,
      sigmas,
      'lower_order_final' in samplers[id].params ? { lower_order_final: false } : {},
    ).filter((o) => o.op === 'lincomb')[2]!;
    const value: Record<string, number> = { x: 0, d0: d(-Math.log(8)), d1: d(-Math.log(5)), d2: d(-Math.log(1.9)) };
    return step.terms.reduce((sum, [c, reg]) => sum + c * value[reg]!, 0);
  };
  const from = -Math.log(1.9);
  const to = -Math.log(0.7);
  const exact = (d: (lambda: number) => number) => integrate((l) => Math.exp(l - to) * d(l), from, to, 4);
  test('both are exact for 1 and λ, only the corrected one for λ²', () => {
    for (const id of ['dpmpp_3m', 'dpmpp_3m_corrected'] as const)
      for (const d of [() => 1, (l: number) => l]) expect(contribution(id, d)).toBeCloseTo(exact(d), 13);
    const curved = (l: number) => l * l;
    expect(contribution('dpmpp_3m_corrected', curved)).toBeCloseTo(exact(curved), 13);
    expect(Math.abs(contribution('dpmpp_3m', curved) - exact(curved))).toBeGreaterThan(0.01);
  });
});

test('restart: 2(N_R − 1) evaluations a round, from the level nearest t_min', () => {
  const base = nfe(plan('heun', golden.grids.long));
  for (const [N_R, K] of [
    [3, 2],
    [2, 5],
    [6, 1],
  ])
    expect(nfe(plan('restart', golden.grids.long, { N_R: N_R!, K: K! }))).toBe(base + K! * 2 * (N_R! - 1));
  const ops = plan('restart', golden.grids.long);
  const jump = ops.findIndex((o) => o.op === 'noise');
  expect(ops[jump + 1]).toEqual({
    op: 'lincomb',
    out: 'x',
    terms: [
      [1, 'x'],
      [Math.sqrt(0.3 ** 2 - 0.13 ** 2), 'noise'],
    ],
  });
  expect(ops[jump + 2]).toMatchObject({ op: 'eval', sigma: 0.3 });
});

test('deis tab: exact for slopes that are polynomials in the time t of the VP SDE', () => {
  // Weights of the third step, against ∫ q(t) dσ(t) in the variable t, σ(t)² = exp(½·19.9·t² + .1·t) − 1.
  const sigma = (t: number) => Math.sqrt(Math.expm1((19.9 * t * t) / 2 + 0.1 * t));
  const rate = (t: number) => ((19.9 * t + 0.1) * Math.exp((19.9 * t * t) / 2 + 0.1 * t)) / (2 * sigma(t));
  const times = [0.7, 0.55, 0.46, 0.3];
  const step = plan('deis', times.map(sigma), { order: 3, mode: 'tab' }).filter(
    (o) => o.op === 'lincomb' && o.out === 'x',
  )[2]!;
  const weight = Object.fromEntries(step.op === 'lincomb' ? step.terms.map(([c, reg]) => [reg, c]) : []);
  for (const power of [0, 1, 2]) {
    const got = [0, 1, 2].reduce((sum, j) => sum + weight[`e${j}`]! * times[j]! ** power, 0);
    expect(got / integrate((t) => t ** power * rate(t), 0.46, 0.3, 4)).toBeCloseTo(1, 12);
  }
});

test('gradient estimation: x ← x + (t − s)(γ ε_i + (1 − γ) ε_{i−1}), written out', () => {
  const sigmas = golden.grids.positive;
  const gamma = 2.3;
  let x = Float64Array.from(golden.start, (v) => v * sigmas[0]!);
  let before: Float64Array | undefined;
  sigmas.slice(1).forEach((t, i) => {
    const s = sigmas[i]!;
    const d = model(x, s);
    const now = x.map((v, k) => (v - d[k]!) / s);
    const last = before ?? now;
    x = x.map((v, k) => v + (t - s) * (gamma * now[k]! + (1 - gamma) * last[k]!));
    before = now;
  });
  end('gradient_estimation', sigmas, { gamma }).forEach((v, k) => expect(v).toBeCloseTo(x[k]!, 12));
});
