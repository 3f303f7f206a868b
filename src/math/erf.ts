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
