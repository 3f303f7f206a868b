// Stochastic samplers without random numbers. For data N(0, v) the denoiser is linear, so a plan run on a basis of its
// draws gives the coefficient of every draw in the result, and the exact variance is the sum of their squares.
import { schedules } from '../../schedules/index.ts';
import type { SamplerId } from '../../samplers/diffusion/index.ts';
import type { Case, Outcome } from '../types.ts';
import { short } from '../words.ts';
import { endOf, planOf } from './plans.ts';

const END = 0.02;
const grid = (n: number) => schedules.karras.sigmas(n + 1, { min: END, max: 20 }, { rho: 7 }).slice(0, -1);

interface Basis {
  /** What takes the place of the mean of the data. */
  readonly denoise?: (x: Float64Array, sigma: number) => Float64Array;
  /** Place of every draw in the result; runs that share an index are comparable. */
  readonly index: Map<number, number>;
  /** Fewest coefficients of the result. */
  readonly size?: number;
}
/** Coefficients of the end of a run over data N(0, deviation²) on the start and every draw. */
function coefficients(
  id: SamplerId,
  params: object,
  n: number,
  deviation: number,
  { index, size = 0, denoise }: Basis = { index: new Map() },
): Float64Array {
  const sigmas = grid(n);
  const ops = planOf(id, sigmas, params);
  for (const op of ops)
    if (op.op === 'noise') for (const [, draw] of op.draws) if (!index.has(draw)) index.set(draw, index.size + 1);
  const start = new Float64Array(Math.max(size, index.size + 1));
  const v = deviation * deviation;
  start[0] = Math.hypot(deviation, sigmas[0]!);
  return endOf(
    ops,
    start,
    denoise ?? ((x, sigma) => x.map((value) => (value * v) / (v + sigma * sigma))),
    (draw, out) => void (out.fill(0)[index.get(draw)!] = 1),
  );
}
const square = (x: Float64Array) => x.reduce((sum, c) => sum + c * c, 0);
/** Variance of the end, against v + σ². */
const ratio = (id: SamplerId, params: object, n: number, deviation: number) =>
  square(coefficients(id, params, n, deviation)) / (deviation * deviation + END * END);

/**
 * Distance of the ends of n and 2n steps that see the same noise, in standard deviations of the data; independent noise
 * would give √2.
 */
function apart(id: SamplerId, params: object, n: number): number {
  const index = new Map<number, number>();
  const fine = coefficients(id, params, 2 * n, 0.5, { index });
  coefficients(id, params, n, 0.5, { index }); // learns the draws of the coarse run
  const [a, b] = [coefficients(id, params, n, 0.5, { index, size: index.size + 1 }), fine];
  return Math.sqrt(square(a.map((c, i) => c - (b[i] ?? 0)))) / 0.5;
}

/**
 * Stochastic samplers with the order at which their variance converges, how far 20 and 40 steps may end apart, and by what
 * factor 40 and 80 end nearer.
 */
const cases: readonly (readonly [SamplerId, object, number, apart?: number, shrinks?: number])[] = [
  ['ddim', { eta: 1 }, 1],
  ['ddim', { eta: 0.5 }, 1],
  ['ddpm', {}, 1],
  ['euler_ancestral', {}, 1],
  ['dpmpp_2s_ancestral', {}, 2],
  ['dpmpp_2s_ancestral', { eta: 0.5 }, 2],
  ['dpmpp_sde', {}, 2],
  ['dpmpp_sde', { eta: 0.5 }, 2],
  ['dpmpp_2m_sde', {}, 2],
  ['dpmpp_2m_sde', { eta: 0.5, solver_type: 'heun' }, 2],
  ['dpmpp_3m_sde', {}, 2],
  ['edm_stochastic', { s_noise: 1 }, 2],
  ['restart', {}, 0],
  ['dpm_2_ancestral', {}, 2, 0.18],
  ['euler_ancestral_rf', {}, 1],
  ['dpm_2_ancestral_rf', {}, 2, 0.18],
  ['dpmpp_2s_ancestral_rf', {}, 2],
  ['seeds_2', {}, 2],
  ['seeds_2', { eta: 0.5, r: 1, solver_type: 'phi_2' }, 2],
  ['seeds_3', {}, 2, 0.1, 1.6], // what is left at 20 steps is the path's own roughness
  ['sa_solver', {}, 2],
  ['sa_solver_pece', { tau: 0.7 }, 2],
  ['er_sde', {}, 2],
  ['er_sde', { scaler: 'sde' }, 2],
  // one of each way in which methods that are data draw noise
  ['heun_3s', { eta: 1 }, 3],
  ['abnorsett_4m', { eta: 1 }, 2, 0.4], // extrapolates four values that noise moved: coarse runs end further apart
];

function check(id: SamplerId, params: object, order: number, most = 0.16, shrinks = 1.7): Outcome {
  const one = Math.abs(ratio(id, params, 10, 0) - 1);
  const n = id === 'edm_stochastic' ? 320 : 80;
  const few = ratio(id, params, n, 0.5) - 1;
  const many = ratio(id, params, 2 * n, 0.5) - 1;
  const measured = Math.log2(few / many);
  // Restart's few steps a round do not get smaller with the schedule's: only its first figure is exact.
  const converges = order === 0 ? Math.abs(many) < 0.05 : Math.abs(measured - order) < 0.25;
  // Churn and restarts have draws of their own; all other noise is one Brownian path for any number of steps.
  const path =
    id === 'edm_stochastic' || id === 'restart' ? null : ([apart(id, params, 20), apart(id, params, 40)] as const);
  return {
    pass: one < 1e-12 && converges && (!path || (path[0] < most && path[0] / path[1] > shrinks)),
    detail: `One fixed picture, ten steps: the variance is σ² but for ${short(one)} (1e-12 allowed). Gaussian data: off by ${short(few)} at ${n} steps and ${short(many)} at ${2 * n}${order === 0 ? '' : `, order ${short(measured)} where ${order} is stated`}.${path ? ` 20 and 40 steps on one path end ${short(path[0])} apart, 40 and 80 ${short(path[1])}; independent noise would give 1.4.` : ''}`,
  };
}

/** Samplers of consistency models, with the level that such a model leads to. */
const leading = [
  ['lcm', 0],
  ['consistency', 0.002],
] as const;

/** With the exact consistency function of N(0, v) the variance is v + σ² whatever the number of steps. */
function checkLeading(id: SamplerId, least: number): Outcome {
  const errors = [0, 0.5, 3].flatMap((deviation) =>
    [1, 3, 10].map((n) => {
      const denoise = (x: Float64Array, sigma: number) =>
        x.map((value) => (value * Math.hypot(deviation, least)) / Math.hypot(deviation, sigma));
      const ends = coefficients(id, {}, n, deviation, { index: new Map(), denoise });
      return Math.abs(square(ends) / (deviation * deviation + END * END) - 1);
    }),
  );
  const worst = Math.max(...errors);
  return {
    pass: worst < 1e-12,
    detail: `Data of three deviations, 1, 3 and 10 steps, a network that leads to the end of each trajectory: the variance is v + σ² but for ${short(worst)} (1e-12 allowed).`,
  };
}

export const varianceCases = (): Case[] => [
  ...cases.map(([id, params, order, most, shrinks]) => ({
    name: `${id} exact variance${Object.keys(params).length > 0 ? ` ${JSON.stringify(params)}` : ''}`,
    sampler: id,
    run: () => check(id, params, order, most, shrinks),
  })),
  ...leading.map(([id, least]) => ({ name: `${id} exact variance`, sampler: id, run: () => checkLeading(id, least) })),
];
