import type { Role } from '../../../core/role.ts';
import type { WeightedDraw } from '../types.ts';

export type Vector = Float64Array;

/** What an oracle may ask for; the test writes down every call, so that evaluations and draws are compared too. */
export interface World {
  /** D(x; σ), of a role where one is named. */
  denoise(x: Vector, sigma: number, role?: Role): Vector;
  /** A unit normal. */
  noise(draws: readonly WeightedDraw[]): Vector;
}

/** Step i from σ = s to σ = t: the new state, and the denoised value that a frame after the step shows. */
export type Step = (x: Vector, s: number, t: number, i: number) => readonly [x: Vector, shown: Vector];

/**
 * A sampler a second time: the equations of its paper as loops over vectors. It knows no plan and no register and
 * shares no coefficient with the sampler it judges.
 */
export type Oracle<P> = (world: World, sigmas: readonly number[], params: P) => Step;

export const plus = (x: Vector, ...terms: readonly (readonly [coefficient: number, y: Vector])[]): Vector =>
  x.map((v, k) => terms.reduce((sum, [c, y]) => sum + c * y[k]!, v));
export const scaled = (c: number, x: Vector): Vector => x.map((v) => c * v);
export const minus = (x: Vector, y: Vector): Vector => x.map((v, k) => v - y[k]!);
/** dx/dσ = (x − D)/σ, the predicted noise. */
export const slopeOf = (x: Vector, denoised: Vector, sigma: number): Vector => scaled(1 / sigma, minus(x, denoised));
