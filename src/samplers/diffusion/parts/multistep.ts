import { integrate } from '../../../math/quadrature.ts';
import { combine } from './ops.ts';
import type { Op, Reg } from '../types.ts';

/**
 * Names of a history of `length` vectors: `ring('d', 3)(i)` is the register of step i's, overwritten three steps later.
 */
export const ring =
  (name: string, length: number) =>
  (i: number): Reg =>
    `${name}${((i % length) + length) % length}`;

/** out = (x − D)/σ, the slope of the probability-flow ODE, also the predicted noise. */
export const slope = (sigma: number, out: Reg, d: Reg = 'd', x: Reg = 'x'): Op =>
  combine(out, [
    [1 / sigma, x],
    [-1 / sigma, d],
  ]);

/** Variable in which a history of slopes is interpolated by a polynomial. */
export type Clock = 'sigma' | 'log' | ((sigma: number) => number);

function clockOf(clock: Clock): (sigma: number) => number {
  if (clock === 'sigma') return (sigma) => sigma;
  return clock === 'log' ? Math.log : clock;
}

/**
 * Adams-Bashforth weights on a grid of any spacing: ∫ from s = nodes[0], unless given, to t of the Lagrange polynomials
 * through `nodes` (newest first), dσ. The polynomials are in the variable `clock`; the integral is over σ. t > 0.
 */
export function adamsWeights(nodes: readonly number[], t: number, clock: Clock, s: number = nodes[0]!): number[] {
  const tau = clockOf(clock);
  const at = nodes.map(tau);
  return nodes.map((_, j) => {
    const lagrange = (place: number) =>
      at.reduce((product, a, k) => (k === j ? product : (product * (place - a)) / (at[j]! - a)), 1);
    if (clock === 'sigma') return integrate(lagrange, s, t);
    const pieces = Math.ceil(2 * Math.log(s / t)); // dσ = σ d(log σ): smooth, half a unit of log σ per piece
    return integrate((u) => lagrange(tau(Math.exp(u))) * Math.exp(u), Math.log(s), Math.log(t), pieces);
  });
}

/**
 * Weights of an exponential integrator for D on nodes of any spacing: ∫ from s to t of K(t/σ)^K ℓ_j d(−log σ) with the
 * Lagrange polynomials ℓ_j through log `nodes`. They sum to 1 − (t/s)^K. t > 0.
 */
export function exponentialWeights(nodes: readonly number[], s: number, t: number, K: number): number[] {
  const at = nodes.map(Math.log);
  const [from, to] = [Math.log(t), Math.log(s)];
  const pieces = Math.ceil(K * (to - from));
  return at.map((own, j) => {
    const lagrange = (place: number) =>
      at.reduce((product, a, k) => (k === j ? product : (product * (place - a)) / (own - a)), 1);
    return integrate((u) => K * Math.exp(K * (from - u)) * lagrange(u), from, to, pieces);
  });
}

/**
 * Adams-Bashforth weights for equal steps, newest first, for 1 to 4 slopes. Hairer, Nørsett & Wanner, Solving ODEs I,
 * III.1.5.
 */
export const equalStepWeights = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
] as const;
