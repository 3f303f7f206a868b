// What every sampler must obey, over the whole registry.
import { describe, expect, test } from 'vitest';
import { BROWNIAN_DRAW } from '../../math/brownian.ts';
import { defaults, type AnyField } from '../../core/field.ts';
import { extremes } from '../../core/fieldTesting.ts';
import { schedules } from '../../schedules/index.ts';
import type { Schedule } from '../../schedules/types.ts';
import { isListed, nfe, samplers, type SamplerId } from './index.ts';
import { evaluationsOf } from './registers.ts';
import { methods } from './tableaus/index.ts';
import { longLists, mixture, opsOn, runPlan, turns, type Draws } from './testing.ts';
import type { Op, Sampler } from './types.ts';

const ids = Object.keys(samplers) as SamplerId[];
const all: Record<SamplerId, Sampler> = samplers;
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
const noisy: Draws = (draws, dim) => Float64Array.from({ length: dim }, (_, e) => Math.sin(draws[0]![1] + e));
/** The defaults, then every end and option of every parameter on its own. */
const corners = (id: SamplerId): object[] =>
  // Where a method may spend next to nothing it says so, and there is no plan: adaptive.test.ts.
  [
    {},
    ...Object.entries(all[id].params).flatMap(([key, f]) =>
      key === 'most' ? [] : extremes(f as AnyField).map((v) => ({ [key]: v })),
    ),
  ].map((p) => ({ ...(defaults(all[id].params) as object), ...p }));
const lists = (n: number) =>
  Object.values(schedules as Record<string, Schedule>).map((s) =>
    s.sigmas(n, { min: 0.02, max: 20 }, defaults(s.params)),
  );
const karras10 = schedules.karras.sigmas(10, { min: 0.03, max: 15 }, { rho: 7 });

function checkOps(id: SamplerId, ops: readonly Op[], sigmas: readonly number[]) {
  const marks = ops.filter((o) => o.op === 'mark');
  const levels = isListed(id) ? sigmas : marks.map((m) => m.sigma);
  if (!isListed(id)) {
    // It chooses the levels between the ends, each below the one before.
    expect([levels[0], levels.at(-1)]).toEqual([sigmas[0], sigmas.at(-1)]);
    expect(levels.every((sigma, k) => k === 0 || sigma < levels[k - 1]!)).toBe(true);
  }
  expect(marks.map((m) => [m.step, m.sigma, m.x])).toEqual(levels.map((sigma, step) => [step, sigma, 'x']));
  expect(marks.map((m) => m.denoised !== undefined)).toEqual(levels.map((_, step) => step > 0));
  expect(ops.at(-1)).toBe(marks.at(-1));
  const plain: number[] = [];
  // A measure may look at a draw before it is used.
  const neighbour = (k: number, by: 1 | -1) => (ops[k + by]!.op === 'measure' ? ops[k + 2 * by]! : ops[k + by]!);
  ops.forEach((o, k) => {
    for (const { sigma } of evaluationsOf(o)) expect(sigma > 0 && Number.isFinite(sigma)).toBe(true);
    if (o.op === 'lincomb') {
      expect(o.terms.length).toBeGreaterThan(0);
      expect(o.terms.length).toBeLessThanOrEqual(8);
      expect(o.terms.every(([c]) => Number.isFinite(c))).toBe(true);
      if (o.terms.some(([, reg]) => reg === 'noise')) expect(neighbour(k, -1).op).toBe('noise');
    }
    if (o.op === 'noise') {
      const next = neighbour(k, 1);
      expect(o.out === 'noise' && next.op === 'lincomb' && next.terms.some(([, reg]) => reg === 'noise')).toBe(true);
      expect(o.draws.reduce((sum, [w]) => sum + w * w, 0)).toBeCloseTo(1, 12);
      expect(o.draws.every(([w, d]) => Number.isFinite(w) && Number.isInteger(d) && d > 0 && d < 2 ** 32)).toBe(true);
      plain.push(...o.draws.filter(([, d]) => d < BROWNIAN_DRAW).map(([, d]) => d));
    }
  });
  expect(new Set(plain).size).toBe(plain.length); // plain draws are never used twice
  const last = marks.at(-1)!;
  if (last.sigma === 0) expect(ops.at(-2)).toEqual({ op: 'lincomb', out: 'x', terms: [[1, last.denoised]] }); // a step to 0 is the denoised value
}

describe.each(ids)('%s', (id) => {
  const sampler = all[id];
  test('is registered under its own id; its fields parse their own defaults', () => {
    expect(sampler.id).toBe(id);
    expect(sampler.paper.url).toMatch(/^https:/);
    for (const f of Object.values(sampler.params) as AnyField[])
      expect(f.parse(f.format(f.default as never))).toBe(f.default);
  });
  test.each([1, 2, 3])(
    '%i steps of every schedule, at every corner of the parameters: finite, well formed, ends at the denoised value',
    (n) => {
      for (const sigmas of turns(id, lists(n), 4)) {
        for (const params of [corners(id)[0]!, ...turns(id, corners(id).slice(1), 4)]) {
          const ops = opsOn(sampler, sigmas, params);
          checkOps(id, ops, sigmas);
          if (!sampler.stochastic(params)) expect(ops.some((o) => o.op === 'noise')).toBe(false);
          expect(
            runPlan(ops, Float64Array.of(sigmas[0]!, -0.3 * sigmas[0]!), model, noisy).every(Number.isFinite),
          ).toBe(true);
        }
      }
    },
  );
  test('a schedule that ends above 0, and one of 1000 steps of every kind', () => {
    const sampling = (sigmas: readonly number[]) => {
      const ops = opsOn(sampler, sigmas, defaults(sampler.params));
      expect(ops.every((o) => o.op !== 'lincomb' || o.terms.every(([c]) => Number.isFinite(c)))).toBe(true);
      const x = runPlan(ops, Float64Array.of(sigmas[0]!, -0.3 * sigmas[0]!), model, noisy);
      const stays = id !== 'ipndm_v'; // where a step is much shorter than the one before it does not: identities.test.ts
      expect(x.every((v) => Number.isFinite(v) && (Math.abs(v) < 10 || !stays))).toBe(true);
    };
    const positive = karras10.slice(0, -1);
    checkOps(id, opsOn(sampler, positive, defaults(sampler.params)), positive);
    for (const sigmas of [positive, ...longLists(id, () => lists(1000))]) sampling(sigmas);
  });
  test('says truly whether it draws noise, and plans the same twice', () => {
    for (const params of corners(id)) {
      const ops = opsOn(sampler, karras10, params);
      expect(ops).toEqual(opsOn(sampler, karras10, params));
      const reaches = !('t_min' in params && 't_max' in params) || (params.t_max as number) > 0.05; // restart below the last level has nowhere to jump from
      if (reaches)
        expect(
          ops.some((o) => o.op === 'noise'),
          JSON.stringify(params),
        ).toBe(sampler.stochastic(params));
    }
  });
});

test('evaluations of a ten-step run that ends at 0', () => {
  // of methods that are data tableaus/facts.test.ts counts them
  const written = ids.filter((id) => !methods.has(id));
  expect(
    Object.fromEntries(written.map((id) => [id, nfe(opsOn(all[id], karras10, defaults(all[id].params)))])),
  ).toEqual({
    euler: 10,
    ddim: 10,
    ddpm: 10,
    euler_ancestral: 10,
    lcm: 10,
    consistency: 10,
    dpmpp_2m: 10,
    unipc: 10,
    ipndm: 10,
    deis: 10,
    ghvb: 10,
    lms: 10,
    res_multistep: 10,
    gradient_estimation: 10,
    dpmpp_3m: 10,
    dpmpp_3m_corrected: 10,
    dpmpp_2m_sde: 10,
    dpmpp_3m_sde: 10,
    heun: 19,
    dpm_2: 19,
    dpmpp_2s: 19,
    dpmpp_2s_ancestral: 19,
    dpmpp_sde: 19,
    edm_stochastic: 19,
    rk4: 37,
    restart: 27,
    res_multistep_ancestral: 10,
    euler_cfg_pp: 10,
    euler_ancestral_cfg_pp: 10,
    dpmpp_2m_cfg_pp: 10,
    dpmpp_2s_ancestral_cfg_pp: 19,
    res_multistep_cfg_pp: 10,
    res_multistep_ancestral_cfg_pp: 10,
    gradient_estimation_cfg_pp: 10,
    pndm: 11,
    ipndm_v: 10,
    dpmpp_2m_v2: 10,
    accelerated_ddim: 10,
    heavy_ball: 10,
    dualfast: 10,
    pseudo_corrector: 11,
    dpmpp_singlestep: 10,
    dpm_fast: 10,
    dpm_adaptive: 34, // as its tolerances have it
    parastep: 10,
    paradigms: 17, // as its tolerance has it
    pcm: 27, // ten, nine and eight
    parallel_newton: 55, // five for a state that may move
    heunpp2: 27,
    restoration_degradation: 10,
    composed: 10,
    bespoke: 19,
    accelerated_ddpm: 10,
    score_sde_vp: 10,
    score_sde_ve: 20, // a corrector at every level
    dpm_2_ancestral: 19,
    euler_ancestral_rf: 10,
    dpm_2_ancestral_rf: 19,
    dpmpp_2s_ancestral_rf: 19,
    seeds_2: 19,
    seeds_3: 28,
    sa_solver: 10,
    sa_solver_pece: 19, // the first state is not corrected
    er_sde: 10,
    tcd: 10,
  });
});
