import type { Op, Reg, WeightedDraw } from '../types.ts';

/** out = D(x; σ): one network evaluation. */
export const denoise = (sigma: number, out: Reg = 'd', x: Reg = 'x'): Op => ({ op: 'eval', x, sigma, out });

/** out = Σ cᵢ·regᵢ; terms with coefficient 0 are left out, so a step to σ = 0 is exactly the denoised value. */
export function combine(out: Reg, terms: readonly (readonly [coefficient: number, reg: Reg])[]): Op {
  const kept = terms.filter(([c]) => c !== 0);
  return { op: 'lincomb', out, terms: kept.length > 0 ? kept : terms.slice(0, 1) };
}

/** noise = a unit normal; comes right before the `combine` that uses it, but for a measure of it. */
export const noise = (draws: readonly WeightedDraw[]): Op => ({ op: 'noise', out: 'noise', draws });

/** The k-th plain draw (k < 4) of a step: independent of every other step's. Draw 0 is the starting noise. */
export const plainDraw = (step: number, k = 0): WeightedDraw[] => [[1, 1 + step * 4 + k]];

/** The start of a run: the state at σ₀, before any evaluation. */
export const start = (sigmas: readonly number[]): Op => ({ op: 'mark', step: 0, sigma: sigmas[0]!, x: 'x' });

/** A frame after `step` steps. */
export const mark = (step: number, sigma: number, denoised: Reg = 'd'): Op => ({
  op: 'mark',
  step,
  sigma,
  x: 'x',
  denoised,
});

/** The steps of a schedule: number i, from σ = s down to σ = t. */
export const steps = (sigmas: readonly number[]): { i: number; s: number; t: number }[] =>
  sigmas.slice(1).map((t, i) => ({ i, s: sigmas[i]!, t }));

/** Euler's step on dx/dσ = (x − D)/σ: x + (t − s)(x − D)/s. */
export const eulerStep = (s: number, t: number, out: Reg = 'x', d: Reg = 'd', x: Reg = 'x'): Op =>
  combine(out, [
    [t / s, x],
    [1 - t / s, d],
  ]);
