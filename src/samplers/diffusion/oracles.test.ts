// Every sampler against the equations of its paper, written a second time as loops over vectors (oracles/): on lists of
// noise levels and at parameters drawn at random, and at the very thresholds of every branch. Compared are each frame
// (step, level, state, denoised value shown), each evaluation (state, level) and each draw.
import type { Role } from '../../core/role.ts';
import { describe, expect, test } from 'vitest';
import { defaults, type AnyField } from '../../core/field.ts';
import { uniforms } from '../../math/uniform.ts';
import golden from './golden.json' with { type: 'json' };
import { isListed, planOps, samplers, type ListedId, type SamplerId } from './index.ts';
import { oracles } from './oracles/index.ts';
import type { Vector } from './oracles/types.ts';
import { evaluationsOf } from './registers.ts';
import { mixture, thorough } from './testing.ts';
import type { Op, Reg, Sampler, WeightedDraw } from './types.ts';

interface Frame {
  readonly step: number;
  readonly sigma: number;
  readonly x: Vector;
  readonly denoised?: Vector;
}
interface Log {
  readonly frames: Frame[];
  readonly evals: { readonly x: Vector; readonly sigma: number; readonly role: Role }[];
  readonly draws: (readonly WeightedDraw[])[];
}

const model = mixture(golden.mixture.centres as [number, number][], golden.mixture.weights, golden.mixture.deviation);
/** What is said where nothing was told: another mixture, so that a role that is mistaken is seen. */
const free = mixture(
  (golden.mixture.centres as [number, number][]).map(([a, b]) => [b, a + 0.4]),
  golden.mixture.weights,
  1.7 * golden.mixture.deviation,
);
const answer = (role: Role = 'main') => (role === 'null' ? free : model);
const all: Record<SamplerId, Sampler> = samplers;
/** Those that choose their own steps: adaptive.test.ts. */
const ids = (Object.keys(all) as SamplerId[]).filter(isListed);
const noiseOf = (draws: readonly WeightedDraw[], dim: number) =>
  Float64Array.from({ length: dim }, (_, e) => draws.reduce((sum, [w, d]) => sum + w * Math.sin(d + e), 0));
const startOf = (sigmas: readonly number[]) => Float64Array.of(1.1, -0.4, -0.7, 0.9).map((v) => v * sigmas[0]!);

/** What the plan does, register by register. */
function ofPlan(ops: Iterable<Op>, start: Vector): Log {
  const registers = new Map<Reg, Vector>([['x', start]]);
  const read = (name: Reg) => {
    const v = registers.get(name);
    if (!v) throw new Error(`register ${name} is read before it is written`);
    return v;
  };
  const log: Log = { frames: [], evals: [], draws: [] };
  for (const o of ops) {
    for (const { x, sigma, out, role = 'main' } of evaluationsOf(o)) {
      log.evals.push({ x: read(x), sigma, role });
      registers.set(out, answer(role)(read(x), sigma));
    }
    if (o.op === 'noise') {
      log.draws.push(o.draws);
      registers.set(o.out, noiseOf(o.draws, start.length));
    } else if (o.op === 'lincomb') {
      const terms = o.terms.map(([c, name]) => [c, read(name)] as const);
      const sum = (e: number) => terms.reduce((total, [c, v]) => total + c * v[e]!, 0);
      registers.set(
        o.out,
        Float64Array.from(start, (_, e) => sum(e)),
      );
    } else if (o.op === 'guide' || o.op === 'blend' || o.op === 'pool') {
      throw new Error('a sampler by itself guides nothing, and knows no mask and no pixels');
    } else if (o.op === 'mark') {
      const { step, sigma } = o;
      log.frames.push({ step, sigma, x: read(o.x), ...(o.denoised && { denoised: read(o.denoised) }) });
    }
  }
  return log;
}

/** What the equations do. */
function ofOracle(id: ListedId, sigmas: readonly number[], params: object): Log {
  let x: Vector = startOf(sigmas);
  const log: Log = { frames: [{ step: 0, sigma: sigmas[0]!, x }], evals: [], draws: [] };
  const step = oracles[id](
    {
      denoise(y, sigma, role = 'main') {
        log.evals.push({ x: y, sigma, role });
        return answer(role)(y, sigma);
      },
      noise(draws) {
        log.draws.push(draws);
        return noiseOf(draws, x.length);
      },
    },
    sigmas,
    params,
  );
  sigmas.slice(1).forEach((t, i) => {
    const [next, denoised] = step(x, sigmas[i]!, t, i);
    x = next;
    log.frames.push({ step: i + 1, sigma: t, x, denoised });
  });
  return log;
}

const TOLERANCE = 1e-10;
const far = (a: Vector, b: Vector) => Math.max(...a.map((v, k) => Math.abs(v - b[k]!) / Math.max(1, Math.abs(b[k]!))));

/** Distances are gathered and looked at once a run: thousands of `expect` would take most of the time. */
function compare(id: ListedId, list: readonly number[], params: object) {
  const sigmas = Object.freeze([...list]); // a plan that writes to what it is given throws
  Object.freeze(params);
  const got = ofPlan(planOps(all[id], sigmas, params), startOf(sigmas));
  const want = ofOracle(id, sigmas, params);
  const where = JSON.stringify({ params, sigmas });
  const shape = ({ frames, evals, draws }: Log) => ({
    frames: frames.map((f) => [f.step, f.sigma, f.denoised !== undefined]),
    evals: evals.map(({ role }) => role),
    draws,
  });
  expect(shape(got), where).toEqual(shape(want));
  const apart = (pairs: readonly number[]) => expect(Math.max(0, ...pairs), where).toBeLessThan(TOLERANCE);
  apart(want.frames.map((f, k) => far(got.frames[k]!.x, f.x)));
  apart(want.frames.flatMap((f, k) => (f.denoised ? [far(got.frames[k]!.denoised!, f.denoised)] : [])));
  apart(want.evals.map((e, k) => Math.abs(got.evals[k]!.sigma / e.sigma - 1)));
  apart(want.evals.map((e, k) => far(got.evals[k]!.x, e.x)));
}

/** Uniform numbers of their own for every (sampler, case): a sampler added in between changes no other's. */
const dice = (id: ListedId, round: number) => {
  const seed = [...id].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) >>> 0;
  const numbers = uniforms(seed, round, 64);
  let used = 0;
  return () => numbers[used++]!;
};
/** n steps down from about 5 to 20, by a factor between 1.08 and 4 each; the last level 0 or not. */
function randomSigmas(n: number, next: () => number, ends: boolean): number[] {
  const list = [5 + 15 * next()];
  while (list.length < n + 1) list.push(list.at(-1)! * Math.exp(-0.08 - 1.3 * next()));
  return ends ? [...list.slice(0, n), 0] : list;
}
/** A plan of six choices, or numbers for six steps, of the bits of a number. */
function randomText(label: string, u: number): string {
  const numbers = uniforms(Math.floor(u * 2 ** 32), 0, 42);
  if (label === 'Plan')
    return Array.from(
      numbers.slice(0, 6),
      (v) => `${v < 0.5 ? 'x' : 'e'}${1 + (Math.floor(v * 64) % 4)}${(v * 8) % 1 < 0.5 ? 'c' : ''}`,
    ).join('_');
  return Array.from(numbers, (v) => (v - 0.5).toFixed(3)).join('_');
}
function randomValue(f: AnyField, u: number): unknown {
  if (f.kind === 'boolean') return u < 0.5;
  if (f.kind === 'choice') return f.options[Math.floor(u * f.options.length)]!.value;
  if (f.kind === 'text') return randomText(f.label, u);
  if (f.integer) return f.min + Math.floor(u * (f.max - f.min + 1));
  return f.log ? f.min * (f.max / f.min) ** u : f.min + u * (f.max - f.min);
}
const randomParams = (id: SamplerId, next: () => number) =>
  Object.fromEntries(Object.entries(all[id].params).map(([key, f]) => [key, randomValue(f as AnyField, next())]));

/** Steps, and rounds of random levels and parameters; methods that share one engine take turns in the short tier. */
const everyLength = [1, 2, 3, 4, 5, 6, 7, 9, 13, 14, 15, 16];
describe.each(ids)('%s', (id) => {
  test.each(thorough(id) ? everyLength : [1, 3, 6])('%i steps, random levels and parameters', (n) => {
    for (const round of thorough(id) ? [0, 1, 2, 3] : [n % 2]) {
      const next = dice(id, 100 * n + round);
      const sigmas = randomSigmas(n, next, round % 2 === 0);
      compare(id, sigmas, defaults(all[id].params));
      compare(id, sigmas, randomParams(id, next));
    }
  });
});

const { rough, positive, long } = golden.grids;
const withDefaults = (id: SamplerId, params: object) => ({ ...(defaults(all[id].params) as object), ...params });
describe('at the threshold of a branch, one below and one above', () => {
  test.each([
    // [s_tmin, s_tmax] on levels 12, 7.5, 5.9, 2.4, 1.9, .83, .35, .29, .11, .03
    [2.4, 7.5],
    [2.4000001, 7.5],
    [2.3999999, 7.5],
    [2.4, 7.4999999],
    [2.4, 7.5000001],
    [0.03, 12],
    [5.9, 5.9],
    [6, 5],
  ])('churn within [%f, %f]: both ends belong to it', (s_tmin, s_tmax) => {
    for (const s_churn of [0, 3, 4.14, 4.15, 40])
      for (const s_noise of [0, 0.9, 1.003])
        for (const sigmas of [rough, positive]) compare('edm_stochastic', sigmas, { s_churn, s_tmin, s_tmax, s_noise });
  });
  test.each([
    // levels 1, .5, .25, .125, .0625, 0: every distance is exact
    [0.1875, 0.3], // as near to .25 as to .125: the first
    [0.18749, 0.3],
    [0.18751, 0.3],
    [0.01, 0.0625], // none is below t_max
    [0.01, 0.0626],
    [0.01, 0.125],
    [5, 50], // nearest to the start, which is not a jump
    [0.75, 0.8],
    [0.25, 0.25],
  ])('restart with t_min %f, t_max %f', (t_min, t_max) => {
    for (const N_R of [2, 3, 4, 7])
      for (const K of [0, 1, 2, 3])
        for (const sigmas of [
          [1, 0.5, 0.25, 0.125, 0.0625, 0],
          [1, 0.5, 0.25, 0.125, 0.0625],
        ])
          compare('restart', sigmas, { N_R, K, t_min, t_max });
  });
  test.each(['dpmpp_3m', 'dpmpp_3m_corrected'] as const)('%s: a careful end up to 14 steps, if it is at 0', (id) => {
    for (const n of [1, 2, 3, 4, 13, 14, 15, 16, 17])
      for (const sigmas of [[...long.slice(0, n), 0], long.slice(0, n + 1)])
        for (const lower_order_final of [true, false]) compare(id, sigmas, { lower_order_final });
  });
  test('unipc: every order, variant and end, from one step on', () => {
    for (const n of [1, 2, 3, 4, 5, 6])
      for (const sigmas of [[...rough.slice(0, n), 0], rough.slice(0, n + 1)])
        for (const order of [1, 2, 3])
          for (const variant of ['bh1', 'bh2'])
            for (const corrector of [true, false])
              for (const lower_order_final of [true, false])
                compare('unipc', sigmas, { order, variant, corrector, lower_order_final });
  });
  test.each(['euler_ancestral', 'dpmpp_2s_ancestral', 'dpmpp_sde', 'dpmpp_2m_sde', 'dpmpp_3m_sde'] as const)(
    '%s: no noise at η = 0 or scale 0, some just above',
    (id) => {
      for (const eta of [0, 1e-3, 0.35, 1])
        for (const s_noise of [0, 1e-3, 1.5])
          for (const sigmas of [rough, positive]) compare(id, sigmas, withDefaults(id, { eta, s_noise }));
    },
  );
  test('consistency: noise above its least level, none at it or below', () => {
    for (const sigma_min of [0, 0.02, 0.029, 0.03, 0.031, 0.1])
      for (const s_noise of [0, 0.8, 1])
        for (const sigmas of [rough, positive, [5, 0.1], [5, 0]])
          compare('consistency', sigmas, { sigma_min, s_noise });
  });
  test('ghvb: whole orders have no momentum, fractions all the way down to .1', () => {
    for (const order of [1, 1.1, 1.9, 2, 2.1, 2.3, 2.7, 3, 3.2, 3.9, 4])
      for (const sigmas of [rough, positive]) compare('ghvb', sigmas, { order });
  });
  test('a single step over eight units of log σ: weights of a polynomial stay exact', () => {
    const sigmas = [40, 30, 22, 20, 20 * Math.exp(-8)];
    for (const order of [1, 2, 3, 4]) {
      for (const mode of ['tab', 'rhoab', 'logrho']) compare('deis', sigmas, { order, mode });
      compare('lms', sigmas, { order });
    }
  });
});

test('teeth: one coefficient of any instruction wrong by a thousandth is seen', () => {
  for (const id of ids.filter(thorough)) {
    const ops = planOps(all[id], positive, defaults(all[id].params));
    const want = ofPlan(ops, startOf(positive));
    ops.forEach((o, k) => {
      if (o.op !== 'lincomb') return;
      const spoiled = ops.with(k, { ...o, terms: [[o.terms[0]![0] * 1.001, o.terms[0]![1]], ...o.terms.slice(1)] });
      const got = ofPlan(spoiled, startOf(positive));
      const states = [...want.frames.map((f, j) => far(got.frames[j]!.x, f.x))];
      const asked = want.evals.map((e, j) => far(got.evals[j]!.x, e.x));
      expect(Math.max(...states, ...asked), `${id}, instruction ${k}`).toBeGreaterThan(1e-9);
    });
  }
});
