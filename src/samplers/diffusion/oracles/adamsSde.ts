// Multistep methods for the SDE: SA-Solver by its moments, ER-SDE by its derivatives.
import { brownianIncrement } from '../../../math/brownian.ts';
import { integrate } from '../../../math/quadrature.ts';
import { minus, plus, scaled, type Oracle, type Vector } from './types.ts';

/** Gauss's elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, k) => [...row, right[k]!]);
  for (let k = 0; k < rows.length; k++) {
    const best = rows.slice(k).reduce((top, row, j) => (Math.abs(row[k]!) > Math.abs(rows[top]![k]!) ? k + j : top), k);
    [rows[k], rows[best]] = [rows[best]!, rows[k]!];
    rows.forEach((row, j) => {
      if (j === k) return;
      const factor = row[k]! / rows[k]![k]!;
      row.forEach((_, c) => (row[c]! -= factor * rows[k]![c]!));
    });
  }
  return rows.map((row, k) => row.at(-1)! / row[k]!);
}

/** Moments I_p = K∫ e^(−K(h − l)) l^p dl by I_p = h^p − p·I_(p−1)/K; weights from Σ_j b_j l_j^p = I_p. */
function adamsWeights(nodes: readonly number[], s: number, t: number, K: number, simple: boolean): number[] {
  const h = Math.log(s / t);
  const moments = [1 - Math.exp(-K * h)];
  // for steps so short that the recursion cancels, the integral itself
  for (let p = 1; p < nodes.length; p++)
    moments.push(integrate((l) => K * Math.exp(-K * (h - l)) * l ** p, 0, h, Math.ceil(1 + h)));
  if (simple && nodes.length === 2) moments[1] = (K * h * h) / 2;
  const places = nodes.map((level) => Math.log(s / level));
  return solve(
    moments.map((_, p) => places.map((l) => l ** p)),
    moments,
  );
}

interface Sa {
  tau: number;
  s_noise: number;
  s_tmin: number;
  s_tmax: number;
  predictor_order: number;
  corrector_order: number;
  simple_order_2: boolean;
}
/** Xue et al. 2023, algorithm 1: x is the prediction that is evaluated, and the corrector takes the step before anew. */
const sa =
  (pece: boolean): Oracle<Sa> =>
  (w, sigmas, p) => {
    const values: Vector[] = []; // newest first
    const last = sigmas.length - 1;
    let corrected: Vector;
    let noise: Vector | undefined;
    const tauAt = (t: number) => (t < p.s_tmin || t > p.s_tmax ? 0 : p.tau);
    const adams = (from: Vector, i: number, s: number, t: number, order: number) => {
      const tau = tauAt(t);
      const nodes = Array.from({ length: order }, (_, j) => sigmas[i - j]!);
      const b = adamsWeights(nodes, s, t, 1 + tau * tau, p.simple_order_2);
      const h = Math.log(s / t);
      const mean = plus(scaled((t / s) * Math.exp(-tau * tau * h), from), ...b.map((c, j) => [c, values[j]!] as const));
      return noise ? plus(mean, [p.s_noise * t * Math.sqrt(1 - Math.exp(-2 * tau * tau * h)), noise]) : mean;
    };
    return (x, s, t, i) => {
      values.unshift(w.denoise(x, s));
      const corrects = i > 0 && p.corrector_order > 0 && !(t === 0 && !pece);
      if (!corrects) corrected = x;
      else {
        const order = Math.min(p.corrector_order, values.length, sigmas[last] === 0 ? last - i : 99);
        corrected = adams(corrected, i, sigmas[i - 1]!, s, order);
        if (pece) values[0] = w.denoise(corrected, s);
      }
      const shown = values[0]!;
      if (t === 0) return [shown, shown];
      const tau = tauAt(t);
      noise = tau > 0 && p.s_noise > 0 ? w.noise(brownianIncrement(s, t, tau ** 2)) : undefined;
      const order = Math.min(p.predictor_order, values.length, sigmas[last] === 0 ? last - 1 - i : 99);
      return [adams(corrected, i, s, t, order), shown];
    };
  };
export const saSolver = sa(false);
export const saSolverPece = sa(true);

interface Er {
  max_stage: number;
  scaler: 'er_sde' | 'sde' | 'ode';
  curvature: 'published' | 'corrected';
  s_noise: number;
}
/** Cui et al. 2023: x ← rx + (1 − r)D + (Δ + f∫1/f)D′ + (Δ²/2 + f∫(u − s)/f)D″ + noise. */
export const erSde: Oracle<Er> = (w, sigmas, { max_stage, scaler, curvature, s_noise }) => {
  const clock = { er_sde: (u: number) => Math.exp(u ** 0.3) + 10, sde: (u: number) => u, ode: () => 1 }[scaler];
  const f = (u: number) => u * clock(u);
  let old: { d: Vector; change?: Vector } | undefined;
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const stage = Math.min(max_stage, i + 1);
    const r = f(t) / f(s);
    let next = plus(scaled(r, x), [1 - r, d]);
    let change: Vector | undefined;
    // over v = u^¼, in which 1/f has no edge
    const over = (k: number) =>
      f(t) * integrate((v) => ((v ** 4 - s) ** k / f(v ** 4)) * 4 * v ** 3, t ** 0.25, s ** 0.25, 16);
    if (old && stage > 1) {
      const step = s - sigmas[i - 1]!;
      change = scaled(1 / step, minus(d, old.d));
      let first = change;
      if (old.change && stage > 2) {
        const bend = scaled(2 / (s - sigmas[i - 2]!), minus(change, old.change));
        next = plus(next, [(t - s) ** 2 / 2 + over(1), bend]);
        if (curvature === 'corrected') first = plus(change, [step / 2, bend]);
      }
      next = plus(next, [t - s + over(0), first]);
    }
    old = { d, ...(change && { change }) };
    const deviation = scaler === 'ode' ? 0 : Math.sqrt(t ** 2 - (r * s) ** 2) * s_noise;
    if (deviation > 0) next = plus(next, [deviation, w.noise(brownianIncrement(s, t, (u) => clock(u) ** -2))]);
    return [next, d];
  };
};
