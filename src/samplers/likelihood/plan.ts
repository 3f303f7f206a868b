// The log-likelihood of given samples under the probability flow of a model: Song et al. 2021, https://arxiv.org/abs/2011.13456,
// eq. 39, with the trace of Hutchinson 1989 as in FFJORD (Grathwohl et al. 2019, https://arxiv.org/abs/1810.01367, eq. 7).
//
// In u = log σ the flow is dx/du = x − D(x; σ), and log p(x_min) = log N(x_max; 0, σ_max²) + ∫ (d − tr ∂D/∂x) du along the way up. A probe v
// stays the same all the way, so ∫ vᵀ(∂D/∂x)v du = vᵀ·∫ (∂D/∂x)v du: what is added up is a vector, and the plan needs nothing that other
// plans have not. (∂D/∂x)v is a central difference.
import { combine, denoise } from '../diffusion/parts/ops.ts';
import type { Op, Reg } from '../diffusion/types.ts';

/** Fewest steps that the weights at both ends leave room for. */
export const FEWEST_STEPS = 5;
/** Probes that one plan carries: with guidance its registers still fit where plans run. */
export const PROBES_A_PLAN = 2;

export const probeReg = (k: number): Reg => `v${k}`;
/** Where ∫ (∂D/∂x)v du is gathered; given as zeros. */
export const sumReg = (k: number): Reg => `a${k}`;

/** `steps` + 1 levels, ascending, equally far apart in log σ: the only place where levels rise. */
export function risingLevels(min: number, max: number, steps: number): number[] {
  const rate = Math.log(max / min) / steps;
  return Array.from({ length: steps + 1 }, (_, i) => (i === steps ? max : min * Math.exp(i * rate)));
}

/** Gregory's rule of order 4 on n + 1 equal steps: the trapezoid's with its ends corrected. In units of the step. */
export function gregoryWeights(steps: number): number[] {
  if (steps < FEWEST_STEPS) throw new RangeError(`${steps} steps are too few: the rule wants at least ${FEWEST_STEPS}`);
  const ends = [3 / 8, 7 / 6, 23 / 24];
  return Array.from({ length: steps + 1 }, (_, i) => ends[i] ?? ends[steps - i] ?? 1);
}

/** How far apart a difference looks: this share of the level, which counts as at least `LEAST_LEVEL`. */
export interface Difference {
  readonly share: number;
}
const LEAST_LEVEL = 0.05;
/** In float32 the difference must stand out of rounding; in float64 it may be nearly the derivative. */
export const DIFFERENCES = { float32: { share: 4e-3 }, float64: { share: 1e-5 } } as const satisfies Record<
  string,
  Difference
>;

/** Evaluations of the guided model that a plan asks for. */
export const likelihoodNfe = (steps: number, probes: number): number => 4 * steps + 2 * probes * (steps + 1);

/**
 * Up the levels by the classical Runge-Kutta method in log σ; (∂D/∂x)v is gathered at the levels themselves. `x`, the
 * probes and the sums are given registers. A mark stands at the start and behind what is done at each level.
 */
export function* likelihoodPlan(
  levels: readonly number[],
  probes: number,
  { share }: Difference,
): Generator<Op, void, void> {
  const steps = levels.length - 1;
  const weights = gregoryWeights(steps);
  const h = Math.log(levels[steps]! / levels[0]!) / steps;
  yield { op: 'mark', step: 0, sigma: levels[0]!, x: 'x' };
  for (const [i, s] of levels.entries()) {
    const far = share * Math.max(s, LEAST_LEVEL);
    for (let k = 0; k < probes; k++)
      for (const side of [far, -far]) {
        yield combine('y', [
          [1, 'x'],
          [side, probeReg(k)],
        ]);
        yield denoise(s, 'e', 'y');
        yield combine(sumReg(k), [
          [1, sumReg(k)],
          [(h * weights[i]!) / (2 * side), 'e'],
        ]);
      }
    if (i < steps) yield* step(s, levels[i + 1]!, h);
    yield { op: 'mark', step: i + 1, sigma: levels[i + 1] ?? s, x: 'x' };
  }
}

/** One step of RK4 for dx/du = x − D: `sum` gathers, `y` is the stage, `e` its D. */
function* step(s: number, t: number, h: number): Generator<Op, void, void> {
  const middle = Math.sqrt(s * t);
  const stages = [
    { sigma: s, weight: h / 6, on: h / 2 },
    { sigma: middle, weight: h / 3, on: h / 2 },
    { sigma: middle, weight: h / 3, on: h },
    { sigma: t, weight: h / 6, on: 0 },
  ];
  for (const [k, { sigma, weight, on }] of stages.entries()) {
    const at = k === 0 ? 'x' : 'y';
    yield denoise(sigma, 'e', at);
    const before = k === 0 ? 'x' : 'sum';
    yield combine(k === 3 ? 'x' : 'sum', [
      [1, before],
      [weight, at],
      [-weight, 'e'],
    ]);
    if (on > 0)
      yield combine('y', [
        [1, 'x'],
        [on, at],
        [-on, 'e'],
      ]);
  }
}
