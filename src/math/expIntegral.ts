/**
 * φ_k(z) = Σ_j z^j/(j + k)! for k ≥ 1: what exponential integrators weigh a polynomial with.
 * φ₁ = (e^z − 1)/z and φ_{k+1} = (φ_k − 1/k!)/z; that recursion cancels near 0, so small z takes the series.
 * Hochbruck & Ostermann 2010, https://doi.org/10.1017/S0962492910000048, section 2.
 */
export function phi(k: number, z: number): number {
  if (Math.abs(z) < 1) {
    let term = 1;
    for (let j = 2; j <= k; j++) term /= j;
    let sum = 0;
    for (let j = 0; Math.abs(term) > 1e-19; j++) {
      sum += term;
      term *= z / (j + k + 1);
    }
    return sum;
  }
  let value = Math.expm1(z) / z;
  let factorial = 1;
  for (let j = 1; j < k; j++) {
    factorial *= j;
    value = (value - 1 / factorial) / z;
  }
  return value;
}
