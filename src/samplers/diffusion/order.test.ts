// Orders of convergence on a 2-D mixture of four Gaussians: median end-point error over 200 starts, Karras levels from
// 20 to .02. The median, because the mean follows the few points near the border between two basins.
import { expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { normals } from '../../math/normal.ts';
import { schedules } from '../../schedules/index.ts';
import { planOps, samplers, type SamplerId } from './index.ts';
import { tableauSamplers } from './tableaus/index.ts';
import { mixture, noNoise, runPlan } from './testing.ts';
import type { Sampler } from './types.ts';

const model = mixture(
  [
    [1, 1],
    [-1, 1],
    [1, -1],
    [-1, -1],
  ],
  [1, 1, 1, 1],
  0.2,
);
const starts = normals(1, 0, 200, 2).map((v) => v * 20);
const grid = (n: number) => schedules.karras.sigmas(n + 1, { min: 0.02, max: 20 }, { rho: 7 }).slice(0, -1);
const end = (sampler: Sampler, n: number, params: object = {}) =>
  runPlan(planOps(sampler, grid(n), { ...(defaults(sampler.params) as object), ...params }), starts, model, noNoise);
const exact = end(samplers.rk4, 2000); // its own error is near 1e-12
function error(x: Float64Array): number {
  const distance = Array.from({ length: starts.length / 2 }, (_, i) =>
    Math.hypot(x[2 * i]! - exact[2 * i]!, x[2 * i + 1]! - exact[2 * i + 1]!),
  ).sort((a, b) => a - b);
  return (distance[99]! + distance[100]!) / 2;
}

// Order between 160 and 640 steps, and the error at 40 steps of another implementation (NumPy, other starts).
test.each<[SamplerId, object, number, number?]>([
  ['euler', {}, 1, 0.025],
  ['ddim', {}, 1, 0.025],
  ['heun', {}, 2, 2.1e-3],
  ['dpm_2', {}, 2, 1.3e-3],
  ['dpmpp_2s', {}, 2, 9.1e-4],
  ['dpmpp_2s', { r: 0.8 }, 2],
  ['dpmpp_2m', {}, 2, 2.5e-3],
  ['dpmpp_3m', {}, 1.96, 3e-4],
  ['dpmpp_3m_corrected', {}, 2.95, 7.2e-4],
  ['res_multistep', {}, 2, 3.3e-3],
  ['unipc', { order: 1 }, 2],
  ['unipc', { order: 1, corrector: false }, 1],
  ['unipc', { order: 2 }, 3, 3.7e-4],
  ['unipc', { order: 2, corrector: false }, 2],
  ['unipc', { order: 3 }, 3.98, 6.7e-5],
  ['unipc', { order: 3, variant: 'bh1' }, 3.98, 6.7e-5],
  ['lms', { order: 2 }, 1.99, 3.9e-3],
  ['lms', { order: 3 }, 2.92, 1.1e-3],
  ['lms', { order: 4 }, 3.2, 4e-4],
  ['deis', { order: 3 }, 3],
  ['deis', { order: 3, mode: 'logrho' }, 3],
  ['ipndm', { order: 2 }, 2, 6.8e-4],
  ['ipndm', { order: 4 }, 2, 6.3e-4],
  ['ghvb', { order: 1.5 }, 2, 2.1e-3],
  ['ghvb', { order: 2.5 }, 2, 5.7e-4],
  ['gradient_estimation', {}, 0.99, 0.022],
  // Where nothing guides, D_∅ is D, and CFG++ is the sampler that the name begins with.
  ['euler_cfg_pp', {}, 1, 0.025],
  ['dpmpp_2m_cfg_pp', {}, 2, 2.5e-3],
  ['res_multistep_cfg_pp', {}, 2, 3.3e-3],
  ['gradient_estimation_cfg_pp', {}, 0.99, 0.022],
  ['rk4', {}, 4, 3.8e-6],
  ['pndm', {}, 2, 6.3e-4],
  ['pndm', { warmup: 'runge_kutta' }, 2, 6.3e-4],
  ['ipndm_v', {}, 1.85],
  ['ipndm_v', { order: 2 }, 2, 3.9e-3],
  ['ipndm_v', { order: 3 }, 3.15],
  ['dpmpp_2m_v2', {}, 1],
  ['accelerated_ddim', {}, 1.96, 1.9e-3],
  ['heavy_ball', {}, 1, 0.0365],
  ['heavy_ball', { base: 'dpmpp_2m' }, 1, 0.0104],
  ['heavy_ball', { beta: 0.5 }, 1, 0.0764],
  ['heavy_ball', { base: 'ipndm' }, 1],
  ['dualfast', {}, 1.99, 7.7e-4],
  ['dualfast', { c: 0.25 }, 1, 0.0119],
  ['dualfast', { c: 0.75 }, 1, 0.0095],
  ['dualfast', { base: 'dpm_2', c: 0.25 }, 1],
  ['dualfast', { base: 'dpmpp_2m', c: 0.25 }, 1],
  ['pseudo_corrector', {}, 2, 1.39e-3],
  ['pseudo_corrector', { variable: 'sigma' }, 2, 2.85e-3],
  ['pseudo_corrector', { heun: 3 }, 2],
  ['dpmpp_singlestep', {}, 2],
  ['dpmpp_singlestep', { solver_type: 'heun' }, 2],
  ['dpm_fast', {}, 2.45],
  ['parastep', {}, 0.91, 0.0104],
  ['parastep', { slope: 'last' }, 0.95],
  ['parastep', { workers: 2, warmup: 1 }, 1],
  ['pcm', { sweeps: 6, window: 128 }, 1, 0.025],
  ['heunpp2', {}, 1, 0.022],
  ['restoration_degradation', {}, 1, 0.0283],
  ['composed', {}, 2.99, 2.9e-4],
  ['composed', { plan: 'e2' }, 2, 8.5e-4],
  ['composed', { plan: 'x2' }, 2, 3.3e-3],
  ['composed', { plan: 'x2c' }, 2.95],
  ['bespoke', {}, 2],
  ['bespoke', { base: 'rk1' }, 1],
  ['restoration_degradation', { rho: 0.5 }, 1, 0.0395],
  ['seeds_3', { eta: 0 }, 2.98, 1.1e-5],
  ['er_sde', { scaler: 'ode' }, 2.06, 6.7e-4],
  ['er_sde', { scaler: 'ode', curvature: 'corrected' }, 3, 2.8e-4],
  ['sa_solver', { tau: 0, predictor_order: 1, corrector_order: 0 }, 1, 0.025],
  ['sa_solver', { tau: 0, predictor_order: 2, corrector_order: 2 }, 2],
  ['sa_solver', { tau: 0 }, 3.9],
  ['sa_solver_pece', { tau: 0 }, 4],
])('%s %j converges at order %f', (id, params, order, at40) => {
  const sampler: Sampler = samplers[id];
  const error160 = error(end(sampler, 160, params));
  const error640 = error(end(sampler, 640, params));
  const measured = Math.log2(error160 / error640) / 2;
  expect(Math.abs(measured - order)).toBeLessThan(0.15);
  if (Object.entries(params).every(([key, v]) => (defaults(sampler.params) as Record<string, unknown>)[key] === v))
    expect(Math.abs(measured - sampler.order)).toBeLessThan(0.15);
  if (at40 !== undefined)
    expect(Math.abs(Math.log(error(end(sampler, 40, params)) / at40))).toBeLessThan(Math.log(1.6));
});

test('groups of three: third order where two steps are left over, second or less where one is', () => {
  for (const [id, params] of [
    ['dpm_fast', {}],
    ['dpmpp_singlestep', { order: 3 }],
    ['dpmpp_singlestep', { order: 3, solver_type: 'heun' }],
  ] as const) {
    const measured = (a: number, b: number) =>
      Math.log(error(end(samplers[id], a, params)) / error(end(samplers[id], b, params))) / Math.log(b / a);
    expect(Math.abs(measured(161, 641) - 3)).toBeLessThan(0.15);
    expect(measured(160, 640)).toBeLessThan(2.5);
  }
});

test('every sampler without noise has its order measured above, in stochastic.test.ts or in tableaus/order.test.ts', () => {
  const measured = [
    ...Object.keys(tableauSamplers),
    'euler',
    'ddim',
    'heun',
    'dpm_2',
    'dpmpp_2s',
    'dpmpp_2m',
    'dpmpp_3m',
    'dpmpp_3m_corrected',
    'res_multistep',
    'unipc',
    'lms',
    'deis',
    'ipndm',
    'ghvb',
    'gradient_estimation',
    'rk4',
    'euler_cfg_pp',
    'dpmpp_2m_cfg_pp',
    'res_multistep_cfg_pp',
    'gradient_estimation_cfg_pp',
    'pndm',
    'ipndm_v',
    'dpmpp_2m_v2',
    'accelerated_ddim',
    'heavy_ball',
    'dualfast',
    'pseudo_corrector',
    'dpmpp_singlestep',
    'dpm_fast',
    'heunpp2',
    'restoration_degradation',
    'dpm_adaptive', // tolerances against errors, and its order by them: adaptive.test.ts
    'parastep',
    'paradigms', // goes on to its base, to the last bit: parallel.test.ts
    'pcm', // of few sweeps first what they leave, then its base's
    'parallel_newton',
    'composed',
    'bespoke',
  ];
  for (const s of Object.values(samplers as Record<string, Sampler>))
    if (!s.stochastic(defaults(s.params))) expect(measured).toContain(s.id);
});
