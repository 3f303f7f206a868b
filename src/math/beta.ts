/** Logarithm of the gamma function for x > 0. Lanczos 1964 with g = 7, nine terms; relative error below 1e-14. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const c = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const y = x - 1;
  const t = y + 7.5;
  const sum = c.reduce((s, v, i) => (i === 0 ? v : s + v / (y + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * Continued fraction of the incomplete beta function, DLMF 8.17.22, by Lentz's method; fast for x < (a + 1)/(a + b +
 * 2).
 */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const guard = (v: number) => (Math.abs(v) < tiny ? tiny : v);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 500; m++) {
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / guard(1 + term * d);
      c = guard(1 + term / c);
      h *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return h;
}

/** Regularised incomplete beta function I_x(a, b): the distribution function of Beta(a, b). */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/**
 * Quantile of Beta(a, b): the x with I_x(a, b) = p. Works from the nearer end, so that both tails keep their digits.
 * Where it is known it is exact, because a schedule rounds it: a median is ½, not a hair below.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  if (a === 1 && b === 1) return p;
  if (a === b && p === 0.5) return 0.5;
  if (b === 1) return p ** (1 / a);
  if (a === 1) return p < 0.5 ? -Math.expm1(Math.log1p(-p) / b) : 1 - (1 - p) ** (1 / b);
  if (p > 0.5) return 1 - lowerQuantile(1 - p, b, a);
  return lowerQuantile(p, a, b);
}

/** Bisection in log x, then Newton: I is smooth and rising, and near 0 it is a power of x. */
function lowerQuantile(p: number, a: number, b: number): number {
  let low = -745;
  let high = 0; // log x
  for (let i = 0; i < 60; i++) {
    const mid = (low + high) / 2;
    if (betaCdf(Math.exp(mid), a, b) < p) low = mid;
    else high = mid;
  }
  let x = Math.exp((low + high) / 2);
  for (let i = 0; i < 3; i++) {
    const density = Math.exp(
      (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b),
    );
    const next = x - (betaCdf(x, a, b) - p) / density;
    if (next > 0 && next < 1) x = next;
  }
  return x;
}
