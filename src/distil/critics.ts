// Denoisers of the particles themselves: what a network trained on nothing else would come to.
import { cholesky, solveCholesky } from '../math/cholesky.ts';
import { mixtureDenoiser } from '../models/mixture.ts';
import type { Denoiser } from '../models/types.ts';

export function meanOf(theta: Float64Array, dim: number): Float64Array {
  const mean = new Float64Array(dim);
  for (let at = 0; at < theta.length; at++) mean[at % dim]! += theta[at]!;
  return mean.map((v) => (v * dim) / theta.length);
}

/** Each particle as a Gaussian of that width; of width 0 they are the points themselves. */
export function empiricalCritic(theta: Float64Array, dim: number, bandwidth: number): Denoiser {
  const n = theta.length / dim;
  return mixtureDenoiser({
    dim,
    weights: new Float64Array(n).fill(1 / n),
    means: theta,
    stds: new Float64Array(n).fill(bandwidth),
  });
}

/**
 * The Gaussian of their mean and covariance: D(x) = m + Σ(Σ + σ²I)⁻¹(x − m). Σ = CᵀC/n of the centred particles, so it is
 * a system of n or of dim unknowns, the smaller of the two: Cᵀ(CCᵀ + nσ²I)⁻¹C is the same.
 */
export function gaussianCritic(theta: Float64Array, dim: number): Denoiser {
  const n = theta.length / dim;
  const mean = meanOf(theta, dim);
  const c = theta.map((v, at) => v - mean[at % dim]!);
  const few = n < dim;
  const size = few ? n : dim;
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      if (few) for (let k = 0; k < dim; k++) sum += c[i * dim + k]! * c[j * dim + k]!;
      else for (let k = 0; k < n; k++) sum += c[k * dim + i]! * c[k * dim + j]!;
      gram[i * size + j] = sum / n;
      gram[j * size + i] = sum / n;
    }
  return (x, sigma) => {
    const system = gram.slice();
    for (let i = 0; i < size; i++) system[i * size + i]! += sigma * sigma;
    const factor = cholesky(system, size);
    const out = new Float64Array(x.length);
    const part = new Float64Array(size);
    const off = new Float64Array(dim);
    for (let at = 0; at < x.length; at += dim) {
      for (let k = 0; k < dim; k++) off[k] = x[at + k]! - mean[k]!;
      if (few) for (let i = 0; i < n; i++) part[i] = row(c, i, off, dim) / n;
      else part.set(off);
      solveCholesky(factor, size, part);
      for (let k = 0; k < dim; k++) {
        let sum = 0;
        if (few) for (let i = 0; i < n; i++) sum += c[i * dim + k]! * part[i]!;
        else for (let i = 0; i < dim; i++) sum += gram[k * dim + i]! * part[i]!;
        out[at + k] = mean[k]! + sum;
      }
    }
    return out;
  };
}
function row(c: Float64Array, i: number, off: Float64Array, dim: number): number {
  let sum = 0;
  for (let k = 0; k < dim; k++) sum += c[i * dim + k]! * off[k]!;
  return sum;
}
