import { combine, denoise } from './ops.ts';
import type { Op, Reg } from '../types.ts';

/** https://arxiv.org/abs/2406.08070: a guided step renoises with the slope of the guess that is told nothing. */
export const cfgPlusPlusPaper = {
  title: 'CFG++: Manifold-constrained Classifier Free Guidance for Diffusion Models',
  url: 'https://arxiv.org/abs/2406.08070',
} as const;

/**
 * u = D_∅, then d = D_λ, the guided one: guidance, which needs both, finds the first already said. CFG++'s λ in [0, 1] is
 * guidance's weight w; λ = 0, or a model without classes, is the sampler that the name begins with.
 */
export function* denoiseBoth(sigma: number, u: Reg = 'u', d: Reg = 'd'): Generator<Op> {
  yield { op: 'eval', x: 'x', sigma, out: u, role: 'null' };
  yield denoise(sigma, d);
}

/** The unguided slope, (x − D_∅)/σ. */
export const freeSlope = (sigma: number, out: Reg, u: Reg = 'u'): Op =>
  combine(out, [
    [1 / sigma, 'x'],
    [-1 / sigma, u],
  ]);

/** Euler's step with it: x ← D_λ + (t/s)(x − D_∅), algorithm 2 in x̂ = x/α. */
export const cfgPlusPlusStep = (
  s: number,
  t: number,
  noise: readonly (readonly [number, Reg])[] = [],
  u: Reg = 'u',
  d: Reg = 'd',
): Op => combine('x', [[1, d], [t / s, 'x'], [-t / s, u], ...noise]);
