// Samplers that tools know by name, as those tools or their papers write them.
import { integrate } from '../../../math/quadrature.ts';
import { tableSigma, tableTime, type TableId } from '../../../schedules/vpTable.ts';
import { dpmpp2m, dpmpp3m, resMultistep } from './exponential.ts';
import { deis, ipndm, lms } from './multistep.ts';
import { euler } from './singlestep.ts';
import { ancestral, noised } from './stochastic.ts';
import { minus, plus, scaled, slopeOf, type Oracle, type Step, type Vector, type World } from './types.ts';

/** k-diffusion's sample_dpm_2_ancestral. */
export const dpm2Ancestral: Oracle<{ eta: number; s_noise: number }> =
  (w, _, { eta, s_noise }) =>
  (x, s, t) => {
    const d = w.denoise(x, s);
    const [down, up] = ancestral(s, t, eta);
    if (down === 0) return [d, d];
    const middle = Math.exp((Math.log(s) + Math.log(down)) / 2);
    const u = plus(x, [middle - s, slopeOf(x, d, s)]);
    const e = w.denoise(u, middle);
    const next = plus(x, [down - s, slopeOf(u, e, middle)]);
    return [noised(w, next, s_noise * up, s, t, eta ** 2), e];
  };

/** Heun++: slopes at this level and the next two, weighed by σ/(3σ₀); with two left by σ/(2σ₀). */
export const heunpp2: Oracle<object> = (w, sigmas) => (x, s, t, i) => {
  const d = w.denoise(x, s);
  const first = slopeOf(x, d, s);
  const y = plus(x, [t - s, first]);
  if (i === sigmas.length - 2) return [t === 0 ? d : y, d];
  const e = w.denoise(y, t);
  const second = slopeOf(y, e, t);
  if (i === sigmas.length - 3) {
    const w2 = t / (2 * sigmas[0]!);
    return [plus(x, [(t - s) * (1 - w2), first], [(t - s) * w2, second]), e];
  }
  const u = sigmas[i + 2]!;
  const z = plus(y, [u - t, second]);
  const f = w.denoise(z, u);
  const [w2, w3] = [t / (3 * sigmas[0]!), u / (3 * sigmas[0]!)];
  const mean = plus(scaled(1 - w2 - w3, first), [w2, second], [w3, slopeOf(z, f, u)]);
  return [plus(x, [t - s, mean]), f];
};

/** diff-sampler's ipndm_v, coefficient by coefficient. */
export const ipndmV: Oracle<{ order: number }> = (w, sigmas, { order }) => {
  const slopes: Vector[] = [];
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    slopes.unshift(slopeOf(x, d, s));
    const n = Math.min(order, i + 1);
    const [h, h1, h2, h3] = [0, 1, 2, 3].map((k) => (sigmas[i + 1 - k] ?? NaN) - (sigmas[i - k] ?? NaN)) as [
      number,
      number,
      number,
      number,
    ];
    let c: number[] = [1];
    if (n > 1) c = [(2 + h / h1) / 2, -(h / h1) / 2];
    if (n > 2) {
      const p = (1 - ((h / (3 * (h + h1))) * (h * (h + h1))) / (h1 * (h1 + h2))) / 2;
      c = [c[0]! + p, c[1]! - (1 + h1 / h2) * p, (p * h1) / h2];
    }
    if (n > 3) {
      const ratio = (h1 * (h1 + h2)) / (h2 * (h2 + h3));
      const q =
        (((1 - h / (3 * (h + h1))) / 2 + ((1 - h / (2 * (h + h1))) * h) / (6 * (h + h1 + h2))) *
          (h * (h + h1) * (h + h1 + h2))) /
        (h1 * (h1 + h2) * (h1 + h2 + h3));
      c = [
        c[0]! + q,
        c[1]! - (1 + h1 / h2 + ratio) * q,
        c[2]! + (h1 / h2 + ratio * (1 + h2 / h3)) * q,
        (-q * ratio * h1) / h2,
      ];
    }
    return [plus(x, ...c.map((a, j) => [(t - s) * a, slopes[j]!] as const)), d];
  };
};

/** Liu et al. 2022, eq. 11, in the coordinates y = √ᾱ·x̂, as diffusers' PNDM has it. */
function transfer(x: Vector, e: Vector, s: number, t: number): Vector {
  const [now, next] = [1 / (1 + s * s), 1 / (1 + t * t)];
  const bottom = now * Math.sqrt(1 - next) + Math.sqrt(now * (1 - now) * next);
  const y = plus(scaled(Math.sqrt(next / now) * Math.sqrt(now), x), [-(next - now) / bottom, e]);
  return scaled(1 / Math.sqrt(next), y);
}
/** The level halfway in the time t of the VP SDE, by bisection over log σ of t² ·9.95 + .1t = log(1 + σ²). */
function halfway(s: number, t: number): number {
  const time = (sigma: number) => {
    let [low, high] = [0, 4];
    for (let k = 0; k < 80; k++) {
      const middle = (low + high) / 2;
      if (9.95 * middle * middle + 0.1 * middle < Math.log1p(sigma * sigma)) low = middle;
      else high = middle;
    }
    return low;
  };
  const middle = (time(s) + time(t)) / 2;
  return Math.sqrt(Math.expm1(9.95 * middle * middle + 0.1 * middle));
}
export const pndm: Oracle<{ warmup: 'heun' | 'runge_kutta' }> = (w, _, { warmup }) => {
  const slopes: Vector[] = [];
  return (x, s, t, i) => {
    let shown = w.denoise(x, s);
    if (t === 0) return [shown, shown];
    const at = (y: Vector, sigma: number) => slopeOf(y, (shown = w.denoise(y, sigma)), sigma);
    const e = slopeOf(x, shown, s);
    slopes.unshift(e);
    if (warmup === 'runge_kutta' && i < 3) {
      const m = halfway(s, t);
      const e2 = at(transfer(x, e, s, m), m);
      const e3 = at(transfer(x, e2, s, m), m);
      const e4 = at(transfer(x, e3, s, t), t);
      return [transfer(x, plus(scaled(1 / 6, e), [1 / 3, e2], [1 / 3, e3], [1 / 6, e4]), s, t), shown];
    }
    if (i === 0) {
      const e2 = at(transfer(x, e, s, t), t);
      return [transfer(x, plus(scaled(0.5, e), [0.5, e2]), s, t), shown];
    }
    const weights = [
      [3 / 2, -1 / 2],
      [23 / 12, -16 / 12, 5 / 12],
      [55 / 24, -59 / 24, 37 / 24, -9 / 24],
    ][Math.min(i, 3) - 1]!;
    const mean = plus(scaled(0, e), ...weights.map((c, j) => [c, slopes[j]!] as const));
    return [transfer(x, mean, s, t), shown];
  };
};

/** stable-diffusion.cpp's dpm++2mv2. */
export const dpmpp2mV2: Oracle<object> = (w, sigmas) => {
  let old: Vector;
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const h = Math.log(s) - Math.log(t);
    const last = i === 0 ? h : Math.log(sigmas[i - 1]!) - Math.log(s);
    const r = Math.max(h, last) / Math.min(h, last);
    const used = i === 0 ? d : plus(scaled(1 + 1 / (2 * r), d), [-1 / (2 * r), old]);
    old = d;
    return [plus(scaled(t / s, x), [-(Math.exp(-(h + last) / 2) - 1), used]), d];
  };
};

/** Li et al. 2024, the ODE: the slope is a line in γ = ᾱ through its last two values, integrated over σ. */
export const acceleratedDdim: Oracle<object> = (w, sigmas) => {
  let old: Vector | undefined;
  const gamma = (sigma: number) => 1 / (1 + sigma * sigma);
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const e = slopeOf(x, d, s);
    let next = plus(x, [t - s, e]);
    if (old) {
      const p = sigmas[i - 1]!;
      const c = integrate((sigma) => (gamma(sigma) - gamma(s)) / (gamma(p) - gamma(s)), s, t, 8);
      next = plus(next, [c, minus(old, e)]);
    }
    old = e;
    return [next, d];
  };
};
/** Li et al. 2024, the SDE, in y = √ᾱ·x̂: y⁺ = y + √(β/2)z, y ← (y⁺ + β·score(y⁺))/√(1 − β) + √(β/2)z′. */
export const acceleratedDdpm: Oracle<object> = (w) => (x, s, t, i) => {
  if (t === 0) {
    const d = w.denoise(x, s);
    return [d, d];
  }
  const [now, next] = [1 / (1 + s * s), 1 / (1 + t * t)];
  const beta = 1 - now / next;
  const y = plus(scaled(Math.sqrt(now), x), [Math.sqrt(beta / 2), w.noise([[1, 1 + 4 * i]])]);
  const d = w.denoise(scaled(1 / Math.sqrt(now), y), s);
  const score = scaled(-1 / (1 - now), minus(y, scaled(Math.sqrt(now), d)));
  const mean = scaled(1 / Math.sqrt(1 - beta), plus(y, [beta, score]));
  return [scaled(1 / Math.sqrt(next), plus(mean, [Math.sqrt(beta / 2), w.noise([[1, 2 + 4 * i]])])), d];
};

/** Chen et al. 2023: the posterior mean at r, then noise up to t that points from there to x. */
export const restorationDegradation: Oracle<{ rho: number }> =
  (w, _, { rho }) =>
  (x, s, t) => {
    const d = w.denoise(x, s);
    const r = rho * t;
    const restored = plus(d, [r ** 2 / s ** 2, minus(x, d)]);
    const back = scaled(1 / Math.sqrt(s ** 2 - r ** 2), minus(x, restored));
    return [plus(restored, [Math.sqrt(t ** 2 - r ** 2), back]), d];
  };

const heavyBases: Readonly<Record<string, ReturnType<typeof usual>>> = {
  euler: usual(euler, {}),
  dpmpp_2m: usual(dpmpp2m, {}),
  dpmpp_3m: usual(dpmpp3m, { lower_order_final: true }),
  res_multistep: usual(resMultistep, {}),
  ipndm: usual(ipndm, { order: 4 }),
  lms: usual(lms, { order: 4 }),
  deis: usual(deis, { order: 3, mode: 'tab' }),
};
function usual<P>(oracle: Oracle<P>, params: P): (...at: [World, readonly number[]]) => Step {
  return (w, sigmas) => oracle(w, sigmas, params);
}

/** The base's step, then Polyak's average of its velocity over σ. */
export const heavyBall: Oracle<{ base: string; beta: number }> = (w, sigmas, { base, beta }) => {
  const step = heavyBases[base]!(w, sigmas);
  let velocity: Vector | undefined;
  return (x, s, t, i) => {
    const [next, shown] = step(x, s, t, i);
    if (t === 0) return [next, shown];
    const own = scaled(1 / (t - s), minus(next, x));
    velocity = velocity ? plus(scaled(1 - beta, velocity), [beta, own]) : own;
    return [plus(x, [t - s, velocity]), shown];
  };
};

/** Zheng et al. 2024, algorithm 2, in y = √ᾱ·x̂ as diffusers' TCD has it, without its rounding of times. */
export const tcd: Oracle<{ gamma: number; table: TableId }> =
  (w, _, { gamma, table }) =>
  (x, s, t, i) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const e = slopeOf(x, d, s);
    const to = gamma === 0 ? t : Math.min(t, tableSigma(table, (1 - gamma) * tableTime(table, t)));
    const [low, next] = [1 / (1 + to * to), 1 / (1 + t * t)];
    const y = plus(scaled(Math.sqrt(low), d), [Math.sqrt(1 - low), e]);
    const ratio = next / low;
    if (ratio >= 1) return [scaled(1 / Math.sqrt(low), y), d];
    const z = w.noise([[1, 1 + 4 * i]]);
    return [scaled(1 / Math.sqrt(next), plus(scaled(Math.sqrt(ratio), y), [Math.sqrt(1 - ratio), z])), d];
  };

/** Zhao et al. 2024: Heun’s step with the slope that the step before found at its prediction, in σ or in a flow’s time. */
export const pseudoCorrector: Oracle<{ variable: 'sigma' | 'flow'; heun: number }> = (w, _, { variable, heun }) => {
  // States and slopes of the variable: z = x̂ and dz/dσ, or z = (1 − t)x̂ and the velocity of the flow.
  const timeOf = (sigma: number) => (variable === 'sigma' ? sigma : sigma / (1 + sigma));
  const into = (x: Vector, sigma: number) => (variable === 'sigma' ? x : scaled(1 - timeOf(sigma), x));
  const back = (z: Vector, sigma: number) => (variable === 'sigma' ? z : scaled(1 / (1 - timeOf(sigma)), z));
  const velocity = (z: Vector, sigma: number): [Vector, Vector] => {
    const d = w.denoise(back(z, sigma), sigma);
    return [scaled(1 / timeOf(sigma), minus(z, d)), d];
  };
  let kept: Vector | undefined;
  return (x, s, t, i) => {
    if (t === 0) {
      const d = w.denoise(x, s);
      return [d, d];
    }
    if (i < heun) {
      const e = slopeOf(x, w.denoise(x, s), s);
      const y = plus(x, [t - s, e]);
      const d = w.denoise(y, t);
      return [plus(x, [(t - s) / 2, e], [(t - s) / 2, slopeOf(y, d, t)]), d];
    }
    const z = into(x, s);
    kept ??= velocity(z, s)[0];
    const h = timeOf(t) - timeOf(s);
    const [found, d] = velocity(plus(z, [h, kept]), t);
    const next = plus(z, [h / 2, kept], [h / 2, found]);
    kept = found;
    return [back(next, t), d];
  };
};

interface DualFast {
  base: 'euler' | 'dpm_2' | 'dpmpp_2m';
  c: number;
  growth: 'constant' | 'rising';
  tau: 'previous' | 'first';
}
/** Yu et al. 2025: ε̂ = (1 + c)ε − cε_τ in the place of every ε of the base. */
export const dualfast: Oracle<DualFast> = (w, sigmas, { base, c, growth, tau }) => {
  const slopes: Vector[] = [];
  let old: Vector | undefined;
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const by = growth === 'rising' ? (c * i) / (sigmas.length - 2) : c;
    const other = tau === 'first' ? slopes[0] : slopes.at(-1);
    const shifted = (e: Vector) => (other ? plus(scaled(1 + by, e), [-by, other]) : e);
    const e = slopeOf(x, d, s);
    const own = shifted(e);
    slopes.push(e);
    const picture = plus(x, [-s, own]);
    if (base === 'dpm_2') {
      const m = Math.sqrt(s * t);
      const y = plus(x, [m - s, own]);
      const at = w.denoise(y, m);
      return [plus(x, [t - s, shifted(slopeOf(y, at, m))]), at];
    }
    const h = Math.log(s / t);
    let target = picture;
    if (base === 'dpmpp_2m' && old)
      target = plus(picture, [h / (2 * Math.log(sigmas[i - 1]! / s)), minus(picture, old)]);
    old = picture;
    return [plus(scaled(t / s, x), [1 - t / s, target]), d];
  };
};
