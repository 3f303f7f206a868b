import { minus, plus, scaled, slopeOf, type Oracle, type Step, type Vector, type World } from './types.ts';

/** Karras et al. 2022, algorithm 1 without line 6 to 8. */
export const euler: Oracle<object> = (w) => (x, s, t) => {
  const d = w.denoise(x, s);
  return [plus(x, [t - s, slopeOf(x, d, s)]), d];
};

/** Karras et al. 2022, algorithm 1: the value shown is that of the second slope, where there is one. */
export function heunStep(w: World, x: Vector, s: number, t: number): readonly [Vector, Vector] {
  const d = w.denoise(x, s);
  const before = slopeOf(x, d, s);
  const guess = plus(x, [t - s, before]);
  if (t === 0) return [guess, d];
  const e = w.denoise(guess, t);
  return [plus(x, [(t - s) / 2, before], [(t - s) / 2, slopeOf(guess, e, t)]), e];
}
export const heun: Oracle<object> = (w) => (x, s, t) => heunStep(w, x, s, t);

/** The last step of the methods that take log σ: log 0 does not exist, and D is what remains. */
const toZero = (w: World, x: Vector, s: number): readonly [Vector, Vector] => {
  const d = w.denoise(x, s);
  return [d, d];
};

/** DPM-Solver-2, Lu et al. 2022, algorithm 1, α = 1, for the predicted noise: weights σ(e^h − 1) with h in log σ. */
export const dpm2: Oracle<object> = (w) => (x, s, t) => {
  if (t === 0) return toZero(w, x, s);
  const h = Math.log(s) - Math.log(t);
  const inner = Math.exp(Math.log(s) - h / 2);
  const u = plus(x, [-inner * (Math.exp(h / 2) - 1), slopeOf(x, w.denoise(x, s), s)]);
  const e = w.denoise(u, inner);
  return [plus(x, [-t * (Math.exp(h) - 1), slopeOf(u, e, inner)]), e];
};

/** DPM-Solver++(2S), Lu et al. 2022, algorithm 1 with α = 1, line by line. */
export const dpmpp2s: Oracle<{ r: number }> =
  (w, _, { r }) =>
  (x, s, t) => {
    if (t === 0) return toZero(w, x, s);
    const h = -Math.log(t) + Math.log(s);
    const inner = Math.exp(Math.log(s) - r * h);
    const d = w.denoise(x, s);
    const u = plus(scaled(inner / s, x), [-(Math.exp(-r * h) - 1), d]);
    const e = w.denoise(u, inner);
    const both = plus(d, [1 / (2 * r), minus(e, d)]);
    return [plus(scaled(t / s, x), [-(Math.exp(-h) - 1), both]), e];
  };

/** Kutta 1901 on dx/d(log σ) = x − D: the value shown is that of the fourth slope. */
export const rk4: Oracle<object> = (w): Step => {
  return (x, s, t) => {
    if (t === 0) return toZero(w, x, s);
    const h = Math.log(t) - Math.log(s);
    const middle = Math.exp(Math.log(s) + h / 2);
    let last = x;
    const k = (y: Vector, sigma: number) => {
      last = w.denoise(y, sigma);
      return minus(y, last);
    };
    const k1 = k(x, s);
    const k2 = k(plus(x, [h / 2, k1]), middle);
    const k3 = k(plus(x, [h / 2, k2]), middle);
    const k4 = k(plus(x, [h, k3]), t);
    return [plus(x, [h / 6, k1], [h / 3, k2], [h / 3, k3], [h / 6, k4]), last];
  };
};
