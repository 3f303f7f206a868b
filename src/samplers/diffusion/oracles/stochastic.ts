import { brownianIncrement } from '../../../math/brownian.ts';
import { heunStep } from './singlestep.ts';
import { minus, plus, scaled, type Oracle, type Vector, type World } from './types.ts';

interface Noise {
  eta: number;
  s_noise: number;
}
/** k-diffusion's get_ancestral_step: σ↑ = min(t, η √(t²(s² − t²)/s²)), σ↓² = t² − σ↑². */
export function ancestral(s: number, t: number, eta: number): [down: number, up: number] {
  const up = Math.min(t, eta * Math.sqrt((t ** 2 * (s ** 2 - t ** 2)) / s ** 2));
  return [Math.sqrt(t ** 2 - up ** 2), up];
}
/** x + deviation·z on the path whose clock is σ^(−2·clock); without noise nothing is drawn. */
export const noised = (w: World, x: Vector, deviation: number, s: number, t: number, clock: number): Vector =>
  deviation > 0 ? plus(x, [deviation, w.noise(brownianIncrement(s, t, clock))]) : x;

/** Song et al. 2020, eq. 12 and 16: DDIM and Euler ancestral are one. */
const implicit =
  (w: World, { eta, s_noise }: Noise) =>
  (x: Vector, s: number, t: number) => {
    const [down, up] = ancestral(s, t, eta);
    const d = w.denoise(x, s);
    const predicted = scaled(1 / s, minus(x, d));
    return [noised(w, plus(d, [down, predicted]), up * s_noise, s, t, eta ** 2), d] as const;
  };
export const ddim: Oracle<{ eta: number }> = (w, _, { eta }) => implicit(w, { eta, s_noise: 1 });
export const eulerAncestral: Oracle<Noise> = (w, _, p) => implicit(w, p);

/**
 * Ho et al. 2020, eq. 6 and 7 in their own symbols: ᾱ = 1/(1 + σ²), α_t = ᾱ_t/ᾱ_(t−1), β_t = 1 − α_t, in coordinates
 * x/√ᾱ.
 */
export const ddpm: Oracle<{ variance: 'fixed_small' | 'fixed_large' }> =
  (w, _, { variance }) =>
  (x, s, t) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const now = 1 / (1 + s * s);
    const next = 1 / (1 + t * t);
    const share = (t * t * next) / (s * s * now); // (1 − ᾱ_(t−1))/(1 − ᾱ_t), written so that small levels keep their digits
    const alpha = now / next;
    const beta = (s - t) * (s + t) * now;
    const mean = plus(scaled((Math.sqrt(next) * beta) / (s * s * now), d), [
      Math.sqrt(alpha) * share,
      scaled(Math.sqrt(now), x),
    ]);
    const spread = variance === 'fixed_small' ? share * beta : beta;
    return [noised(w, scaled(1 / Math.sqrt(next), mean), Math.sqrt(spread / next), s, t, 1), d];
  };

/** k-diffusion's sample_dpmpp_2s_ancestral: Lu et al. 2022, algorithm 1 with r = ½, down to σ↓, then σ↑ of noise. */
export const dpmpp2sAncestral: Oracle<Noise> =
  (w, _, { eta, s_noise }) =>
  (x, s, t) => {
    const d = w.denoise(x, s);
    const [down, up] = ancestral(s, t, eta);
    if (down === 0) return [d, d];
    const h = Math.log(s) - Math.log(down);
    const inner = Math.exp(Math.log(s) - h / 2);
    const u = plus(scaled(inner / s, x), [-Math.expm1(-h / 2), d]);
    const e = w.denoise(u, inner);
    const next = plus(scaled(down / s, x), [-Math.expm1(-h), e]);
    return [noised(w, next, s_noise * up, s, t, eta ** 2), e];
  };

/** k-diffusion's sample_dpmpp_sde. */
export const dpmppSde: Oracle<Noise & { r: number }> =
  (w, _, { eta, s_noise, r }) =>
  (x, s, t) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const inner = s * (t / s) ** r; // the very number: a short interval's draw is named after its ends
    const [downInner, upInner] = ancestral(s, inner, eta);
    const toInner = plus(scaled(downInner / s, x), [1 - downInner / s, d]);
    const u = noised(w, toInner, s_noise * upInner, s, inner, eta ** 2);
    const e = w.denoise(u, inner);
    const [down, up] = ancestral(s, t, eta);
    const both = plus(scaled(1 - 1 / (2 * r), d), [1 / (2 * r), e]);
    const next = plus(scaled(down / s, x), [1 - down / s, both]);
    return [noised(w, next, s_noise * up, s, t, eta ** 2), e];
  };

export const sdeDeviation = (t: number, h: number, { eta, s_noise }: Noise) =>
  s_noise * t * Math.sqrt(1 - Math.exp(-2 * eta * h));

/** k-diffusion's sample_dpmpp_2m_sde. */
export const dpmpp2mSde: Oracle<Noise & { solver_type: 'midpoint' | 'heun' }> = (w, _, p) => {
  let old: { d: Vector; h: number } | undefined;
  return (x, s, t) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const h = Math.log(s) - Math.log(t);
    const all = h + p.eta * h;
    let next = plus(scaled(Math.exp(-all), x), [1 - Math.exp(-all), d]);
    if (old) {
      const change = scaled(h / old.h, minus(d, old.d));
      next = plus(next, [p.solver_type === 'heun' ? 1 + Math.expm1(-all) / all : -Math.expm1(-all) / 2, change]);
    }
    old = { d, h };
    return [noised(w, next, sdeDeviation(t, h, p), s, t, p.eta), d];
  };
};

/** k-diffusion's sample_dpmpp_3m_sde. */
export const dpmpp3mSde: Oracle<Noise> = (w, sigmas, p) => {
  const old: Vector[] = [];
  const step = (i: number) => Math.log(sigmas[i]! / sigmas[i + 1]!);
  return (x, s, t, i) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    old[i] = d;
    const h = step(i);
    const all = h * (1 + p.eta);
    const phi2 = Math.expm1(-all) / all + 1;
    const phi3 = phi2 / all - 0.5;
    let next = plus(scaled(Math.exp(-all), x), [-Math.expm1(-all), d]);
    if (i > 0) {
      const d10 = scaled(h / step(i - 1), minus(d, old[i - 1]!));
      if (i === 1) next = plus(next, [phi2, d10]);
      else {
        const [r0, r1] = [step(i - 1) / h, step(i - 2) / h];
        const d11 = scaled(1 / r1, minus(old[i - 1]!, old[i - 2]!));
        const d1 = plus(d10, [r0 / (r0 + r1), minus(d10, d11)]);
        next = plus(next, [phi2, d1], [-phi3 / (r0 + r1), minus(d10, d11)]);
      }
    }
    return [noised(w, next, sdeDeviation(t, h, p), s, t, p.eta), d];
  };
};

interface Churn {
  s_churn: number;
  s_tmin: number;
  s_tmax: number;
  s_noise: number;
}
/** Karras et al. 2022, algorithm 2. Step i draws the plain vector 1 + 4i. */
export const edmStochastic: Oracle<Churn> =
  (w, sigmas, { s_churn, s_tmin, s_tmax, s_noise }) =>
  (x, s, t, i) => {
    const within = !(s < s_tmin) && !(s > s_tmax); // both ends belong to the interval
    const gamma = within ? Math.min(s_churn / (sigmas.length - 1), Math.sqrt(2) - 1) : 0;
    const raised = s + gamma * s;
    const deviation = s_noise * Math.sqrt(raised ** 2 - s ** 2);
    const up = deviation > 0 ? plus(x, [deviation, w.noise([[1, 1 + 4 * i]])]) : x;
    return heunStep(w, up, raised, t);
  };

interface Restart {
  N_R: number;
  K: number;
  t_min: number;
  t_max: number;
}
/**
 * Xu et al. 2023: at the level nearest to t_min that is below t_max (of two equally near, the first one reached), K times
 * up to t_max with fresh noise and down again over N_R levels, even in σ^(1/7).
 */
export const restart: Oracle<Restart> = (w, sigmas, { N_R, K, t_min, t_max }) => {
  const reached = sigmas.slice(1).filter((sigma) => sigma > 0 && sigma < t_max);
  const near = reached.reduce(
    (best, sigma) => (Math.abs(sigma - t_min) < Math.abs(best - t_min) ? sigma : best),
    reached[0] ?? NaN,
  );
  return (x, s, t) => {
    let [next, shown] = heunStep(w, x, s, t);
    if (t !== near) return [next, shown];
    const [top, bottom] = [t_max ** (1 / 7), t ** (1 / 7)];
    for (let k = 0; k < K; k++) {
      next = plus(next, [Math.sqrt(t_max ** 2 - t ** 2), w.noise([[1, 2 ** 28 + k]])]);
      let level = t_max;
      for (let j = 1; j < N_R; j++) {
        const below = j === N_R - 1 ? t : (top + (j / (N_R - 1)) * (bottom - top)) ** 7;
        [next, shown] = heunStep(w, next, level, below);
        level = below;
      }
    }
    return [next, shown];
  };
};

/**
 * The reverse of dz = −½βz du + √β dw in z = x/√(1 + σ²), by Euler–Maruyama over the time between two levels (Song et al. 2021, eq. 6
 * and 11); where a level lies, by bisection.
 */
export const scoreSdeVp: Oracle<{ beta_min: number; beta_max: number }> =
  (w, _, { beta_min, beta_max }) =>
  (x, s, t) => {
    const d = w.denoise(x, s);
    if (t === 0) return [d, d];
    const keeps = (sigma: number) => 1 / Math.sqrt(1 + sigma * sigma);
    const time = (sigma: number) => {
      let [low, high] = [0, 40];
      for (let k = 0; k < 80; k++) {
        const u = (low + high) / 2;
        const sum = beta_min * u + (beta_max - beta_min) * u * (u / 2);
        if (Math.expm1(sum) < sigma * sigma) low = u;
        else high = u;
      }
      return (low + high) / 2;
    };
    const [u, h] = [time(s), time(s) - time(t)];
    const beta = beta_min + (beta_max - beta_min) * u;
    const z = scaled(keeps(s), x);
    const variance = 1 - keeps(s) ** 2;
    const score = minus(scaled(keeps(s) / variance, d), scaled(1 / variance, z));
    const n = w.noise(brownianIncrement(s, t));
    return [scaled(1 / keeps(t), plus(z, [(h * beta) / 2, z], [h * beta, score], [Math.sqrt(h * beta), n])), d];
  };
