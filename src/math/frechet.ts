import { symmetricEigen } from './eigen.ts';

/** Mean and covariance (row-major dim×dim, divided by n − 1) of n row vectors. */
export interface Moments {
  readonly n: number;
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

export function moments(data: ArrayLike<number>, n: number, dim: number): Moments {
  const mean = new Float64Array(dim);
  const covariance = new Float64Array(dim * dim);
  for (let i = 0; i < n; i++) for (let j = 0; j < dim; j++) mean[j]! += data[i * dim + j]! / n;
  const centred = new Float64Array(dim);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < dim; j++) centred[j] = data[i * dim + j]! - mean[j]!;
    for (let j = 0; j < dim; j++) for (let k = 0; k <= j; k++) covariance[j * dim + k]! += centred[j]! * centred[k]!;
  }
  for (let j = 0; j < dim; j++) {
    for (let k = 0; k <= j; k++) {
      const value = covariance[j * dim + k]! / Math.max(1, n - 1);
      covariance[j * dim + k] = value;
      covariance[k * dim + j] = value;
    }
  }
  return { n, mean, covariance };
}

/** f of a symmetric matrix: its eigenvectors kept, its eigenvalues mapped; tiny negative ones (rounding) count as 0. */
function mapEigenvalues(matrix: ArrayLike<number>, n: number, f: (value: number) => number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const out = new Float64Array(n * n);
  for (let e = 0; e < n; e++) {
    const value = f(Math.max(0, values[e]!));
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) out[i * n + j]! += value * vectors[e * n + i]! * vectors[e * n + j]!;
  }
  return out;
}

function multiply(a: ArrayLike<number>, b: ArrayLike<number>, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * n + k]! * b[k * n + j]!;
  return out;
}

/**
 * Squared Fréchet (2-Wasserstein) distance of two Gaussians, |μ₁ − μ₂|² + tr(C₁ + C₂ − 2 (C₁^½ C₂ C₁^½)^½). The
 * symmetric form has real, non-negative eigenvalues even for rank-deficient covariances, where a root of C₁C₂ turns
 * complex.
 */
export function frechetDistance(a: Omit<Moments, 'n'>, b: Omit<Moments, 'n'>): number {
  const n = a.mean.length;
  const root = mapEigenvalues(a.covariance, n, Math.sqrt);
  const product = multiply(multiply(root, b.covariance, n), root, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      product[i * n + j] = product[j * n + i] = (product[i * n + j]! + product[j * n + i]!) / 2;
  const { values } = symmetricEigen(product, n);
  let distance = 0;
  for (let i = 0; i < n; i++) {
    distance +=
      (a.mean[i]! - b.mean[i]!) ** 2 +
      a.covariance[i * n + i]! +
      b.covariance[i * n + i]! -
      2 * Math.sqrt(Math.max(0, values[i]!));
  }
  return distance;
}
