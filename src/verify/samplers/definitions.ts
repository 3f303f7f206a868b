// Samplers that no library has, or has in part, against their formulas written a second time as loops over vectors; and
// samplers that must agree with each other.
import { integrate } from '../../math/quadrature.ts';
import type { SamplerId } from '../../samplers/diffusion/index.ts';
import type { Normal } from '../../engine/diffusion/cpu.ts';
import type { Case, Outcome } from '../types.ts';
import { count, distance, short, together } from '../words.ts';
import { quietByName, twinsByName, writtenByName } from './byName.ts';
import { endOf, goldenDenoiser, goldenStart, grids, noNoise, planOf } from './plans.ts';

const D = goldenDenoiser;
const add = (x: Float64Array, ...terms: readonly (readonly [number, Float64Array])[]) =>
  x.map((v, i) => terms.reduce((sum, [c, y]) => sum + c * y[i]!, v));
/** dx/dσ = (x − D)/σ. */
const slope = (x: Float64Array, sigma: number) => D(x, sigma).map((d, i) => (x[i]! - d) / sigma);

/** Karras et al. 2022, algorithm 1: Euler, then the trapezoid; Euler alone to σ = 0. */
function heun(x: Float64Array, s: number, t: number): Float64Array {
  const before = slope(x, s);
  const euler = add(x, [t - s, before]);
  if (t === 0) return euler;
  return add(x, [(t - s) / 2, before], [(t - s) / 2, slope(euler, t)]);
}

/** Kutta 1901 on dx/d(log σ) = x − D. */
function rk4(x: Float64Array, s: number, t: number): Float64Array {
  if (t === 0) return D(x, s);
  const h = Math.log(t / s);
  const k = (y: Float64Array, sigma: number) => add(y, [-1, D(y, sigma)]);
  const middle = Math.exp(Math.log(s) + h / 2);
  const k1 = k(x, s);
  const k2 = k(add(x, [h / 2, k1]), middle);
  const k3 = k(add(x, [h / 2, k2]), middle);
  const k4 = k(add(x, [h, k3]), t);
  return add(x, [h / 6, k1], [h / 3, k2], [h / 3, k3], [h / 6, k4]);
}
const walk = (step: (x: Float64Array, s: number, t: number) => Float64Array) => (sigmas: readonly number[]) =>
  sigmas.slice(1).reduce((x, t, i) => step(x, sigmas[i]!, t), goldenStart(sigmas[0]!));

/** Permenter and Yuan 2023: x + (t − s)(γ ε_i + (1 − γ) ε_(i−1)). */
function gradientEstimation(sigmas: readonly number[], gamma: number): Float64Array {
  let before: Float64Array | null = null;
  let x = goldenStart(sigmas[0]!);
  for (const [i, t] of sigmas.slice(1).entries()) {
    const s = sigmas[i]!;
    const now = slope(x, s);
    x = t === 0 ? D(x, s) : add(x, [(t - s) * gamma, now], [(t - s) * (1 - gamma), before ?? now]);
    before = now;
  }
  return x;
}

/**
 * Xu et al. 2023: at the level nearest to t_min, K times up to t_max with fresh noise and down again on a Karras grid.
 */
function restart(
  sigmas: readonly number[],
  { N_R, K, t_min, t_max }: { N_R: number; K: number; t_min: number; t_max: number },
): Float64Array {
  const near = sigmas
    .slice(1)
    .filter((s) => s > 0 && s < t_max)
    .reduce((a, b) => (Math.abs(b - t_min) < Math.abs(a - t_min) ? b : a));
  const levels = Array.from(
    { length: N_R },
    (_, j) => (t_max ** (1 / 7) + (j / (N_R - 1)) * (near ** (1 / 7) - t_max ** (1 / 7))) ** 7,
  );
  let x = goldenStart(sigmas[0]!);
  for (const [i, t] of sigmas.slice(1).entries()) {
    x = heun(x, sigmas[i]!, t);
    for (let k = 0; k < K && t === near; k++) {
      x = add(x, [Math.sqrt(t_max ** 2 - t ** 2), noise(k, x.length)]);
      for (let j = 1; j < N_R; j++) x = heun(x, levels[j - 1]!, levels[j]!);
    }
  }
  return x;
}
const RESTART_DRAW = 0x10000000;
const noise = (k: number, length: number) => Float64Array.from({ length }, (_, e) => Math.sin(3 * k + 1.7 * e));

/** Song et al. 2023, algorithm 1, and with ε = 0 Luo et al. 2023, algorithm 3: step i draws vector 1 + 4i. */
function consistency(sigmas: readonly number[], least: number): Float64Array {
  return sigmas.slice(1).reduce((x, t, i) => {
    const d = D(x, sigmas[i]!);
    return t > least ? add(d, [Math.sqrt(t * t - least * least), noise(1 + 4 * i - RESTART_DRAW, x.length)]) : d;
  }, goldenStart(sigmas[0]!));
}

const written: readonly (readonly [SamplerId, object, (sigmas: readonly number[]) => Float64Array])[] = [
  ['rk4', {}, walk(rk4)],
  ['heun', {}, walk(heun)],
  ['gradient_estimation', {}, (s) => gradientEstimation(s, 2)],
  ['gradient_estimation', { gamma: 3.1 }, (s) => gradientEstimation(s, 3.1)],
  ['restart', {}, (s) => restart(s, { N_R: 3, K: 2, t_min: 0.14, t_max: 0.3 })],
  ['restart', { N_R: 5, K: 1, t_min: 0.4, t_max: 1.1 }, (s) => restart(s, { N_R: 5, K: 1, t_min: 0.4, t_max: 1.1 })],
  ['lcm', {}, (s) => consistency(s, 0)],
  ['consistency', {}, (s) => consistency(s, 0.002)],
  ['consistency', { sigma_min: 0.1 }, (s) => consistency(s, 0.1)],
  ...writtenByName,
];
const end = (
  id: SamplerId,
  params: object,
  sigmas: readonly number[],
  normal: Normal = (draw, out) => void out.set(noise(draw - RESTART_DRAW, out.length)),
) => endOf(planOf(id, sigmas, params), goldenStart(sigmas[0]!), D, normal);
const named = (id: SamplerId, params: object) =>
  `${id}${Object.keys(params).length > 0 ? ` ${JSON.stringify(params)}` : ''}`;

/** Pairs of samplers that coincide for these parameters; most share no code. */
const twins: readonly (readonly [SamplerId, object, SamplerId, object])[] = [
  ['ddim', { eta: 0 }, 'euler', {}],
  ['ddim', { eta: 0.7 }, 'euler_ancestral', { eta: 0.7 }],
  ['ddpm', {}, 'ddim', { eta: 1 }],
  ['euler_ancestral', { eta: 0 }, 'euler', {}],
  ['unipc', { order: 1, corrector: false }, 'euler', {}],
  ['unipc', { order: 2, corrector: false, variant: 'bh2' }, 'dpmpp_2m', {}],
  ['edm_stochastic', { s_churn: 0 }, 'heun', {}],
  ['restart', { K: 0 }, 'heun', {}],
  ['consistency', { sigma_min: 0 }, 'lcm', {}],
  ['dpmpp_2m_sde', { eta: 0 }, 'dpmpp_2m', {}],
  ['dpmpp_2m_sde', { eta: 0, solver_type: 'heun' }, 'res_multistep', {}],
  ['dpmpp_2s_ancestral', { eta: 0 }, 'dpmpp_2s', {}],
  ['dpmpp_sde', { eta: 0, r: 0.3 }, 'dpmpp_2s', { r: 0.3 }],
  ...twinsByName,
  ...[1, 2, 3, 4].flatMap(
    (order) =>
      [
        ['deis', { order, mode: 'rhoab' }, 'lms', { order }],
        ['ghvb', { order }, 'ipndm', { order }],
      ] as const,
  ),
];

/** Of a plan's third step, Σ c·d(λ) over the history of denoised values d. */
function thirdStep(
  id: SamplerId,
  sigmas: readonly number[],
  params: object,
  register: string,
  value: (place: number) => number,
): number {
  const step = planOf(id, sigmas, params).filter((o) => o.op === 'lincomb' && o.out === 'x')[2]!;
  return step.op === 'lincomb'
    ? step.terms.reduce(
        (sum, [c, reg]) => sum + (reg.startsWith(register) ? c * value(Number(reg.slice(register.length))) : 0),
        0,
      )
    : NaN;
}

/** Exactly the integral of e^λ d(λ) for polynomials d of degree 2 in λ = −log σ. */
function correctedThird(): Outcome {
  const sigmas = [8, 5, 1.9, 0.7];
  const to = -Math.log(0.7);
  return together(
    [0, 1, 2].map((power) => {
      const want = integrate((l) => Math.exp(l - to) * l ** power, -Math.log(1.9), to, 4);
      return {
        error: Math.abs(
          thirdStep('dpmpp_3m_corrected', sigmas, {}, 'd', (j) => (-Math.log(sigmas[j]!)) ** power) - want,
        ),
        allowed: 1e-12,
        where: `λ^${power}`,
      };
    }),
    'The third step against the integral of a polynomial in λ = −log σ',
  );
}

/** tab: the slope is a polynomial in the time t of the VP SDE, σ(t)² = exp(½·19.9·t² + 0.1·t) − 1. */
function deisTab(): Outcome {
  const sigma = (t: number) => Math.sqrt(Math.expm1((19.9 * t * t) / 2 + 0.1 * t));
  const rate = (t: number) => ((19.9 * t + 0.1) * Math.exp((19.9 * t * t) / 2 + 0.1 * t)) / (2 * sigma(t));
  const times = [0.7, 0.55, 0.46, 0.3];
  return together(
    [0, 1, 2].map((power) => {
      const want = integrate((t) => t ** power * rate(t), 0.46, 0.3, 4);
      return {
        error: Math.abs(
          thirdStep('deis', times.map(sigma), { order: 3, mode: 'tab' }, 'e', (j) => times[j]! ** power) / want - 1,
        ),
        allowed: 1e-11,
        where: `t^${power}`,
      };
    }),
    'The third step against the integral of a polynomial in t',
  );
}

function all(what: string, run: (sigmas: readonly number[]) => number): Outcome {
  return together(
    Object.entries(grids).map(([name, sigmas]) => ({ error: run(sigmas), allowed: 1e-11, where: `grid ${name}` })),
    what,
  );
}

export const definitionCases = (): Case[] => [
  ...written.map(([id, params, second]): Case => ({
    name: `${named(id, params)} as its formula`,
    sampler: id,
    run: () =>
      all('Its end points and those of the formula written out', (sigmas) =>
        distance(end(id, params, sigmas), second(sigmas)),
      ),
  })),
  { name: 'dpmpp_3m_corrected integrates polynomials', sampler: 'dpmpp_3m_corrected', run: correctedThird },
  { name: 'deis tab integrates polynomials', sampler: 'deis', run: deisTab },
  {
    name: 'samplers that must agree',
    run() {
      const sine: Normal = (draw, out) =>
        void out.forEach((_, e) => {
          out[e] = Math.sin(draw + e);
        });
      for (const [id, params, other, otherParams] of twins)
        for (const sigmas of Object.values(grids)) {
          const off = distance(end(id, params, sigmas, sine), end(other, otherParams, sigmas, sine));
          if (!(off < 1e-11))
            return {
              pass: false,
              detail: `${named(id, params)} is not ${named(other, otherParams)}: ${short(off)} apart.`,
            };
        }
      return { pass: true, detail: `${count(twins.length, 'pair')}, on three grids: the same to 1e-11.` };
    },
  },
  {
    name: 'samplers without noise draw none',
    run() {
      const ids = [
        'euler',
        'heun',
        'dpm_2',
        'dpmpp_2s',
        'dpmpp_2m',
        'dpmpp_3m',
        'unipc',
        'ipndm',
        'deis',
        'ghvb',
        'lms',
        'res_multistep',
        'gradient_estimation',
        'rk4',
        ...quietByName,
      ] as const;
      for (const id of ids) end(id, {}, grids['rough']!, noNoise);
      return { pass: true, detail: `${count(ids.length, 'sampler')} ran to the end without asking for noise.` };
    },
  },
];
