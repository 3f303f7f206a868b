// Samplers known by name that no library has: their formulas as loops over vectors, and the settings at which they are others.
import { integrate } from '../../math/quadrature.ts';
import type { SamplerId } from '../../samplers/diffusion/index.ts';
import { goldenDenoiser, goldenStart } from './plans.ts';

type Vector = Float64Array;
type Definition = (sigmas: readonly number[]) => Vector;
const D = goldenDenoiser;
const add = (x: Vector, ...terms: readonly (readonly [number, Vector])[]) =>
  x.map((v, i) => terms.reduce((sum, [c, y]) => sum + c * y[i]!, v));
const less = (x: Vector, y: Vector) => x.map((v, i) => v - y[i]!);
/** dx/dσ = (x − D)/σ. */
const slopeOf = (x: Vector, d: Vector, sigma: number) => less(x, d).map((v) => v / sigma);

interface Step {
  readonly s: number;
  readonly t: number;
  readonly i: number;
  /** Denoised values and slopes so far, this step's last. */
  readonly values: readonly Vector[];
  readonly slopes: readonly Vector[];
}
/** Walks down a list; a step to 0 returns the denoised value. */
const walk =
  (step: (x: Vector, at: Step, sigmas: readonly number[]) => Vector): Definition =>
  (sigmas) => {
    const values: Vector[] = [];
    const slopes: Vector[] = [];
    return sigmas.slice(1).reduce((x, t, i) => {
      const s = sigmas[i]!;
      values.push(D(x, s));
      slopes.push(slopeOf(x, values[i]!, s));
      return t === 0 ? values[i]! : step(x, { s, t, i, values, slopes }, sigmas);
    }, goldenStart(sigmas[0]!));
  };

/** Slopes at this level and the next two, the later ones weighed by σ/(3σ₀); near the end by σ/(2σ₀), and alone. */
const heunpp2 = walk((x, { s, t, i, slopes }, sigmas) => {
  const [first, left] = [slopes[i]!, sigmas.length - 2 - i];
  const y = add(x, [t - s, first]);
  if (left === 0) return y;
  const second = slopeOf(y, D(y, t), t);
  const share = (sigma: number) => sigma / (Math.min(3, left + 1) * sigmas[0]!);
  let slope = add(first, [share(t), less(second, first)]);
  if (left > 1) {
    const u = sigmas[i + 2]!;
    const z = add(y, [u - t, second]);
    slope = add(slope, [share(u), less(slopeOf(z, D(z, u), u), first)]);
  }
  return add(x, [t - s, slope]);
});

/** Order 3: Adams-Bashforth 2 and a backward difference whose factor has the bracket in the wrong place. */
const ipndmV3 = walk((x, { s, t, i, slopes }, sigmas) => {
  const h = t - s;
  const h1 = s - (sigmas[i - 1] ?? NaN);
  if (i === 0) return add(x, [h, slopes[0]!]);
  let slope = add(slopes[i]!, [h / (2 * h1), less(slopes[i]!, slopes[i - 1]!)]);
  if (i > 1) {
    const h2 = sigmas[i - 1]! - sigmas[i - 2]!;
    const factor = (1 - (h / (3 * (h + h1))) * ((h * (h + h1)) / (h1 * (h1 + h2)))) / 2;
    const change = less(slopes[i]!, slopes[i - 1]!);
    slope = add(slope, [factor, add(change, [-h1 / h2, less(slopes[i - 1]!, slopes[i - 2]!)])]);
  }
  return add(x, [h, slope]);
});

/** 2M with the mean of two steps in the weight of the picture. */
const dpmpp2mV2 = walk((x, { s, t, i, values }, sigmas) => {
  const h = Math.log(s / t);
  const last = i === 0 ? h : Math.log(sigmas[i - 1]! / s);
  const ratio = Math.min(h, last) / Math.max(h, last);
  const picture = i === 0 ? values[0]! : add(values[i]!, [ratio / 2, less(values[i]!, values[i - 1]!)]);
  return add(
    x.map((v) => (v * t) / s),
    [1 - Math.exp(-(h + last) / 2), picture],
  );
});

/** The slope as a line in ᾱ through its last two values, integrated. */
const acceleratedDdim = walk((x, { s, t, i, slopes }, sigmas) => {
  const next = add(x, [t - s, slopes[i]!]);
  if (i === 0) return next;
  const kept = (sigma: number) => 1 / (1 + sigma * sigma);
  const rise = kept(sigmas[i - 1]!) - kept(s);
  return add(next, [integrate((sigma) => (kept(sigma) - kept(s)) / rise, s, t, 8), less(slopes[i - 1]!, slopes[i]!)]);
});

/** To the posterior mean at r = ρt, then with its residual noise up to t. */
const restorationDegradation = (rho: number) =>
  walk((x, { s, t, i, values }) => {
    const r = rho * t;
    const restored = add(values[i]!, [(r / s) ** 2, less(x, values[i]!)]);
    return add(restored, [Math.sqrt((t * t - r * r) / (s * s - r * r)), less(x, restored)]);
  });

/** Euler's steps, their velocity averaged: v ← v + β(u − v). */
const heavyBall = (beta: number): Definition => {
  let v: Vector;
  return walk((x, { s, t, i, slopes }) => {
    v = i === 0 ? slopes[0]! : add(v, [beta, less(slopes[i]!, v)]);
    return add(x, [t - s, v]);
  });
};

/** Euler’s steps along (1 + c)ε − cε of the step before. */
const dualfast = (c: number) =>
  walk((x, { s, t, i, slopes }) =>
    add(x, [t - s, i === 0 ? slopes[0]! : add(slopes[i]!, [c, less(slopes[i]!, slopes[i - 1]!)])]),
  );

/** Steps taken p at a time after w plain ones, along slopes found where each worker's own (or the newest) led. */
const parastep =
  (p: number, w: number, newest: boolean): Definition =>
  (sigmas) => {
    const n = sigmas.length - 1;
    let x = goldenStart(sigmas[0]!);
    let known: readonly Vector[] = [];
    for (let i = 0; i < n;) {
      const size = i < w ? 1 : Math.min(p, n - i);
      const found = Array.from({ length: size }, (_, r) => {
        const along = newest ? known.at(-1) : (known[r] ?? known.at(-1));
        const at = r === 0 ? x : add(x, [sigmas[i + r]! - sigmas[i]!, along!]);
        const d = D(at, sigmas[i + r]!);
        return { d, slope: slopeOf(at, d, sigmas[i + r]!) };
      });
      for (const { d, slope } of found) {
        x = sigmas[i + 1] === 0 ? d : add(x, [sigmas[i + 1]! - sigmas[i]!, slope]);
        i++;
      }
      known = found.map(({ slope }) => slope);
    }
    return x;
  };

export const writtenByName: readonly (readonly [SamplerId, object, Definition])[] = [
  ['heunpp2', {}, heunpp2],
  ['ipndm_v', { order: 3 }, ipndmV3],
  ['dpmpp_2m_v2', {}, dpmpp2mV2],
  ['accelerated_ddim', {}, acceleratedDdim],
  ['restoration_degradation', { rho: 0.3 }, restorationDegradation(0.3)],
  ['restoration_degradation', { rho: 0.8 }, restorationDegradation(0.8)],
  ['heavy_ball', { beta: 0.7 }, heavyBall(0.7)],
  ['dualfast', { c: 0.3 }, dualfast(0.3)],
  ['parastep', { workers: 3, warmup: 2 }, parastep(3, 2, false)],
  ['parastep', { workers: 3, warmup: 2, slope: 'last' }, parastep(3, 2, true)],
];

export const twinsByName: readonly (readonly [SamplerId, object, SamplerId, object])[] = [
  ['dpm_2_ancestral', { eta: 0 }, 'dpm_2', {}],
  ['euler_ancestral_rf', { eta: 0 }, 'euler', {}],
  ['dpmpp_2s_ancestral_rf', { eta: 0 }, 'dpmpp_2s', {}],
  ['ipndm_v', { order: 2 }, 'lms', { order: 2 }],
  ['heavy_ball', { base: 'dpmpp_2m', beta: 1 }, 'dpmpp_2m', {}],
  ['dualfast', { base: 'dpm_2', c: 0 }, 'dpm_2', {}],
  ['pseudo_corrector', { heun: 20 }, 'heun', {}],
  ['dpmpp_singlestep', { order: 1 }, 'euler', {}],
  ['parastep', { workers: 1 }, 'euler', {}],
  ['pcm', { sweeps: 32, numbers: '.3_-.2_.1_.4' }, 'euler', {}],
  ['restoration_degradation', { rho: 0 }, 'euler', {}],
  ['seeds_2', { eta: 0, r: 0.3 }, 'dpmpp_2s', { r: 0.3 }],
  ['seeds_2', { eta: 0, r: 1, solver_type: 'phi_2' }, 'res_2s', { c2: 1 }],
  ['seeds_3', { eta: 0 }, 'dpmpp_3s', {}],
  ['sa_solver', { predictor_order: 1, corrector_order: 0 }, 'euler_ancestral', {}],
  ['er_sde', { scaler: 'ode', max_stage: 1 }, 'euler', {}],
  ['er_sde', { scaler: 'sde', max_stage: 1 }, 'euler_ancestral', {}],
  ['tcd', { gamma: 0 }, 'euler', {}],
];

/** Those that draw nothing. */
export const quietByName = [
  'pndm',
  'ipndm_v',
  'dpmpp_2m_v2',
  'accelerated_ddim',
  'heavy_ball',
  'dualfast',
  'pseudo_corrector',
  'dpmpp_singlestep',
  'dpm_fast',
  'parastep',
  'pcm',
  'heunpp2',
  'restoration_degradation',
] as const satisfies readonly SamplerId[];
