/**
 * φ_k(z) = ∫₀¹ e^((1−θ)z) θ^(k−1)/(k−1)! dθ = Σ_j z^j/(j + k)!, φ₀ = e^z: the weights of exponential integrators.
 * Hochbruck & Ostermann 2010, https://doi.org/10.1017/S0962492910000048, section 2. All terms of the sums here have
 * one sign, so nothing cancels: for z ≥ 0 the series itself, for z < 0 that of the integral with e^z taken out,
 * φ_k(z) = e^z Σ_j (−z)^j / ((k−1)! j! (j + k)). Far below zero the recursion φ_(k+1) = (φ_k − 1/k!)/z is safe.
 */
export function phi(k: number, z: number): number {
  if (k === 0) return Math.exp(z);
  let factorial = 1; // (k − 1)!
  for (let j = 2; j < k; j++) factorial *= j;
  if (z < -30) {
    let value = Math.expm1(z) / z;
    let known = 1;
    for (let j = 1; j < k; j++) {
      known *= j;
      value = (value - 1 / known) / z;
    }
    return value;
  }
  let sum = 0;
  if (z >= 0) {
    let term = 1 / (factorial * k);
    for (let j = 1; term > sum * 1e-18; j++) {
      sum += term;
      term *= z / (j + k);
    }
    return sum;
  }
  let power = 1 / factorial; // (−z)^j / ((k−1)! j!)
  for (let j = 0; ; j++) {
    const term = power / (j + k);
    if (j > -z && term < sum * 1e-18) break;
    sum += term;
    power *= -z / (j + 1);
  }
  return Math.exp(z) * sum;
}
