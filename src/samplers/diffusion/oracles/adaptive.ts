// Adaptive samplers a second time, as loops over vectors.
import type { AdaptiveId } from '../index.ts';
import { brownianIncrement } from '../../../math/brownian.ts';
import { paradigms, parallelNewton } from './parallel.ts';
import { minus, plus, scaled, slopeOf, type Vector } from './types.ts';
import type { AdaptiveOracle, ShownFrame } from './adaptiveTypes.ts';

interface Settings {
  order: number;
  rtol: number;
  atol: number;
  h_init: number;
  pcoeff: number;
  icoeff: number;
  dcoeff: number;
  accept_safety: number;
  eta: number;
  s_noise: number;
}

/** Over τ = −log σ: the difference of two orders decides; a slope that is known is not asked for again. */
const dpmAdaptive: AdaptiveOracle<Settings> = (w, sigmas, start, p) => {
  const levels = sigmas.filter((sigma) => sigma !== 0);
  const [from, to] = [-Math.log(levels[0]!), -Math.log(levels.at(-1)!)];
  const frames: ShownFrame[] = [{ step: 0, sigma: levels[0]!, x: start }];
  const sigma = (tau: number) => Math.exp(-tau);
  let [tau, h, x, before] = [from, p.h_init, start, start];
  let past: number[] = [];
  const k = p.eta ? 1.5 : p.order;
  while (tau < to - 1e-5) {
    const e = slopeOf(x, w.denoise(x, sigma(tau)), sigma(tau));
    for (;;) {
      const next = Math.min(to, tau + h);
      let reach = next;
      if (p.eta) {
        const [s, t] = [sigma(tau), sigma(next)];
        const up = Math.min(t, p.eta * Math.sqrt((t ** 2 * (s ** 2 - t ** 2)) / s ** 2));
        reach = Math.min(to, -Math.log(Math.sqrt(t ** 2 - up ** 2)));
      }
      const length = reach - tau;
      const ask = (u: Vector, share: number): [slope: Vector, D: Vector] => {
        const level = sigma(tau + share * length);
        const D = w.denoise(u, level);
        return [slopeOf(u, D, level), D];
      };
      const grown = (share: number) => sigma(tau + share * length) * (Math.exp(share * length) - 1);
      const curved = (share: number) =>
        sigma(tau + share * length) * ((Math.exp(share * length) - 1) / (share * length) - 1);
      const first = p.order === 2 ? 1 / 2 : 1 / 3;
      const euler = (share: number) => plus(x, [-grown(share), e]);
      const [e1, d1] = ask(euler(first), first);
      const two = plus(euler(1), [-grown(1) / (2 * first), minus(e1, e)]);
      let [low, high, shown] = [euler(1), two, d1];
      if (p.order === 3) {
        const [e2, d2] = ask(plus(euler(2 / 3), [-2 * curved(2 / 3), minus(e1, e)]), 2 / 3);
        [low, high, shown] = [two, plus(euler(1), [-1.5 * curved(1), minus(e2, e)]), d2];
      }
      const apart = minus(low, high).map(
        (v, i) => v / Math.max(p.atol, p.rtol * Math.max(Math.abs(low[i]!), Math.abs(before[i]!))),
      );
      const error = Math.sqrt(apart.reduce((sum, v) => sum + v * v, 0) / apart.length);
      const good = 1 / (error + 1e-8);
      const [, one, other] = past.length > 0 ? past : [good, good, good];
      const growth =
        good ** ((p.pcoeff + p.icoeff + p.dcoeff) / k) *
        one! ** (-(p.pcoeff + 2 * p.dcoeff) / k) *
        other! ** (p.dcoeff / k);
      const factor = 1 + Math.atan(growth - 1);
      h *= factor;
      if (factor < p.accept_safety) {
        past = [good, one!, other!];
        continue;
      }
      past = [good, good, one!];
      before = low;
      x = high;
      const up = Math.sqrt(Math.max(0, sigma(next) ** 2 - sigma(reach) ** 2)) * p.s_noise;
      if (up > 0) x = plus(high, [up, w.noise(brownianIncrement(sigma(tau), sigma(next), p.eta ** 2))]);
      tau = next;
      frames.push({ step: frames.length, sigma: to - tau < 1e-5 ? levels.at(-1)! : sigma(tau), x, denoised: shown });
      break;
    }
  }
  if (sigmas.at(-1) === 0) {
    const D = w.denoise(x, levels.at(-1)!);
    frames.push({ step: frames.length, sigma: 0, x: scaled(1, D), denoised: D });
  }
  return frames;
};

/** Algorithms 1, 2 and 4 of Song et al. 2021 with one sample a run: ε from the norms of a draw and of the score. */
const scoreSdeVe: AdaptiveOracle<{ snr: number; correct_steps: number }> = (w, sigmas, start, p) => {
  const frames: ShownFrame[] = [{ step: 0, sigma: sigmas[0]!, x: start }];
  const norm = (v: Vector) => Math.sqrt(v.reduce((sum, a) => sum + a * a, 0));
  let x = start;
  sigmas.slice(1).forEach((t, i) => {
    const s = sigmas[i]!;
    const score = (): [score: Vector, D: Vector] => {
      const D = w.denoise(x, s);
      return [scaled(1 / (s * s), minus(D, x)), D];
    };
    for (let k = 0; k < p.correct_steps; k++) {
      const [g] = score();
      const z = w.noise([[1, 1 + 4 * i + k]]);
      const length = 2 * ((p.snr * norm(z)) / norm(g)) ** 2;
      x = plus(x, [length, g], [Math.sqrt(2 * length), z]);
    }
    const [g, D] = score();
    const added = s * s - t * t;
    x = t === 0 ? plus(x, [added, g]) : plus(x, [added, g], [Math.sqrt(added), w.noise(brownianIncrement(s, t))]);
    frames.push({ step: i + 1, sigma: t, x, denoised: D });
  });
  return frames;
};

/** One a sampler; a new one does not compile without. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- oracles of every parameter type
export const adaptiveOracles: Record<AdaptiveId, AdaptiveOracle<any>> = {
  dpm_adaptive: dpmAdaptive,
  paradigms,
  parallel_newton: parallelNewton,
  score_sde_ve: scoreSdeVe,
};
