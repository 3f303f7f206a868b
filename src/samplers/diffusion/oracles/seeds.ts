// SEEDS-2 and SEEDS-3, Gonzalez et al. 2023, in λ = −log σ and with α = 1; every stage's noise is written out anew.
import { brownianIncrement } from '../../../math/brownian.ts';
import { plus, scaled, type Oracle, type Vector, type World } from './types.ts';

interface Noise {
  eta: number;
  s_noise: number;
}

/** Unit noises of stretches of the path, and what is left of them at a level: Σ √(1 − e^(−2ηh_j)) e^(−η(rest)) z_j, by σ. */
function pathOf(w: World, s: number, { eta, s_noise }: Noise) {
  const parts: { from: number; to: number; z: Vector }[] = [];
  let at = s;
  return {
    walk(to: number) {
      if (eta > 0 && s_noise > 0 && to < at) parts.push({ from: at, to, z: w.noise(brownianIncrement(at, to, eta)) });
      at = to;
    },
    added: (x: Vector): Vector =>
      plus(
        x,
        ...parts.map(({ from, to, z }) => {
          const own = Math.sqrt(1 - Math.exp(-2 * eta * Math.log(from / to)));
          return [s_noise * at * own * Math.exp(-eta * Math.log(to / at)), z] as const;
        }),
      ),
  };
}

export const seeds2: Oracle<Noise & { r: number; solver_type: 'phi_1' | 'phi_2' }> = (w, _, p) => (x, s, t) => {
  const d = w.denoise(x, s);
  if (t === 0) return [d, d];
  const h = Math.log(s) - Math.log(t);
  const all = (1 + p.eta) * h;
  const inner = p.r === 1 ? t : s * (t / s) ** p.r;
  const path = pathOf(w, s, p);
  path.walk(inner);
  const decayed = (level: number, share: number) => scaled((level / s) * Math.exp(-share * h * p.eta), x);
  const u = path.added(plus(decayed(inner, p.r), [1 - Math.exp(-p.r * all), d]));
  const e = w.denoise(u, inner);
  path.walk(t);
  const phi2 = (Math.exp(-all) - 1 + all) / all;
  const second = p.solver_type === 'phi_1' ? (1 - Math.exp(-all)) / (2 * p.r) : phi2 / p.r;
  const next = plus(decayed(t, 1), [1 - Math.exp(-all) - second, d], [second, e]);
  return [path.added(next), e];
};

export const seeds3: Oracle<Noise> = (w, _, p) => (x, s, t) => {
  const d = w.denoise(x, s);
  if (t === 0) return [d, d];
  const h = Math.log(s) - Math.log(t);
  const path = pathOf(w, s, p);
  /** Over a share of the step, with one more value whose weight is factor·(e^(−y) − 1 + y)/y, y that share of (1 + η)h. */
  const stage = (share: number, level: number, factor: number, e: Vector) => {
    path.walk(level);
    const y = share * (1 + p.eta) * h;
    const weight = (factor * (Math.exp(-y) - 1 + y)) / y;
    const base = scaled((level / s) * Math.exp(-share * h * p.eta), x);
    return path.added(plus(base, [1 - Math.exp(-y) - weight, d], [weight, e]));
  };
  const [near, far] = [s * (t / s) ** (1 / 3), s * (t / s) ** (2 / 3)];
  const e = w.denoise(stage(1 / 3, near, 0, d), near);
  const f = w.denoise(stage(2 / 3, far, 2, e), far);
  return [stage(1, t, 3 / 2, f), f];
};
