// A float64 model with everything that a fit may ask of it. Only tests import this.
import { breathe } from '../core/cancel.ts';
import { defaults } from '../core/field.ts';
import { normals } from '../math/normal.ts';
import { quantile } from '../metrics/samples/paired.ts';
import { tell } from '../samplers/contenders/fitted.ts';
import { planOps, samplers, type SamplerId } from '../samplers/diffusion/index.ts';
import { mixture, noNoise, runPlan, type Denoiser } from '../samplers/diffusion/testing.ts';
import { karras } from '../schedules/karras.ts';
import { optimisers, type OptimiserId } from './index.ts';
import type { Candidate, FitContext, FitNews, Found, ScheduleOptimiser } from './types.ts';

export const RANGE = { min: 0.02, max: 20 };
/** Four Gaussians of deviation .2 at (±1, ±1). */
export const toy4 = mixture(
  [
    [1, 1],
    [-1, 1],
    [1, -1],
    [-1, -1],
  ],
  [1, 1, 1, 1],
  0.2,
);

export interface Asked {
  sampler?: SamplerId;
  params?: object;
  train?: number;
  valid?: number;
  seed?: number;
}
/** Counts what was asked for, and keeps the news. */
export interface TestContext extends FitContext {
  readonly spent: { evaluations: number };
  readonly news: FitNews[];
  /** Distances on starts that no fit has seen. */
  fresh(candidate: Candidate): Float64Array;
}

export function context(model: Denoiser, steps: number, asked: Asked = {}): TestContext {
  const { sampler = 'euler', params = {}, train = 64, valid = 64, seed = 1 } = asked;
  const spent = { evaluations: 0 };
  const counted: Denoiser = (x, sigma) => {
    spent.evaluations++;
    return model(x, sigma);
  };
  const sets = new Map<number, { starts: Float64Array; ends: Float64Array }>();
  const solved = (of: number, count: number) => {
    const known = sets.get(of);
    if (known) return known;
    const starts = normals(of, 0, count, 2).map((v) => v * RANGE.max);
    const fine = karras.sigmas(301, RANGE, { rho: 7 });
    const made = { starts, ends: runPlan(planOps(samplers.rk4, fine, {}), starts, model, noNoise, 2) };
    sets.set(of, made);
    return made;
  };
  const distancesOn = (candidate: Candidate, of: number, count: number, denoise: Denoiser) => {
    const { starts, ends } = solved(of, count);
    const plan = planOps(samplers[sampler], candidate.sigmas, {
      ...(defaults(samplers[sampler].params as never) as object),
      ...params,
      ...candidate.params,
    });
    const ops = candidate.asked ? tell(plan, candidate.sigmas, candidate.asked) : plan;
    const x = runPlan(ops, starts, denoise, noNoise, 2);
    return Float64Array.from({ length: count }, (_, i) =>
      Math.hypot(x[2 * i]! - ends[2 * i]!, x[2 * i + 1]! - ends[2 * i + 1]!),
    );
  };
  const news: FitNews[] = [];
  let calls = 0;
  return {
    range: RANGE,
    steps,
    dim: 2,
    seed,
    start: {
      sigmas: karras.sigmas(steps, RANGE, { rho: 7 }),
      params: { ...(defaults(samplers[sampler].params as never) as Candidate['params']), ...params },
    },
    spent,
    news,
    async walk(sigmas) {
      const starts = normals(seed, 0, train, 2);
      const states = [starts.map((v) => v * sigmas[0]!)];
      for (const [i, t] of sigmas.slice(1).entries()) {
        const [x, s] = [states.at(-1)!, sigmas[i]!];
        const d = counted(x, s);
        states.push(x.map((v, k) => v + (t - s) * ((v - d[k]!) / s)));
      }
      return states.map((x) => Float32Array.from(x));
    },
    async states(ops) {
      const starts = normals(seed, 0, train, 2).map((v) => v * RANGE.max);
      const list: Float32Array[] = [];
      runPlan(ops, starts, counted, noNoise, 2, {}, (state) => list.push(Float32Array.from(state)));
      return list;
    },
    async noised(sigmas) {
      let x = solved(seed, train).ends;
      let below = 0;
      const up = sigmas.toReversed().map((sigma, k) => {
        const z = normals(seed + 77, k + 1, train, 2);
        const more = Math.sqrt(sigma ** 2 - below ** 2);
        below = sigma;
        x = x.map((v, e) => v + more * z[e]!);
        return Float32Array.from(counted(x, sigma));
      });
      return up.toReversed();
    },
    async distances(candidate, on) {
      // A fit of promises alone would keep the test runner from hearing of anything for minutes.
      if (++calls % 200 === 0) await breathe();
      return on === 'train'
        ? distancesOn(candidate, seed, train, counted)
        : distancesOn(candidate, seed + 1000, valid, counted);
    },
    fresh: (candidate) => distancesOn(candidate, 9, 400, model),
    progress: (told) => void news.push(told),
  };
}

export const fit = (id: OptimiserId, c: FitContext, params: object = {}): Promise<Found> => {
  const method: ScheduleOptimiser = optimisers[id];
  return method.fit(c, { ...(defaults(method.params) as object), ...params });
};
export const median = (values: Float64Array): number => quantile(values, 0.5);
