import { ring, slope } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/** ∫ from s to t of (γ − γ_s)/(γ_s − γ_p) dσ, γ = 1/(1 + σ²), up to sign: the weight of ε_p − ε_s. */
export function accelerated(p: number, s: number, t: number): number {
  const gamma = 1 / (1 + s * s);
  const between = Math.atan((s - t) / (1 + s * t)); // atan s − atan t
  return (gamma * (t - s) + between) / ((gamma * (p - s) * (p + s)) / (1 + p * p)); // γ_s − γ_p, without cancellation
}

/**
 * Accelerated DDIM: Adams-Bashforth of two slopes, the slope being linear in ᾱ = 1/(1 + σ²). Li et al. 2024,
 * https://arxiv.org/abs/2403.03852. First step: Euler.
 */
export const acceleratedDdim: Sampler<object> = {
  id: 'accelerated_ddim',
  title: 'Accelerated DDIM',
  paper: {
    title: 'Accelerating Convergence of Score-Based Diffusion Models, Provably',
    url: 'https://arxiv.org/abs/2403.03852',
  },
  summary: 'DDIM that extrapolates the slope from the step before, along ᾱ: second order at one evaluation a step.',
  order: 2,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    const history = ring('e', 2);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t === 0) {
        yield combine('x', [[1, 'd']]);
      } else {
        const c = i === 0 ? 0 : accelerated(sigmas[i - 1]!, s, t);
        yield slope(s, history(i));
        yield combine('x', [
          [1, 'x'],
          [t - s - c, history(i)],
          [c, history(i - 1)],
        ]);
      }
      yield mark(i + 1, t);
    }
  },
};
