import { brownianIncrement } from '../../../math/brownian.ts';
import { integrate } from '../../../math/quadrature.ts';
import { methods } from '../tableaus/index.ts';
import type { Method, PhiSum, Row } from '../tableaus/types.ts';
import { ancestral, noised, sdeDeviation } from './stochastic.ts';
import { plus, scaled, type Oracle, type Vector } from './types.ts';

/**
 * Any method that is given as data, a second time: loops over vectors in the coordinates of its own equation z' = ζz + f,
 * φ functions as integrals, and the weights of polynomials by quadrature of Lagrange's.
 */
interface Equation {
  /** The variable of the method. */
  at(sigma: number): number;
  sigma(place: number): number;
  /** z of x̂, and f of x̂ and D. */
  z(sigma: number): number;
  f(x: Vector, d: Vector, sigma: number): Vector;
  readonly rate: number;
}
const overLambda = { at: (s: number) => -Math.log(s), sigma: (place: number) => Math.exp(-place) };
const slope = (x: Vector, d: Vector, sigma: number) => x.map((v, k) => (v - d[k]!) / sigma);

function equationOf(method: Method, variable: string, eta: number): Equation {
  const kappa = method.noise === 'exact' ? 1 + eta : 1;
  if (method.frame === 'x0') return { ...overLambda, z: () => 1, f: (_, d) => scaled(kappa, d), rate: -kappa };
  if (method.frame === 'epsilon')
    return { ...overLambda, z: (s) => 1 / s, f: (x, d, s) => scaled(-1, slope(x, d, s)), rate: 1 };
  if (method.frame === 'lawson') return { ...overLambda, z: (s) => 1 / s, f: (_, d, s) => scaled(1 / s, d), rate: 0 };
  if (variable === 'log') return { ...overLambda, z: () => 1, f: (x, d) => plus(d, [-1, x]), rate: 0 };
  if (variable === 'sigma') return { at: (s) => s, sigma: (v) => v, z: () => 1, f: slope, rate: 0 };
  // The velocity of the flow (1 − τ)x₀ + τε: ε − x₀.
  return {
    at: (s) => s / (s + 1),
    sigma: (v) => v / (1 - v),
    z: (s) => 1 / (1 + s),
    f: (x, d, s) => plus(slope(x, d, s), [-1, d]),
    rate: 0,
  };
}

const known = new Map<string, number>();
/** φ_k(z) = ∫ e^((1 − u)z) u^(k − 1)/(k − 1)! du, in pieces of length 1 of the exponent. */
function phiIntegral(k: number, z: number): number {
  if (k === 0) return Math.exp(z);
  const key = `${k} ${z}`;
  const factorial = [1, 1, 2, 6, 24, 120, 720][k - 1]!;
  const value =
    known.get(key) ??
    integrate((u) => (Math.exp((1 - u) * z) * u ** (k - 1)) / factorial, 0, 1, Math.max(1, Math.ceil(Math.abs(z))));
  known.set(key, value);
  return value;
}
const sumOf = (sum: PhiSum, zeta: number) => sum.reduce((total, [w, k, c]) => total + w * phiIntegral(k, c * zeta), 0);

interface Value {
  readonly place: number;
  readonly f: Vector;
}
/** ∫ e^((c − u)ζ) f(u) du: what is fixed, and the polynomial through the other values less its part of the fixed ones. */
function increment(row: Row, c: number, zeta: number, values: ReadonlyMap<number, Value>, zero: Vector): Vector {
  const through = row.through.filter((column) => values.has(column)).map((column) => values.get(column)!);
  const fixed = row.fixed.map(([column, sum]) => ({ ...values.get(column)!, w: sumOf(sum, zeta) }));
  const lagrange = (j: number, u: number) =>
    through.reduce((p, { place }, k) => (k === j ? p : (p * (u - place)) / (through[j]!.place - place)), 1);
  const pieces = Math.max(1, Math.ceil(Math.abs(c * zeta)));
  const onPolynomial = through.map(
    ({ f }, j) =>
      [
        integrate((u) => Math.exp((c - u) * zeta) * lagrange(j, u), 0, c, pieces) -
          fixed.reduce((sum, { w, place }) => sum + w * lagrange(j, place), 0),
        f,
      ] as const,
  );
  return plus(zero, ...onPolynomial, ...fixed.map(({ w, f }) => [w, f] as const));
}

interface Params {
  readonly eta?: number;
  readonly s_noise?: number;
  readonly variable?: string;
}
export const tableau =
  (id: string): Oracle<Params> =>
  (w, _, params) => {
    const { eta = 0, s_noise = 1, variable = 'sigma' } = params;
    const method = methods.get(id)!;
    const { nodes, rows } = method.tableau(params as never);
    const equation = equationOf(method, variable, eta);
    const past: { at: number; f: Vector }[] = [];
    return (x, s, t) => {
      const d = w.denoise(x, s);
      const [down, up] = method.noise === 'ancestral' ? ancestral(s, t, eta) : [t, 0];
      if (t === 0) return [d, d];
      const renewed = (y: Vector) => {
        if (method.noise === 'exact')
          return noised(w, y, sdeDeviation(t, Math.log(s / t), { eta, s_noise }), s, t, eta);
        return up * s_noise > 0 ? plus(y, [up * s_noise, w.noise(brownianIncrement(s, t, eta ** 2))]) : y;
      };
      if (down === 0) return [renewed(d), d];
      const from = equation.at(s);
      const H = equation.at(down) - from;
      const zeta = equation.rate * H;
      const values = new Map<number, Value>([[1, { place: 0, f: equation.f(x, d, s) }]]);
      past.forEach(({ at, f }, k) => values.set(k - past.length, { place: (at - from) / H, f }));
      past.push({ at: from, f: values.get(1)!.f });
      const start = scaled(equation.z(s), x);
      const zero = x.map(() => 0);
      const after = (row: Row, c: number, sigma: number) =>
        scaled(
          1 / equation.z(sigma),
          plus(scaled(Math.exp(c * zeta), start), [H, increment(row, c, zeta, values, zero)]),
        );
      let shown = d;
      nodes.slice(1).forEach((c, k) => {
        const sigma = c === 0 ? s : equation.sigma(from + c * H);
        const y = after(rows[k]!, c, sigma);
        shown = w.denoise(y, sigma);
        values.set(k + 2, { place: c, f: equation.f(y, shown, sigma) });
      });
      return [renewed(after(rows.at(-1)!, 1, down)), shown];
    };
  };
