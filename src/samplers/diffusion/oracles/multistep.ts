import { integrate } from '../../../math/quadrature.ts';
import { minus, plus, scaled, slopeOf, type Oracle, type Vector } from './types.ts';

/** Lagrange's polynomial number j through `nodes`, at `place`. */
const lagrange = (nodes: readonly number[], j: number, place: number) =>
  nodes.reduce((product, a, k) => (k === j ? product : (product * (place - a)) / (nodes[j]! - a)), 1);

/** Adams-Bashforth with weights of its own for every step; a step to 0 returns D. */
const adams =
  (weightsOf: (sigmas: readonly number[], i: number, terms: number) => readonly number[], order: number) =>
  (w: Parameters<Oracle<object>>[0], sigmas: readonly number[]): ReturnType<Oracle<object>> => {
    const slopes: Vector[] = [];
    return (x, s, t, i) => {
      const d = w.denoise(x, s);
      if (t === 0) return [d, d];
      slopes.unshift(slopeOf(x, d, s));
      const weights = weightsOf(sigmas, i, Math.min(order, slopes.length));
      return [plus(x, ...weights.map((c, j) => [c, slopes[j]!] as const)), d];
    };
  };

/** The levels of the last slopes, newest first. */
const levels = (sigmas: readonly number[], i: number, terms: number) => sigmas.slice(i + 1 - terms, i + 1).reverse();

/** ∫ dσ of polynomials in `variable`, over v = σ^¼, in which σ and log σ are both smooth: dσ = 4v³ dv. */
const polynomialIn =
  (variable: (sigma: number) => number) =>
  (sigmas: readonly number[], i: number, terms: number): number[] => {
    const nodes = levels(sigmas, i, terms).map(variable);
    return nodes.map((_, j) =>
      integrate(
        (v) => lagrange(nodes, j, variable(v ** 4)) * 4 * v ** 3,
        sigmas[i]! ** 0.25,
        sigmas[i + 1]! ** 0.25,
        16,
      ),
    );
  };

/** The time t of the VP SDE, Song et al. 2021 eq. 33, found by bisection: σ² = exp(½·19.9·t² + .1·t) − 1. */
const sigmaAt = (t: number) => Math.sqrt(Math.expm1((19.9 * t * t) / 2 + 0.1 * t));
function timeOf(sigma: number): number {
  let low = 0;
  let high = 4;
  for (let k = 0; k < 80; k++) {
    const middle = (low + high) / 2;
    if (sigmaAt(middle) < sigma) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
/** tAB: the polynomial is in t, and so is the integral, ∫ ℓ(t) dσ/dt dt; over √t, since dσ/dt is infinite at t = 0. */
function polynomialInTime(sigmas: readonly number[], i: number, terms: number): number[] {
  const nodes = levels(sigmas, i, terms).map(timeOf);
  const rate = (t: number) => ((19.9 * t + 0.1) * (sigmaAt(t) ** 2 + 1)) / (2 * sigmaAt(t));
  const end = timeOf(sigmas[i + 1]!);
  return nodes.map((_, j) =>
    integrate((u) => lagrange(nodes, j, u * u) * rate(u * u) * 2 * u, Math.sqrt(nodes[0]!), Math.sqrt(end), 16),
  );
}

export const deis: Oracle<{ order: number; mode: 'tab' | 'rhoab' | 'logrho' }> = (w, sigmas, { order, mode }) => {
  const weights = {
    tab: polynomialInTime,
    rhoab: polynomialIn((sigma) => sigma),
    logrho: polynomialIn(Math.log),
  };
  return adams(weights[mode], order)(w, sigmas);
};
export const lms: Oracle<{ order: number }> = (w, sigmas, { order }) =>
  adams(
    polynomialIn((sigma) => sigma),
    order,
  )(w, sigmas);

/** Equal steps: the polynomial through the places 0, −1, −2, …, over one step. */
const equalSteps = (terms: number): number[] => {
  const nodes = Array.from({ length: terms }, (_, j) => -j);
  return nodes.map((_, j) => integrate((u) => lagrange(nodes, j, u), 0, 1));
};
export const ipndm: Oracle<{ order: number }> = (w, sigmas, { order }) =>
  adams((all, i, terms) => equalSteps(terms).map((c) => c * (all[i + 1]! - all[i]!)), order)(w, sigmas);

/** Wizadwongsa et al. 2023: the closed forms that the paper prints for one to four velocities. */
function velocityWeights(terms: number, b: number): number[] {
  if (terms === 1) return [1];
  if (terms === 2) return [(2 + b) / (2 * b), -(2 - b) / (2 * b)];
  if (terms === 3) return [(18 + 5 * b) / 12, -(24 - 8 * b) / 12, (6 - b) / 12].map((c) => c / b);
  return [(46 + 9 * b) / 24, -(78 - 19 * b) / 24, (42 - 5 * b) / 24, -(10 - b) / 24].map((c) => c / b);
}
/** v ← (1 − β)v + βε, v starting as the first ε, where Adams-Bashforth has nothing to damp yet. */
export const ghvb: Oracle<{ order: number }> = (w, _, { order }) => {
  const whole = Number.isInteger(order);
  const beta = whole ? 1 : order % 1;
  const most = whole ? order : Math.trunc(order) + 1;
  const velocities: Vector[] = [];
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const now = slopeOf(x, d, s);
    velocities.push(i === 0 ? now : plus(scaled(beta, now), [1 - beta, velocities[i - 1]!]));
    const weights = i === 0 ? [1] : velocityWeights(Math.min(most, i + 1), beta);
    return [plus(x, ...weights.map((c, j) => [(t - s) * c, velocities[i - j]!] as const)), d];
  };
};

/** Permenter & Yuan 2023: the slope γ·ε_i + (1 − γ)·ε_(i−1), from the second step on. */
export const gradientEstimation: Oracle<{ gamma: number }> = (w, _, { gamma }) => {
  let before: Vector | undefined;
  return (x, s, t) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const now = slopeOf(x, d, s);
    const used = plus(now, [gamma - 1, minus(now, before ?? now)]);
    before = now;
    return [plus(x, [t - s, used]), d];
  };
};
