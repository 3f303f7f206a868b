// Singlestep solvers over a list: the formulas of k-diffusion's DPMSolver and of diffusers' singlestep scheduler.
import { ancestral, noised } from './stochastic.ts';
import { minus, plus, scaled, slopeOf, type Oracle, type Vector } from './types.ts';

/** Orders of the steps, one a step of the list: 1, 2 and 3 in turn, as diffusers lists them with `lower_order_final`. */
function ordersOf(order: number, steps: number): number[] {
  const repeat = (list: readonly number[], times: number) => Array.from({ length: times }, () => list).flat();
  if (order === 1) return repeat([1], steps);
  if (order === 2)
    return steps % 2 === 0 ? [...repeat([1, 2], steps / 2 - 1), 1, 1] : [...repeat([1, 2], (steps - 1) / 2), 1];
  if (steps % 3 === 0) return [...repeat([1, 2, 3], steps / 3 - 1), 1, 2, 1];
  const whole = repeat([1, 2, 3], Math.floor(steps / 3));
  return steps % 3 === 1 ? [...whole, 1] : [...whole, 1, 2];
}

/** Values and levels of the group so far, first first. */
interface Group {
  x: Vector;
  values: Vector[];
  levels: number[];
}

export const dpmppSinglestep: Oracle<{ order: number; solver_type: 'midpoint' | 'heun' }> = (w, sigmas, p) => {
  const orders = ordersOf(p.order, sigmas.length - 1);
  let group: Group;
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    if (orders[i] === 1) group = { x, values: [], levels: [] };
    group.values.push(d);
    group.levels.push(s);
    const [m0, m1, m2] = group.values as [Vector, Vector, Vector];
    const [s0, s1, s2] = group.levels as [number, number, number];
    const h = Math.log(s0 / t);
    const base = plus(scaled(t / s0, group.x), [1 - Math.exp(-h), m0]);
    const phi2 = (Math.exp(-h) - 1) / h + 1;
    if (orders[i] === 1) return [base, d];
    const D = scaled(h / Math.log(s0 / s1), minus(m1, m0));
    if (orders[i] === 2) return [plus(base, [p.solver_type === 'midpoint' ? (1 - Math.exp(-h)) / 2 : phi2, D]), d];
    const E = scaled(h / Math.log(s0 / s2), minus(m2, m0));
    if (p.solver_type === 'midpoint') return [plus(base, [phi2, E]), d];
    const [r1, r0] = [Math.log(s0 / s1) / h, Math.log(s0 / s2) / h];
    const D1 = plus(scaled(r0 / (r0 - r1), D), [-r1 / (r0 - r1), E]);
    const D2 = scaled(2 / (r0 - r1), minus(E, D));
    return [plus(base, [phi2, D1], [-((Math.exp(-h) - 1 + h) / h ** 2 - 0.5), D2]), d];
  };
};

/**
 * Lu et al. 2022, section 3.4: DPM-Solver-3 as often as it goes, then 2 and 1, or 1, or 2. With η as k-diffusion's
 * dpm_solver_fast: a step aims at the time of σ↓, its inner times at their shares of the way, and √(σ² − σ↓²) of noise follows.
 */
export const dpmFast: Oracle<{ eta: number; s_noise: number }> = (w, sigmas, { eta, s_noise }) => {
  const positive = sigmas.filter((sigma) => sigma > 0);
  const count = positive.length - 1;
  const m = Math.floor(count / 3) + 1;
  const orders =
    count % 3 === 0
      ? [...new Array<number>(Math.max(0, m - 2)).fill(3), 2, 1]
      : [...new Array<number>(m - 1).fill(3), count % 3];
  let left = 0;
  let group: Group & { order: number; time(sigma: number): number };
  return (x, s, t, i) => {
    if (t === 0) {
      const d = w.denoise(x, s);
      return [d, d];
    }
    if (left === 0) {
      const order = orders.shift()!;
      const goal = sigmas[i + order]!;
      const aim = eta > 0 ? Math.max(positive.at(-1)!, ancestral(s, goal, eta)[0]) : goal;
      const [from, to] = [-Math.log(s), -Math.log(aim)];
      const time = (sigma: number) => from + ((to - from) * Math.log(s / sigma)) / Math.log(s / goal);
      group = { x, values: [], levels: [], order, time };
      left = order;
    }
    left--;
    const sigma = Math.exp(-group.time(s));
    const d = w.denoise(x, sigma);
    group.values.push(slopeOf(x, d, sigma));
    group.levels.push(sigma);
    const [e0, e1, e2] = group.values as [Vector, Vector, Vector];
    const [s0, s1, s2] = group.levels as [number, number, number];
    const end = Math.exp(-group.time(t));
    const h = Math.log(s0 / end);
    const base = plus(group.x, [-end * (Math.exp(h) - 1), e0]);
    const later = (e: Vector, level: number) => scaled(h / Math.log(s0 / level), minus(e, e0));
    let to = base;
    if (e2) to = plus(base, [-end * ((Math.exp(h) - 1) / h - 1), later(e2, s2)]);
    else if (e1) {
      // a step of order 2 by itself, or the second state of one of order 3
      const weight = group.order === 2 ? (Math.exp(h) - 1) / 2 : (Math.exp(h) - 1) / h - 1;
      to = plus(base, [-end * weight, later(e1, s1)]);
    }
    const up = left === 0 && eta > 0 ? Math.sqrt(Math.max(0, t * t - end * end)) : 0;
    // The last level is its own goal: what rounding leaves there is no noise.
    return [noised(w, to, t === positive.at(-1) ? 0 : up * s_noise, group.levels[0]!, t, eta ** 2), d];
  };
};
