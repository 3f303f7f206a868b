// For the tests of guidance: models in closed form that answer by role.
import type { Asked, Role } from '../../core/role.ts';
import { defaults } from '../../core/field.ts';
import { samplers, type SamplerId } from '../diffusion/index.ts';
import { mixture, opsOn, type Denoiser, type Vector } from '../diffusion/testing.ts';
import type { Op, Sampler } from '../diffusion/types.ts';
import { guidanceOf, type GuidanceId } from './index.ts';
import { guidePlan } from './rewrite.ts';

/** Params of a method, the rest at its defaults. */
export const paramsOf = (id: GuidanceId, params: object = {}) => ({
  ...(defaults(guidanceOf(id).params) as object),
  ...params,
});

/** A sampler's plan, guided; of one that chooses its own steps what it left behind on a problem. */
export function guidedOps(
  sampler: SamplerId,
  sigmas: readonly number[],
  id: GuidanceId,
  params: object = {},
  samplerParams: object = {},
): readonly Op[] {
  const own: Sampler = samplers[sampler];
  const plan = opsOn(own, sigmas, { ...(defaults(own.params) as object), ...samplerParams });
  return guidePlan(plan, guidanceOf(id), paramsOf(id, params) as never);
}

/** Whoever is asked. `main` is not answered: a guided plan must not ask it. */
export const byRole =
  (answers: Readonly<Partial<Record<Role, Denoiser>>>): Denoiser =>
  (x, sigma, asked: Asked = {}) => {
    const role = asked.role ?? 'main';
    const answer = answers[role];
    if (!answer) throw new Error(`nobody answers as ${role}`);
    return answer(x, sigma, asked);
  };

const right: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, -1],
];
const left: readonly (readonly [number, number])[] = [
  [-1, 1],
  [-1, -1],
];
/** Four Gaussians at (±1, ±1) of deviation .2; the class is the right pair, what is avoided the upper left one. */
export const toy4 = byRole({
  class: mixture(right, [1, 1], 0.2),
  null: mixture([...right, ...left], [1, 1, 1, 1], 0.2),
  negative: mixture([[-1, 1]], [1], 0.2),
  weak: mixture(right, [1, 1], 0.4),
});

/** N(mean, deviation²) in each coordinate. */
export const shifted =
  (mean: number, deviation: number): Denoiser =>
  (x, sigma): Vector => {
    const kept = deviation ** 2 / (deviation ** 2 + sigma ** 2);
    return x.map((v) => mean + kept * (v - mean));
  };
