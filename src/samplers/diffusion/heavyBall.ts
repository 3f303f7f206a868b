import { choiceField, defaults, numberField } from '../../core/field.ts';
import { deis } from './deis.ts';
import { dpmpp2m } from './dpmpp2m.ts';
import { dpmpp3m } from './dpmpp3m.ts';
import { euler } from './euler.ts';
import { ipndm } from './ipndm.ts';
import { lms } from './lms.ts';
import { combine } from './parts/ops.ts';
import { resMultistep } from './resMultistep.ts';
import type { ListedSampler, Plan, Sampler } from './types.ts';

/** Linear multistep methods, whose step is one combination of x and of values that are known by then. */
export const heavyBases = {
  euler,
  dpmpp_2m: dpmpp2m,
  dpmpp_3m: dpmpp3m,
  res_multistep: resMultistep,
  ipndm,
  lms,
  deis,
} as const satisfies Readonly<Record<string, Sampler>>;
export type HeavyBase = keyof typeof heavyBases;

interface Params {
  base: HeavyBase;
  beta: number;
}

/**
 * A plan with the step of each of its combinations into x averaged: out of x ← Φ comes v ← (1 − β)v + β(Φ − x)/(t − s) and
 * x ← x + (t − s)v. Throws a RangeError where a step combines into x more than once: such a method is not linear multistep.
 */
export function* damped(plan: Plan, sigmas: readonly number[], beta: number): Plan {
  let i = 0;
  let taken = false;
  for (const op of plan) {
    if (op.op === 'mark') {
      i = op.step;
      taken = false;
    }
    const [s, t] = [sigmas[i]!, sigmas[i + 1]!];
    if (op.op !== 'lincomb' || op.out !== 'x' || t === 0) {
      yield op;
      continue;
    }
    if (taken) throw new RangeError(`Step ${i + 1} goes on in two parts: heavy ball averages one.`);
    taken = true;
    const h = t - s;
    const w = (i === 0 ? 1 : beta) / h;
    const own = op.terms.reduce((sum, [c, reg]) => sum + (reg === 'x' ? c : 0), 0);
    yield combine('v', [
      [i === 0 ? 0 : 1 - beta, 'v'],
      [(own - 1) * w, 'x'],
      ...op.terms.flatMap(([c, reg]) => (reg === 'x' ? [] : [[c * w, reg] as const])),
    ]);
    yield combine('x', [
      [1, 'x'],
      [h, 'v'],
    ]);
  }
}

/**
 * Polyak's heavy ball on a whole step: a velocity v over σ that follows the method's own, u = (its step)/(t − s), by
 * v ← (1 − β)v + βu, x ← x + (t − s)v. Wizadwongsa et al. 2023, https://arxiv.org/abs/2307.11118, section 4.1. Whatever the
 * base, β < 1 is of first order. v starts as the first u; a step to σ = 0 returns the denoised value. The paper averages the steps
 * of existing solvers; here those are of linear multistep methods, at their usual orders.
 */
export const heavyBall: Sampler<Params> = {
  id: 'heavy_ball',
  title: 'Heavy ball',
  paper: {
    title: 'Diffusion Sampling with Momentum for Mitigating Divergence Artifacts',
    url: 'https://arxiv.org/abs/2307.11118',
  },
  summary: 'Gives the whole step inertia: first order, calmer where steps are too large for their method.',
  order: 1,
  stochastic: () => false,
  params: {
    base: choiceField({
      label: 'base',
      help: 'Whose steps are damped.',
      default: 'euler',
      options: [
        ['euler', 'Euler'],
        ['dpmpp_2m', 'DPM-Solver++(2M)'],
        ['dpmpp_3m', 'DPM-Solver++(3M)'],
        ['res_multistep', 'RES multistep'],
        ['ipndm', 'iPNDM, four slopes'],
        ['lms', 'LMS, four slopes'],
        ['deis', 'DEIS, three slopes'],
      ],
    }),
    beta: numberField({
      label: 'β',
      help: 'How much of each step is new: 1 is the base itself.',
      default: 0.8,
      min: 0.1,
      max: 1,
    }),
  },
  plan(sigmas, { base, beta }) {
    const method: ListedSampler = heavyBases[base];
    return damped(method.plan(sigmas, defaults(method.params)), sigmas, beta);
  },
};
