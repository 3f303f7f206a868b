/**
 * The error function to float64 accuracy: 2/√π·e^(−x²)·Σ 2ⁿx²ⁿ⁺¹/(2n + 1)!! near 0, whose terms are all positive, and
 * the continued fraction of erfc beyond (DLMF 7.6.2 and 7.9.1, https://dlmf.nist.gov/7).
 */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (!(z > 0)) return x;
  if (z > 6) return Math.sign(x);
  const sign = Math.sign(x);
  const bell = Math.exp(-z * z);
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    return sign * (2 / Math.sqrt(Math.PI)) * bell * sum;
  }
  // √π·e^(z²)·erfc z = 1/(z + ½/(z + 1/(z + 3⁄2/(z + …)))), from the inside out.
  let tail = z;
  for (let n = 60; n > 0; n--) tail = z + n / 2 / tail;
  return sign * (1 - bell / (Math.sqrt(Math.PI) * tail));
}

/**
 * The z with P(Z ≤ z) = p for a standard normal Z: ∓∞ at 0 and 1. Halley's iteration on the error function from
 * Abramowitz and Stegun 1964, 26.2.22; absolute error near 1e-16/density, so to 13 digits while both tails are above 1e-4.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 || p === 1 ? (p - 0.5) * Infinity : NaN;
  const t = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
  let z = Math.sign(p - 0.5) * (t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t)));
  for (let i = 0; i < 30; i++) {
    const miss = (0.5 * (1 + erf(z / Math.SQRT2)) - p) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
    const move = miss / (1 + (z * miss) / 2);
    z -= move;
    if (Math.abs(move) <= 1e-15 * Math.max(1, Math.abs(z))) break;
  }
  return z;
}
