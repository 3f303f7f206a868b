import { exponentialWeights, ring } from './multistep.ts';
import { combine, denoise, mark, noise, start, steps } from './ops.ts';
import { brownianIncrement } from '../../../math/brownian.ts';
import type { Op, Plan, Reg } from '../types.ts';

export interface SaParams {
  tau: number;
  s_noise: number;
  s_tmin: number;
  s_tmax: number;
  predictor_order: number;
  corrector_order: number;
  simple_order_2: boolean;
}

/**
 * Weights over a step from s to t of the values at `nodes`, K = 1 + τ². `simple`: with two nodes, the slope between them
 * weighs Kh²/2, as the authors' code has it, which is exact to the same order.
 */
export function saWeights(nodes: readonly number[], s: number, t: number, K: number, simple: boolean): number[] {
  if (!simple || nodes.length !== 2) return exponentialWeights(nodes, s, t, K);
  const h = Math.log(s / t);
  const all = -Math.expm1(-K * h);
  const [first, second] = nodes as [number, number];
  // D(λ) = D_s + (λ − λ_s)·(D₁ − D₂)/(λ₁ − λ₂): one of the two is D_s
  const w = (K * h * h) / 2 / Math.log(second / first);
  return first === s ? [all + w, -w] : [w, all - w];
}

/**
 * SA-Solver: stochastic Adams methods for D in λ = −log σ, for the SDE whose rate is τ². Xue et al. 2023,
 * https://arxiv.org/abs/2309.05019, algorithm 1. What is evaluated is the predicted state `x`; with its value the corrector
 * makes the state `c` from the former one, over the same step with the same noise, which `z` keeps. `again`: the corrected
 * state is evaluated too (PECE). Where the list ends at 0, orders fall towards its end.
 */
export function* saSolverPlan(sigmas: readonly number[], p: SaParams, again: boolean): Plan {
  const history = ring('d', Math.max(p.predictor_order, p.corrector_order, 1));
  const count = sigmas.length - 1;
  const ends = sigmas[count] === 0;
  const rate = (t: number) => (t >= p.s_tmin && t <= p.s_tmax ? p.tau ** 2 : 0);
  const noisy = (t: number) => rate(t) > 0 && p.s_noise > 0;
  /** The step from s to t out of `from`, with the newest value at level `newest` = sigmas[i]. */
  function step(out: Reg, from: Reg, i: number, [s, t]: readonly [number, number], order: number): Op {
    const K = 1 + rate(t);
    const nodes = Array.from({ length: order }, (_, j) => sigmas[i - j]!);
    const w = saWeights(nodes, s, t, K, p.simple_order_2);
    const values = w.map((c, j) => [c, history(i - j)] as const);
    return combine(out, [[(t / s) ** K, from], ...values, ...(noisy(t) ? [[1, 'z'] as const] : [])]);
  }
  yield start(sigmas);
  for (const { i, s, t } of steps(sigmas)) {
    const d = history(i);
    yield denoise(s, d);
    const known = Math.min(i + 1, ends ? count - i : Infinity);
    const corrects = i > 0 && p.corrector_order > 0 && (t > 0 || again);
    if (corrects) yield step('c', 'c', i, [sigmas[i - 1]!, s], Math.min(p.corrector_order, known));
    else yield combine('c', [[1, 'x']]);
    if (again && corrects) yield denoise(s, d, 'c');
    if (t === 0) {
      yield combine('x', [[1, d]]);
    } else {
      if (noisy(t)) {
        yield noise(brownianIncrement(s, t, rate(t)));
        yield combine('z', [[p.s_noise * t * Math.sqrt(-Math.expm1(-2 * rate(t) * Math.log(s / t))), 'noise']]);
      }
      const order = Math.min(p.predictor_order, i + 1, ends ? count - 1 - i : Infinity);
      yield step('x', 'c', i, [s, t], order);
    }
    yield mark(i + 1, t, d);
  }
}
