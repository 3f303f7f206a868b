// The four Gaussians of the oracles, with classes, and a run of a method on them in float64.
import { defaults } from '../core/field.ts';
import type { Asked } from '../core/role.ts';
import { normals } from '../math/normal.ts';
import { mixture, runPlan, type Denoiser, type Draws } from '../samplers/diffusion/testing.ts';
import { taskOps, type TaskMethodId, taskMethods } from './index.ts';
import type { Levels, TaskMethod, Told } from './types.ts';

export const SAMPLES = 200;
const corners = [
  [-1, 1],
  [-1, -1],
  [1, 1],
  [1, -1],
] as const;
const whole = mixture(corners, [1, 1, 1, 1], 0.2);
const sides = [mixture(corners.slice(0, 2), [1, 1], 0.2), mixture(corners.slice(2), [1, 1], 0.2)];

/** Class 0 is the left pair, 1 the right one. */
export const toy4: Denoiser = (x, sigma, asked?: Asked) => (sides[asked?.label ?? -1] ?? whole)(x, sigma);

export const range = { min: 0.02, max: 20 };
export const NOBODY: Told = { source: -1, target: -1, guidance: 1 };

/** Σ w·z of the keyed normals. */
export const keyed =
  (seed: number, dim = 2): Draws =>
  (draws, count) => {
    const out = new Float64Array(count);
    for (const [w, draw] of draws) normals(seed, draw, count / dim, dim).forEach((z, i) => (out[i]! += w * z));
    return out;
  };

/** Samples of the four Gaussians, or of the left pair. */
export const samplesOf = (left = false, seed = 3): Float64Array =>
  normals(seed, 0, SAMPLES, 2).map((z, i) => {
    const corner = corners[(i >> 1) % (left ? 2 : 4)]!;
    return corner[i % 2]! + 0.2 * z;
  });

export interface Ran {
  readonly end: Float64Array;
  readonly evaluations: number;
}
export function runTask(
  id: TaskMethodId,
  { steps, ...more }: Partial<Levels> & Pick<Levels, 'steps'>,
  given: Readonly<Record<string, Float64Array>>,
  { told = NOBODY, params = {}, model = toy4, seed = 1 }: RunOptions = {},
): Ran {
  const method: TaskMethod = taskMethods[id];
  const all = { ...(defaults(method.params) as object), ...params };
  const ops = taskOps(method, { steps, range, ...more }, all, told);
  const x0 = new Float64Array(Object.values(given)[0]!.length);
  return {
    end: runPlan(ops, x0, model, keyed(seed), 2, given),
    evaluations: ops.filter(({ op }) => op === 'eval').length,
  };
}
export interface RunOptions {
  readonly told?: Told;
  readonly params?: object;
  readonly model?: Denoiser;
  readonly seed?: number;
}

/** Median distance of points. */
export function medianDistance(a: Float64Array, b: Float64Array): number {
  const all = Array.from({ length: a.length / 2 }, (_, i) =>
    Math.hypot(a[2 * i]! - b[2 * i]!, a[2 * i + 1]! - b[2 * i + 1]!),
  ).sort((u, v) => u - v);
  return all[all.length >> 1]!;
}

/** The largest difference of two numbers. */
export const most = (a: Float64Array, b: Float64Array): number =>
  a.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0);
