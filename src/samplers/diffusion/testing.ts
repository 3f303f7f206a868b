// A small float64 interpreter for the tests of this folder. The app's own is engine/cpu.ts.
import { defaults } from '../../core/field.ts';
import type { Asked } from '../../core/role.ts';
import { full } from '../../core/testing.ts';
import { blend } from '../../math/blend.ts';
import { guide } from '../../math/guide.ts';
import { measureMeans } from '../../math/means.ts';
import { pool } from '../../math/pool.ts';
import { batchFault } from './registers.ts';
import { tableauSamplers } from './tableaus/index.ts';
import type { AdaptivePlan, Op, Reg, Sampler, WeightedDraw } from './types.ts';

/** Of methods that are data, which share one engine, those that every list and corner runs in the short tier: one a kind. */
const representatives: readonly string[] = [
  'res_3s', // nodes as parameters
  'etdrk4_4s', // φ functions
  'dpm_solver_3s', // polynomials, in ε
  'res_10s', // registers that are used again
  'abnorsett_3m', // a memory, and the SDE's own decay
  'eglm433_2h3s', // stages and a memory
  'abm_3m', // a memory of slopes, in any variable
  'rk38_4s', // slopes
  'dormand_prince_13s', // sums in several instructions
  'lawson4_4s', // an integrating factor
  'lawson43_gen_mod_2h4s', // fixed weights and a polynomial
];
/** Samplers known by name that share a plan, a split or weights with another: long lists take turns over them. */
const sharing: readonly string[] = [
  'pndm',
  'ipndm_v',
  'dpmpp_2m_v2',
  'accelerated_ddim',
  'heavy_ball',
  'dualfast',
  'pseudo_corrector',
  'dpmpp_singlestep',
  'dpm_fast',
  'parastep',
  'paradigms',
  'pcm',
  'parallel_newton',
  'heunpp2',
  'restoration_degradation',
  'composed',
  'bespoke',
  'accelerated_ddpm',
  'score_sde_vp',
  'score_sde_ve',
  'dpm_2_ancestral',
  'euler_ancestral_rf',
  'dpm_2_ancestral_rf',
  'dpmpp_2s_ancestral_rf',
  'seeds_2',
  'seeds_3',
  'sa_solver',
  'sa_solver_pece',
  'er_sde',
  'tcd',
];
/** Of long lists those that a sampler walks: in the short tier a few for one that shares, or that stands for an engine. */
export function longLists<T>(id: string, lists: () => readonly T[]): readonly T[] {
  if (full) return lists();
  if (id in tableauSamplers) return thorough(id) ? lists().filter((_, k) => k % 4 === 0) : [];
  const place = sharing.indexOf(id);
  return place < 0 ? lists() : lists().filter((_, k) => (k + place) % 7 === 0);
}
/** Whether a sampler is tried with everything; the others of one engine take turns. */
export const thorough = (id: string): boolean => full || !(id in tableauSamplers) || representatives.includes(id);
const tableauIds = Object.keys(tableauSamplers);
/** All of a list, or every `share`-th of it for a sampler that takes turns: which, its place in the registry says. */
export const turns = <T>(id: string, list: readonly T[], share: number): readonly T[] => {
  const place = sharing.indexOf(id);
  if (place >= 0 && !full) return list.filter((_, k) => (k + place) % Math.min(share, 3) === 0);
  return thorough(id) ? list : list.filter((_, k) => (k + tableauIds.indexOf(id)) % share === 0);
};

export type Vector = Float64Array;
export type Denoiser = (x: Vector, sigma: number, asked?: Asked) => Vector;
export type Draws = (draws: readonly WeightedDraw[], dim: number) => Vector;

/**
 * Runs a plan from `x0`, samples of `dim` numbers, and gives the end point. Checks what every plan must obey. A list that
 * an adaptive plan left behind is followed again, without a decision.
 */
export function runPlan(
  ops: Iterable<Op> | AdaptivePlan,
  x0: Vector,
  denoise: Denoiser,
  draw: Draws,
  dim: number = x0.length,
  given: Readonly<Record<Reg, Vector>> = {},
  shown: (state: Vector) => void = () => {},
): Vector {
  const registers = new Map<Reg, Vector>([['x', x0.slice()], ...Object.entries(given)]);
  const read = (name: Reg) => {
    const v = registers.get(name);
    if (!v) throw new Error(`register ${name} is read before it is written`);
    return v;
  };
  const steps = ops[Symbol.iterator]() as Iterator<Op, void, Float64Array>;
  let answer: Float64Array = new Float64Array();
  for (let next = steps.next(answer); !next.done; next = steps.next(answer)) {
    const o = next.value;
    switch (o.op) {
      case 'eval':
        registers.set(o.out, denoise(read(o.x), o.sigma, o));
        break;
      case 'evalBatch': {
        const fault = batchFault(o.of);
        if (fault) throw new Error(fault);
        for (const e of o.of) registers.set(e.out, denoise(read(e.x), e.sigma, e));
        break;
      }
      case 'measure':
        answer = measureMeans(o.of, o.per, read, dim);
        break;
      case 'send':
        read(o.x);
        if (o.from === o.to) throw new Error(`worker ${o.from} sends ${o.x} to itself`);
        break;
      case 'guide':
        registers.set(o.out, guide(read(o.a), read(o.b), dim, o.by, read(o.onto ?? o.b)));
        break;
      case 'blend':
        registers.set(o.out, blend(read(o.by), read(o.a), read(o.b)));
        break;
      case 'pool':
        registers.set(o.out, pool(read(o.x), o.height, o.width));
        break;
      case 'noise':
        registers.set(o.out, draw(o.draws, x0.length));
        break;
      case 'lincomb': {
        const sum = new Float64Array(x0.length).fill(o.plus ?? 0);
        for (const [c, name] of o.terms) {
          const v = read(name);
          for (let k = 0; k < sum.length; k++) sum[k]! += c * v[k]!;
        }
        registers.set(o.out, sum);
        break;
      }
      case 'mark':
        shown(read(o.x));
        if (o.denoised !== undefined) read(o.denoised);
        break;
      default:
        o satisfies never;
    }
  }
  return read('x');
}

/** What an adaptive plan did on a problem, as the list that an engine keeps; the plan of any other sampler as it is. */
export function opsOn(
  sampler: Sampler,
  sigmas: readonly number[],
  params: object,
  x0: Vector = Float64Array.of(1, -0.3).map((v) => v * sigmas[0]!),
  denoise: Denoiser = four,
  draw: Draws = wave,
  dim: number = x0.length,
): Op[] {
  if (!sampler.adaptive) return [...sampler.plan(sigmas, params)];
  const kept: Op[] = [];
  function* keeping(plan: AdaptivePlan): AdaptivePlan {
    for (let next = plan.next(new Float64Array()); !next.done;) {
      kept.push(next.value);
      next = plan.next(yield next.value);
    }
  }
  runPlan(keeping(sampler.plan(sigmas, params)), x0, denoise, draw, dim);
  return kept;
}

export const noNoise: Draws = () => {
  throw new Error('this plan must not draw noise');
};

/**
 * Exact denoiser of a 2-D mixture of round Gaussians with weights w, centres m and one deviation; x holds points in
 * pairs.
 */
export const mixture =
  (centres: readonly (readonly [number, number])[], weights: readonly number[], deviation: number): Denoiser =>
  (x, sigma) => {
    const v = deviation * deviation;
    const total = v + sigma * sigma;
    const out = new Float64Array(x.length);
    for (let p = 0; p < x.length; p += 2) {
      const logs = centres.map(
        ([a, b], k) => Math.log(weights[k]!) - ((x[p]! - a) ** 2 + (x[p + 1]! - b) ** 2) / (2 * total),
      );
      const top = Math.max(...logs);
      const posterior = logs.map((l) => Math.exp(l - top));
      const sum = posterior.reduce((a, b) => a + b, 0);
      for (const e of [0, 1] as const) {
        const mean = centres.reduce((m, c, k) => m + posterior[k]! * c[e], 0) / sum;
        out[p + e] = (v * x[p + e]! + sigma * sigma * mean) / total;
      }
    }
    return out;
  };

/** Four Gaussians, and noise by a formula: what an adaptive plan is tried on where a test says nothing else. */
const four: Denoiser = (x, sigma) =>
  mixture(
    [
      [1, 1],
      [-1, 1],
      [1, -1],
      [-1, -1],
    ],
    [1, 1, 1, 1],
    0.2,
  )(x, sigma);
const wave: Draws = (draws, dim) => Float64Array.from({ length: dim }, (_, e) => Math.sin(draws[0]![1] + e));

/** Exact denoiser of N(0, deviation²): linear, so a plan acts on a basis of its draws. */
export const gaussian =
  (deviation: number): Denoiser =>
  (x, sigma) =>
    x.map((v) => (v * deviation * deviation) / (deviation * deviation + sigma * sigma));

/**
 * Of a plan with a linear denoiser, the coefficients of the end point on (the start, draw after draw): so its exact variance is
 * the sum of their squares. One `index` for several runs makes them comparable. A plan that looks at its numbers sees the same basis:
 * its means of squares are variances, but for one factor.
 */
export function coefficientsOf(
  sampler: Sampler,
  params: object,
  sigmas: readonly number[],
  begin: number,
  denoise: Denoiser,
  index = new Map<number, number>(),
  size = 8000,
): Vector {
  const all = { ...(defaults(sampler.params) as object), ...params };
  const ops = opsOn(sampler, sigmas, all);
  for (const o of ops)
    if (o.op === 'noise') for (const [, draw] of o.draws) if (!index.has(draw)) index.set(draw, index.size + 1);
  if (index.size >= size) throw new Error(`${index.size} draws do not fit into ${size} numbers`);
  const start = new Float64Array(size);
  start[0] = begin;
  const draw: Draws = (draws) => {
    const v = new Float64Array(size);
    for (const [w, k] of draws) v[index.get(k)!] = w;
    return v;
  };
  return runPlan(sampler.adaptive ? sampler.plan(sigmas, all) : ops, start, denoise, draw);
}
