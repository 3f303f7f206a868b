import { normals } from '../math/normal.ts';
import type { Batch, Denoiser } from './types.ts';

/**
 * Isotropic Gaussians: component k has weight w_k, centre means[k·dim …] and standard deviation stds[k]. Weights sum to
 * 1.
 */
export interface Mixture {
  readonly dim: number;
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly stds: Float64Array;
}

/** Builds a mixture, normalising the weights; refuses anything that is not a distribution. */
export function mixture(
  dim: number,
  components: readonly { readonly weight: number; readonly mean: readonly number[]; readonly std: number }[],
): Mixture {
  if (components.length === 0) throw new RangeError('a mixture needs at least one component');
  for (const [k, c] of components.entries()) {
    if (!(c.weight > 0) || !Number.isFinite(c.weight))
      throw new RangeError(`component ${k}: weight ${c.weight} must be positive and finite`);
    if (!(c.std >= 0) || !Number.isFinite(c.std))
      throw new RangeError(`component ${k}: std ${c.std} must be finite and not negative`);
    if (c.mean.length !== dim || !c.mean.every(Number.isFinite))
      throw new RangeError(`component ${k}: the mean must be ${dim} finite numbers`);
  }
  const total = components.reduce((sum, c) => sum + c.weight, 0);
  return {
    dim,
    weights: Float64Array.from(components, (c) => c.weight / total),
    means: Float64Array.from(components.flatMap((c) => c.mean)),
    stds: Float64Array.from(components, (c) => c.std),
  };
}

/** Some components of a mixture, as a distribution of their own. */
export const componentsOf = (m: Mixture, components: readonly number[]): Mixture =>
  mixture(
    m.dim,
    components.map((k) => ({
      weight: m.weights[k]!,
      mean: [...m.means.subarray(k * m.dim, (k + 1) * m.dim)],
      std: m.stds[k]!,
    })),
  );

/** The same mixture with every component that many times as wide. */
export const widened = (m: Mixture, factor: number): Mixture => ({ ...m, stds: m.stds.map((s) => factor * s) });

/**
 * log(w_k N(x; μ_k, (s_k² + σ²) I)) of every component into `out`; returns their log-sum-exp, the log density of the
 * mixture smoothed by noise σ.
 */
function logTerms(m: Mixture, x: Float64Array, at: number, sigma: number, out: Float64Array): number {
  let largest = -Infinity;
  for (let k = 0; k < out.length; k++) {
    let squared = 0;
    for (let j = 0; j < m.dim; j++) squared += (x[at + j]! - m.means[k * m.dim + j]!) ** 2;
    const variance = m.stds[k]! ** 2 + sigma * sigma;
    out[k] = Math.log(m.weights[k]!) - (m.dim / 2) * Math.log(2 * Math.PI * variance) - squared / (2 * variance);
    largest = Math.max(largest, out[k]!);
  }
  let sum = 0;
  for (const term of out) sum += Math.exp(term - largest);
  return largest + Math.log(sum);
}

/** log p_σ(x) of each row: the mixture convolved with N(0, σ² I). σ = 0 is the mixture itself. */
export function logDensity(m: Mixture, x: Float64Array, sigma: number): Float64Array {
  const terms = new Float64Array(m.weights.length);
  return Float64Array.from({ length: x.length / m.dim }, (_, i) => logTerms(m, x, i * m.dim, sigma, terms));
}

/** ∇ log p_σ(x) of each row: Σ_k r_k (μ_k − x)/(s_k² + σ²) with responsibilities r_k. */
export function score(m: Mixture, x: Float64Array, sigma: number): Float64Array {
  const out = new Float64Array(x.length);
  const terms = new Float64Array(m.weights.length);
  for (let at = 0; at < x.length; at += m.dim) {
    const total = logTerms(m, x, at, sigma, terms);
    for (let k = 0; k < terms.length; k++) {
      const pull = Math.exp(terms[k]! - total) / (m.stds[k]! ** 2 + sigma * sigma);
      for (let j = 0; j < m.dim; j++) out[at + j]! += pull * (m.means[k * m.dim + j]! - x[at + j]!);
    }
  }
  return out;
}

/**
 * E[x₀ | x₀ + σz = x] = Σ_k r_k (μ_k + s_k²/(s_k² + σ²) (x − μ_k)); exact, and finite even where every density
 * underflows.
 */
export function mixtureDenoiser(m: Mixture): Denoiser {
  const terms = new Float64Array(m.weights.length);
  return (x, sigma) => {
    if (sigma === 0) return x.slice();
    const out = new Float64Array(x.length);
    for (let at = 0; at < x.length; at += m.dim) {
      const total = logTerms(m, x, at, sigma, terms);
      for (let k = 0; k < terms.length; k++) {
        const r = Math.exp(terms[k]! - total);
        const kept = m.stds[k]! ** 2 / (m.stds[k]! ** 2 + sigma * sigma);
        for (let j = 0; j < m.dim; j++) {
          const mean = m.means[k * m.dim + j]!;
          out[at + j]! += r * (mean + kept * (x[at + j]! - mean));
        }
      }
    }
    return out;
  };
}

/** Index of the most responsible component of each row. */
export function assignComponents(m: Mixture, x: Float64Array, sigma: number): Int32Array {
  const terms = new Float64Array(m.weights.length);
  return Int32Array.from({ length: x.length / m.dim }, (_, i) => {
    logTerms(m, x, i * m.dim, sigma, terms);
    return terms.indexOf(terms.reduce((a, b) => Math.max(a, b)));
  });
}

/** The component whose slice of the cumulative weights holds u in [0, 1); leftover mass goes to the last. */
export function pick(weights: ArrayLike<number>, u: number): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) {
    sum += weights[k]!;
    if (u < sum) return k;
  }
  return weights.length - 1;
}

/**
 * n independent samples of the mixture smoothed by σ; `us` gives each its component, (seed, draw) its Gaussian part.
 */
export function sampleMixture(m: Mixture, us: ArrayLike<number>, seed: number, draw: number, sigma = 0): Batch {
  const z = normals(seed, draw, us.length, m.dim);
  const data = Float64Array.from(z, (value, at) => {
    const k = pick(m.weights, us[Math.floor(at / m.dim)]!);
    return m.means[k * m.dim + (at % m.dim)]! + Math.hypot(m.stds[k]!, sigma) * value;
  });
  return { n: us.length, dim: m.dim, data };
}
