// What a frame shows: the state, and the denoised value of the last evaluation of the step, whose place is written out here
// for every sampler. The values themselves are compared in oracles.test.ts.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import golden from './golden.json' with { type: 'json' };
import { isListed, planOps, samplers, type ListedId, type SamplerId } from './index.ts';
import { methods, tableauSamplers, type TableauId } from './tableaus/index.ts';
import { opsOn, turns } from './testing.ts';
import { evaluationsOf, registersOf, writesOf } from './registers.ts';
import type { Evaluate, Op, Sampler } from './types.ts';

/** σ of the last evaluation in step i from s to t > 0, with later levels; one evaluation a step is at s. */
type Place = (s: number, t: number, i: number, later: readonly number[]) => number;
const start = (s: number) => s;
const end = (_: number, t: number) => t;
const middle = (s: number, t: number) => Math.sqrt(s * t);
const inFlow = (sigma: number) => sigma / (1 + sigma);
/** σ↓ of a full ancestral step in flow time: f↓ = f_t²/f_s. */
const flowDown = (s: number, t: number) => {
  const f = inFlow(t) ** 2 / inFlow(s);
  return f / (1 - f);
};
/** Of a method that is data: the place of its last stage, in its own variable. */
function lastStage(id: string): Place {
  const method = methods.get(id)!;
  const c = method.tableau(defaults(method.params ?? {}) as never).nodes.at(-1)!;
  if (method.frame !== 'free') return (s, t) => Math.exp((1 - c) * Math.log(s) + c * Math.log(t));
  if (method.variable !== 'flow') return (s, t) => (1 - c) * s + c * t;
  return (s, t) => {
    const time = (1 - c) * (s / (1 + s)) + c * (t / (1 + t));
    return time / (1 - time);
  };
}
const shownAt: Record<ListedId, Place> = {
  euler: start,
  heun: end,
  dpmpp_2m: start,
  unipc: start,
  ipndm: start,
  deis: start,
  ghvb: start,
  lms: start,
  res_multistep: start,
  gradient_estimation: start,
  dpmpp_3m: start,
  dpmpp_3m_corrected: start,
  pndm: (s, t, i) => (i === 0 ? t : s),
  ipndm_v: start,
  dpmpp_2m_v2: start,
  accelerated_ddim: start,
  heavy_ball: start,
  dualfast: start,
  pseudo_corrector: end,
  dpmpp_singlestep: start,
  dpm_fast: start,
  heunpp2(s, t, _, later) {
    if (later.length === 0) return s; // the last step is Euler's
    return later.length === 1 ? t : later[0]!;
  },
  restoration_degradation: start,
  parastep: start,
  pcm: start,
  composed: start,
  bespoke: (s, t) => {
    const half = (inFlow(s) + inFlow(t)) / 2;
    return half / (1 - half);
  },
  accelerated_ddpm: start,
  score_sde_vp: start,
  dpm_2_ancestral: end, // as dpmpp_2s_ancestral
  euler_ancestral_rf: start,
  dpm_2_ancestral_rf: (s, t) => {
    const f = Math.sqrt(inFlow(s) * inFlow(flowDown(s, t)));
    return f / (1 - f);
  },
  dpmpp_2s_ancestral_rf: (s, t) => Math.sqrt(s * flowDown(s, t)),
  seeds_2: middle,
  seeds_3: (s, t) => s * (t / s) ** (2 / 3),
  sa_solver: start,
  sa_solver_pece: start,
  er_sde: start,
  tcd: start,
  dpm_2: middle,
  dpmpp_2s: middle,
  rk4: end,
  ddim: start,
  ddpm: start,
  euler_ancestral: start,
  dpmpp_2s_ancestral: end, // √(sσ↓), and σ↓ = t²/s at η = 1
  dpmpp_sde: middle,
  dpmpp_2m_sde: start,
  dpmpp_3m_sde: start,
  edm_stochastic: end,
  restart: end,
  lcm: start,
  consistency: start,
  res_multistep_ancestral: start,
  euler_cfg_pp: start,
  euler_ancestral_cfg_pp: start,
  dpmpp_2m_cfg_pp: start,
  dpmpp_2s_ancestral_cfg_pp: end,
  res_multistep_cfg_pp: start,
  res_multistep_ancestral_cfg_pp: start,
  gradient_estimation_cfg_pp: start,
  ...(Object.fromEntries(Object.keys(tableauSamplers).map((id) => [id, lastStage(id)])) as Record<TableauId, Place>),
};

/** For every frame the evaluation whose result it shows, untouched since. */
function shown(ops: readonly Op[]) {
  const written = new Map<string, Op | Evaluate>();
  /** The last evaluation, or those of a batch whose frames are still to come. */
  let asked: readonly Evaluate[] = [];
  const frames: {
    step: number;
    sigma: number;
    x: string;
    from: Op | Evaluate | undefined;
    last: Evaluate | undefined;
  }[] = [];
  for (const o of ops) {
    if (o.op === 'mark') {
      const from = o.denoised === undefined ? undefined : written.get(o.denoised);
      frames.push({ step: o.step, sigma: o.sigma, x: o.x, from, last: asked[0] });
      if (asked.length > 1) asked = asked.slice(1);
    } else {
      for (const out of writesOf(o)) written.set(out, o);
      const made = evaluationsOf(o);
      for (const e of made) written.set(e.out, e);
      if (made.length > 0) asked = made;
    }
  }
  return frames;
}

// Those that choose their own frames: adaptive.test.ts.
describe.each((Object.keys(samplers) as SamplerId[]).filter(isListed))('%s', (id) => {
  const sampler: Sampler = samplers[id];
  const lists = Object.entries({ ...golden.grids, one: [5, 0], 'one above': [5, 2], two: [5, 2, 0] });
  test.each(turns(id, lists, 3))('list %s: the state after every step, and its last evaluation', (_, sigmas) => {
    const frames = shown(planOps(sampler, sigmas, defaults(sampler.params)));
    expect(frames.map((f) => [f.step, f.sigma, f.x])).toEqual(sigmas.map((sigma, step) => [step, sigma, 'x']));
    expect(frames[0]!.from).toBeUndefined();
    expect(frames[0]!.last).toBeUndefined(); // the start is shown before anything is asked of the model
    frames.slice(1).forEach((f, i) => {
      expect(f.from).toBe(f.last);
      const [s, t] = [sigmas[i]!, sigmas[i + 1]!];
      const churned = id === 'edm_stochastic' && t === 0; // from the raised level
      const at = t > 0 ? shownAt[id](s, t, i, sigmas.slice(i + 2)) : s;
      if (!churned) expect(f.last!.sigma / at).toBeCloseTo(1, 12);
    });
  });
});

test('the vectors that a run keeps: the state, and what the method says it remembers', () => {
  // a register more is a buffer of every sample's size more on the GPU
  const sigmas = golden.grids.long;
  const registers = (id: SamplerId, params: object = {}) => {
    const sampler: Sampler = samplers[id];
    const ops = opsOn(sampler, sigmas, { ...(defaults(sampler.params) as object), ...params });
    return registersOf(ops).size;
  };
  const written = (Object.keys(samplers) as SamplerId[]).filter((id) => !(id in tableauSamplers));
  expect(Object.fromEntries(written.map((id) => [id, registers(id)]))).toEqual({
    // of those that are data see tableaus/facts.test.ts
    // x and D; a slope or a value more for each step remembered; y and D(y) inside a step; the noise
    euler: 2,
    ddim: 2,
    ddpm: 3,
    euler_ancestral: 3,
    lcm: 3,
    consistency: 3,
    dpmpp_2m: 3,
    res_multistep: 3,
    dpmpp_2m_sde: 4,
    dpmpp_3m: 4,
    dpmpp_3m_corrected: 4,
    dpmpp_3m_sde: 5,
    unipc: 4,
    deis: 5,
    ipndm: 6,
    lms: 6,
    ghvb: 6,
    gradient_estimation: 4,
    heun: 4,
    dpm_2: 4,
    dpmpp_2s: 4,
    dpmpp_2s_ancestral: 5,
    dpmpp_sde: 5,
    edm_stochastic: 5,
    restart: 5,
    rk4: 8,
    // With CFG++ what was told nothing, too, and a former one where a method remembers it.
    res_multistep_ancestral: 4,
    euler_cfg_pp: 3,
    euler_ancestral_cfg_pp: 4,
    dpmpp_2m_cfg_pp: 4,
    dpmpp_2s_ancestral_cfg_pp: 6,
    res_multistep_cfg_pp: 4,
    res_multistep_ancestral_cfg_pp: 5,
    gradient_estimation_cfg_pp: 5,
    pndm: 7, // four slopes, x, D and y
    ipndm_v: 6,
    dpmpp_2m_v2: 3,
    accelerated_ddim: 4,
    heavy_ball: 3,
    dualfast: 6, // two slopes and two that were moved
    pseudo_corrector: 4,
    dpmpp_singlestep: 4, // two values, x and the first state of the group
    dpm_fast: 6, // three, D, x and that
    dpm_adaptive: 9, // x, D and two slopes, what is asked about and its D, both results, and the lower one before
    parastep: 9, // x, and of each of four workers D and where it asks, later its slope
    paradigms: 52, // of 17 states two each, of 16 D, the state, how far one moved
    pcm: 56, // of 19 states two each but for the last, of 18 D, the state
    // of 19 states two each but for the start, of 18 D, of 16 both sides along two directions; these, what J makes, how far one moved
    parallel_newton: 125,
    heunpp2: 6,
    restoration_degradation: 2,
    composed: 7, // three values, three slopes, x
    bespoke: 3,
    accelerated_ddpm: 3,
    score_sde_vp: 3,
    score_sde_ve: 3,
    dpm_2_ancestral: 5,
    euler_ancestral_rf: 3,
    dpm_2_ancestral_rf: 5,
    dpmpp_2s_ancestral_rf: 5,
    seeds_2: 6, // and the noise of the inner stage
    seeds_3: 6,
    sa_solver: 8, // four values, the predicted and the corrected state, the noise and the step's own of it
    sa_solver_pece: 8,
    er_sde: 5,
    tcd: 3,
  });
  for (const order of [1, 2, 3, 4]) {
    for (const id of ['lms', 'deis', 'ipndm'] as const) expect(registers(id, { order })).toBe(2 + order); // x, D, slopes
    expect(registers('ghvb', { order })).toBe(2 + order);
    if (order < 4) expect(registers('unipc', { order })).toBe(2 + order); // x, values of the step, the one before, …
    if (order > 1) expect(registers('ghvb', { order: order - 0.5 })).toBe(3 + order); // and the slope before it is filtered
  }
});
