// Where linear multistep methods with momentum are stable: their growth on dx/dσ = λx in equal steps h, over z = hλ.
import { momentumWeights } from './ghvb.ts';
import { equalStepWeights } from './parts/multistep.ts';

/** x_{n+1} = x_n + h·Σ b_j v_{n−j} with v = β/(1 − (1 − β)E⁻¹)·λx: coefficients b, newest first, and β in (0, 1]. */
export interface DampedAdams {
  readonly weights: readonly number[];
  readonly beta: number;
}
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** Adams-Bashforth of so many slopes, 1 to 4. */
export const adams = (terms: number): DampedAdams => ({ weights: equalStepWeights[terms - 1]!, beta: 1 });
/** Heavy ball on it. As the average is linear, it is the same whether slopes or steps are averaged. */
export const heavyAdams = (terms: number, beta: number): DampedAdams => ({ ...adams(terms), beta });
/** GHVB of an order from 1 to 4, whole or not. */
export function ghvbOf(order: number): DampedAdams {
  const terms = Math.ceil(order);
  const beta = order === terms ? 1 : order - Math.floor(order);
  return { weights: momentumWeights(terms, beta), beta };
}

/**
 * ρ and σ of ρ(ζ) = z·σ(ζ), highest power first: ρ = (ζ − 1)(ζ − (1 − β))ζ^{k−1} and σ = β Σ b_j ζ^{k−j}, for k weights. What
 * they have in common is a root at 0, which decides nothing. Hairer & Wanner, Solving ODEs II, eq. V.1.7.
 */
const rhoOf = ({ weights, beta }: DampedAdams): number[] => [1, beta - 2, 1 - beta, ...weights.slice(1).map(() => 0)];
const sigmaOf = ({ weights, beta }: DampedAdams): number[] => [0, ...weights.map((b) => beta * b), 0];

const times = (a: Complex, b: Complex): Complex => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });
const less = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
function over(a: Complex, b: Complex): Complex {
  const size = b.re ** 2 + b.im ** 2;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}
const horner = (coefficients: readonly Complex[], at: Complex): Complex =>
  coefficients.reduce((sum, c) => {
    const up = times(sum, at);
    return { re: up.re + c.re, im: up.im + c.im };
  });

/** Roots of a polynomial that begins with 1, by Durand and Kerner's iteration. */
export function rootsOf(coefficients: readonly Complex[]): Complex[] {
  const n = coefficients.length - 1;
  const reach = 1 + Math.max(...coefficients.slice(1).map((c) => Math.hypot(c.re, c.im))); // Cauchy's bound
  // On a circle, turned so that none is its own conjugate.
  let roots = Array.from({ length: n }, (_, k): Complex => {
    const angle = (2 * Math.PI * k) / n + 0.4;
    return { re: reach * 0.5 * Math.cos(angle), im: reach * 0.5 * Math.sin(angle) };
  });
  for (let round = 0; round < 200; round++) {
    let moved = 0;
    roots = roots.map((root, k) => {
      const others = roots.reduce((product, other, j) => (j === k ? product : times(product, less(root, other))), {
        re: 1,
        im: 0,
      });
      const by = over(horner(coefficients, root), others);
      if (!Number.isFinite(by.re) || !Number.isFinite(by.im)) return root;
      moved = Math.max(moved, Math.hypot(by.re, by.im));
      return less(root, by);
    });
    if (moved < 1e-13 * reach) break;
  }
  return roots;
}

/** By what a step multiplies the fastest growing part of an error: the largest |ζ| with ρ(ζ) = z·σ(ζ). Stable up to 1. */
export function growth(method: DampedAdams, z: Complex): number {
  const sigma = sigmaOf(method);
  const coefficients = rhoOf(method).map((c, k) => ({ re: c - z.re * sigma[k]!, im: -z.im * sigma[k]! }));
  return Math.max(...rootsOf(coefficients).map((root) => Math.hypot(root.re, root.im)));
}

/** The least real z at which a method is stable, where ζ = −1 is the root that leaves: −2(2 − β)/(β Σ (−1)^j b_j). */
export const realEnd = ({ weights, beta }: DampedAdams): number =>
  (-2 * (2 - beta)) / (beta * weights.reduce((sum, b, j) => sum + (j % 2 === 0 ? b : -b), 0));

/** Where roots cross the circle: z = ρ(ζ)/σ(ζ) of ζ = e^{iθ}. */
function locus(method: DampedAdams, angle: number): Complex {
  const zeta = { re: Math.cos(angle), im: Math.sin(angle) };
  const real = (list: readonly number[]) => list.map((re) => ({ re, im: 0 }));
  return over(horner(real(rhoOf(method)), zeta), horner(real(sigmaOf(method)), zeta));
}

/** Of a root that lies on the circle, how far outside it may be found. */
const ON_CIRCLE = 1e-7;

/**
 * The border of the region of stability as points in their order: those of the locus at which no other root is outside. The
 * region is one piece, mirrored at the real axis.
 */
export function border(method: DampedAdams, points = 360): Complex[] {
  const upper = Array.from({ length: points + 1 }, (_, k) => locus(method, (Math.PI * k) / points)).filter(
    (z) => growth(method, z) <= 1 + ON_CIRCLE,
  );
  return [...upper, ...upper.toReversed().map(({ re, im }) => ({ re, im: -im }))];
}
