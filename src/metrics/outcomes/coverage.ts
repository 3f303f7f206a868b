/**
 * Coverage, the share of problems of which at least one of k answers is right, as a law of k. Large Language Monkeys,
 * Brown et al. 2024, https://arxiv.org/abs/2407.21787, fits ln c(k) = A·k^B. Why a power: with success rates p ~ Beta(a,
 * b) over problems, c(k) = 1 − Π_{j<k} (b + j)/(a + b + j), and 1 − c(k) falls like Γ(a + b)/Γ(b)·k^−a; problems of one
 * p would give an exponential. B is not a.
 */
import { logGamma } from '../../math/beta.ts';

/** Expected coverage of k answers when success rates are Beta(a, b), a, b > 0. */
export function betaCoverage(a: number, b: number, k: number): number {
  // ln Π (b + j)/(a + b + j), which keeps its digits where the product is small and where it is nearly 1.
  let none = 0;
  if (k > 64) none = logGamma(b + k) - logGamma(b) - logGamma(a + b + k) + logGamma(a + b);
  else for (let j = 0; j < k; j++) none += Math.log1p(-a / (a + b + j));
  return -Math.expm1(none);
}

/** What 1 − c(k)·k^a goes to: Γ(a + b)/Γ(b). */
export const tailConstant = (a: number, b: number): number => Math.exp(logGamma(a + b) - logGamma(b));

/** Answers asked of a problem, and how many were right. */
export interface Tally {
  readonly asked: number;
  readonly right: number;
}

export interface BetaFit {
  readonly a: number;
  readonly b: number;
}

const STEPS = 100;
/** Beyond this the rates are one rate, as far as such counts can tell. */
const LARGEST = 1e4;

/**
 * The a and b under which the tallies are the likeliest (beta-binomial), by Newton's method on their logarithms; null when
 * no answer, or every answer, was right: then there is no such fit. Tallies that spread no more than one rate would give
 * a and b at the largest that are tried (their sum about 10⁴).
 */
export function fitBeta(tallies: readonly Tally[]): BetaFit | null {
  const most = tallies.reduce((n, t) => Math.max(n, t.asked), 0);
  // How many problems had more than j right, more than j wrong, more than j asked: all that the likelihood depends on.
  const [right, wrong, asked] = [new Float64Array(most), new Float64Array(most), new Float64Array(most)];
  for (const t of tallies) {
    for (let j = 0; j < t.right; j++) right[j]!++;
    for (let j = 0; j < t.asked - t.right; j++) wrong[j]!++;
    for (let j = 0; j < t.asked; j++) asked[j]!++;
  }
  if (!(right[0]! > 0) || !(wrong[0]! > 0)) return null;
  const likelihood = (a: number, b: number) => {
    let sum = 0;
    for (let j = 0; j < most; j++)
      sum += right[j]! * Math.log(a + j) + wrong[j]! * Math.log(b + j) - asked[j]! * Math.log(a + b + j);
    return sum;
  };
  let [x, y] = [0, 0];
  let best = likelihood(1, 1);
  for (let step = 0; step < STEPS; step++) {
    const [a, b] = [Math.exp(x), Math.exp(y)];
    let [ga, gb, haa, hbb, hab] = [0, 0, 0, 0, 0];
    for (let j = 0; j < most; j++) {
      const [r, w, n] = [1 / (a + j), 1 / (b + j), 1 / (a + b + j)];
      ga += right[j]! * r - asked[j]! * n;
      gb += wrong[j]! * w - asked[j]! * n;
      haa += asked[j]! * n * n - right[j]! * r * r;
      hbb += asked[j]! * n * n - wrong[j]! * w * w;
      hab += asked[j]! * n * n;
    }
    // In ln a and ln b; where the likelihood is not yet bowl-shaped, uphill by the slope.
    const [gx, gy] = [a * ga, b * gb];
    const [xx, yy, xy] = [a * a * haa + gx, b * b * hbb + gy, a * b * hab];
    const det = xx * yy - xy * xy;
    let [dx, dy] = xx < 0 && det > 0 ? [(xy * gy - yy * gx) / det, (xy * gx - xx * gy) / det] : [gx, gy];
    const length = Math.hypot(dx, dy);
    if (length > 1) [dx, dy] = [dx / length, dy / length];
    let moved = false;
    for (let half = 0; half < 40 && !moved; half++, dx /= 2, dy /= 2) {
      const value = likelihood(Math.exp(x + dx), Math.exp(y + dy));
      if (!(value > best)) continue;
      best = value;
      [x, y] = [x + dx, y + dy];
      moved = true;
    }
    if (!moved || Math.exp(x) + Math.exp(y) > LARGEST) break;
  }
  return { a: Math.exp(x), b: Math.exp(y) };
}

export interface PowerFit {
  /** Below 0. */
  readonly A: number;
  /** Below 0 where more answers help. */
  readonly B: number;
}
export const powerCoverage = ({ A, B }: PowerFit, k: number): number => Math.exp(A * k ** B);

/**
 * ln c = A·k^B by least squares on ln c (Gauss-Newton from the straight line through ln(−ln c) against ln k). Points whose
 * coverage is 0 or 1 have no such logarithm and are left out; null when fewer than two of different k remain.
 */
export function fitPower(points: readonly { readonly k: number; readonly coverage: number }[]): PowerFit | null {
  const usable = points.filter(({ coverage: c }) => c > 0 && c < 1);
  if (new Set(usable.map(({ k }) => k)).size < 2) return null;
  const x = usable.map(({ k }) => Math.log(k));
  const y = usable.map(({ coverage }) => Math.log(coverage));
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const z = y.map((v) => Math.log(-v));
  const [mx, mz] = [mean(x), mean(z)];
  let B = x.reduce((sum, v, i) => sum + (v - mx) * (z[i]! - mz), 0) / x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  let A = -Math.exp(mz - B * mx);
  const loss = (A: number, B: number) => y.reduce((sum, v, i) => sum + (v - A * Math.exp(B * x[i]!)) ** 2, 0);
  let least = loss(A, B);
  for (let step = 0; step < STEPS; step++) {
    let [aa, bb, ab, ra, rb] = [0, 0, 0, 0, 0];
    for (const [i, v] of y.entries()) {
      const power = Math.exp(B * x[i]!);
      const [da, db] = [power, A * x[i]! * power];
      const rest = v - A * power;
      aa += da * da;
      bb += db * db;
      ab += da * db;
      ra += da * rest;
      rb += db * rest;
    }
    const det = aa * bb - ab * ab;
    if (!(det > 0)) break;
    let [dA, dB] = [(bb * ra - ab * rb) / det, (aa * rb - ab * ra) / det];
    let moved = false;
    for (let half = 0; half < 40 && !moved; half++, dA /= 2, dB /= 2) {
      const value = loss(A + dA, B + dB);
      if (!(value < least)) continue;
      least = value;
      [A, B] = [A + dA, B + dB];
      moved = true;
    }
    if (!moved) break;
  }
  return { A, B };
}
