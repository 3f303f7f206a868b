import { integrate } from '../../../math/quadrature.ts';
import { minus, plus, scaled, type Oracle, type Vector } from './types.ts';

/** DPM-Solver++(2M), Lu et al. 2022, algorithm 2 with α = 1. */
export const dpmpp2m: Oracle<object> = (w) => {
  let old: { d: Vector; h: number } | undefined;
  return (x, s, t) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const h = Math.log(s) - Math.log(t);
    const used = old ? plus(d, [h / old.h / 2, minus(d, old.d)]) : d;
    old = { d, h };
    return [plus(scaled(t / s, x), [-(Math.exp(-h) - 1), used]), d];
  };
};

/** RES, Zhang et al. 2023: weights b₁ = φ₁ + φ₂/r and b₂ = −φ₂/r with r = h_(i−1)/h_i, φ₂ = (φ₁ − 1)/z at z = −h. */
export const resMultistep: Oracle<object> = (w) => {
  let old: { d: Vector; h: number } | undefined;
  return (x, s, t) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const h = Math.log(s) - Math.log(t);
    const phi1 = (1 - Math.exp(-h)) / h;
    const phi2 = (phi1 - 1) / -h;
    const fromOld = old ? (h * phi2 * h) / old.h : 0;
    const next = plus(scaled(t / s, x), [h * phi1 + fromOld, d], [-fromOld, old?.d ?? d]);
    old = { d, h };
    return [next, d];
  };
};

/**
 * DPM-Solver++(3M) as diffusers and the official code write it: D1 and D2 from divided differences, D2 short of Taylor's
 * factor 2. The last step but one of fewer than 15 that end at 0 is of second order, midpoint.
 */
const threeStep =
  (factor: number): Oracle<{ lower_order_final: boolean }> =>
  (w, sigmas, { lower_order_final }) => {
    const old: Vector[] = [];
    const lambda = (i: number) => -Math.log(sigmas[i]!);
    const count = sigmas.length - 1;
    return (x, s, t, i) => {
      const d = w.denoise(x, s);
      if (t === 0) return [d, d];
      old[i] = d;
      const h = lambda(i + 1) - lambda(i);
      const e = Math.exp(-h) - 1;
      const first = plus(scaled(t / s, x), [-e, d]);
      if (i === 0) return [first, d];
      const r0 = (lambda(i) - lambda(i - 1)) / h;
      const d10 = scaled(1 / r0, minus(d, old[i - 1]!));
      const careful = lower_order_final && count <= 14 && sigmas.at(-1) === 0 && i + 2 === count;
      if (i === 1 || careful) return [plus(first, [-0.5 * e, d10]), d];
      const r1 = (lambda(i - 1) - lambda(i - 2)) / h;
      const d11 = scaled(1 / r1, minus(old[i - 1]!, old[i - 2]!));
      const change = scaled(1 / (r0 + r1), minus(d10, d11));
      return [plus(first, [e / h + 1, plus(d10, [r0, change])], [-((e + h) / h ** 2 - 0.5) * factor, change]), d];
    };
  };
export const dpmpp3m = threeStep(1);
export const dpmpp3mCorrected = threeStep(2);

/**
 * Weights of D_m − D₀ over a step of h from λ = 0, for points at r_m·h: Zhao et al. 2023 solve order conditions; with as
 * many conditions as points that is the integral of Lagrange's polynomials, whatever B(h). A single point has ρ = ½, and
 * there B(h) counts.
 */
function uniWeights(points: readonly number[], h: number, variant: 'bh1' | 'bh2'): number[] {
  if (points.length === 0) return [];
  const size = variant === 'bh1' ? h : 1 - Math.exp(-h);
  if (points.length === 1) return [size / 2 / points[0]!];
  const nodes = [...points, 0];
  return points.map((r, m) => {
    const polynomial = (u: number) =>
      nodes.reduce((product, a, k) => (k === m ? product : (product * (u - a)) / (r - a)), 1);
    return integrate((u) => h * Math.exp(-h * (1 - u)) * polynomial(u), 0, 1, 4);
  });
}
interface UniPc {
  order: number;
  variant: 'bh1' | 'bh2';
  corrector: boolean;
  lower_order_final: boolean;
}
/** UniPC: the corrector takes the step before again, from its own start, with the new value as one more point. */
export const unipc: Oracle<UniPc> = (w, sigmas, { order, variant, corrector, lower_order_final }) => {
  const old: Vector[] = [];
  const lambda = (i: number) => -Math.log(sigmas[i]!);
  const count = sigmas.length - 1;
  let start: Vector | undefined;
  let points = 0;
  /** From level i to i + 1, with `points` values before i, and the value at i + 1 where it is known. */
  const over = (x: Vector, i: number, after?: Vector): Vector => {
    if (sigmas[i + 1] === 0) return old[i]!;
    const h = lambda(i + 1) - lambda(i);
    const before = Array.from({ length: points }, (_, m) => i - 1 - m);
    const r = before.map((k) => (lambda(k) - lambda(i)) / h);
    const values = before.map((k) => old[k]!);
    const weights = uniWeights(after ? [...r, 1] : r, h, variant);
    return plus(
      scaled(Math.exp(-h), x),
      [1 - Math.exp(-h), old[i]!],
      ...[...values, ...(after ? [after] : [])].map((v, m) => [weights[m]!, minus(v, old[i]!)] as const),
    );
  };
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    old[i] = d;
    const from = corrector && start ? over(start, i - 1, d) : x;
    start = from;
    const left = count - i; // steps from here on, this one too
    points = Math.min(order, i + 1, lower_order_final && sigmas[count] === 0 ? left : order) - 1;
    return [t === 0 ? d : over(from, i), d];
  };
};
