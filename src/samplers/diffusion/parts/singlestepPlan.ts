import { phi } from '../../../math/expIntegral.ts';
import { slope } from './multistep.ts';
import { combine, denoise, mark, start, steps } from './ops.ts';
import type { Op, Plan, Reg } from '../types.ts';

/** How a step that uses two or three values weighs their change: halved and by the last value alone, or exactly. */
export type Weights = 'midpoint' | 'heun';

export interface Singlestep {
  /** How many steps of the list each group takes: 1, 2 or 3. A step beyond them is of first order. */
  readonly groups: readonly number[];
  /** What is integrated: the picture (DPM-Solver++) or the predicted noise (DPM-Solver). */
  readonly value: 'x0' | 'epsilon';
  /** Weights of the k-th step of a group of so many steps, k = 2 or 3. */
  weights(k: number, size: number): Weights;
  /**
   * Where a group s → t is to go instead of t, and the noise that leads back up, for samplers that draw it. The group's
   * levels keep their shares of log σ, so that within it states stand below the list's levels, by which they are still named.
   */
  split?(s: number, t: number): Down;
}
export interface Down {
  readonly down: number;
  readonly ops: readonly Op[];
  readonly terms: readonly (readonly [number, Reg])[];
}
const plain = (t: number): Down => ({ down: t, ops: [], terms: [] });

/**
 * Singlestep DPM-Solvers over a given list. Lu et al. 2022, https://arxiv.org/abs/2206.00927 and
 * https://arxiv.org/abs/2211.01095. A group of n steps starts anew from its first state; its k-th step goes from that state
 * to the list's next level with the k values that the group has by then, by a method of order k. So an n-th order step
 * costs n evaluations, the levels between are the list's own, and every level has a state.
 *
 * With φ at −h for the picture and at +h for the noise, and c_j the place of value j as a share of h:
 * order 2 adds (v₁ − v₀)/c₁ times hφ₁/2 or hφ₂; order 3 adds (v₂ − v₀)/c₂ times hφ₂, or both differences exactly.
 */
export function* singlestepPlan(sigmas: readonly number[], { groups, value, weights, split }: Singlestep): Plan {
  const starts = groups.flatMap((size) => Array.from({ length: size }, (_, k) => ({ k, size })));
  yield start(sigmas);
  let group = plain(0);
  for (const { i, s: listed, t: next } of steps(sigmas)) {
    const { k, size } = starts[i] ?? { k: 0, size: 1 };
    const d: Reg = value === 'x0' ? `v${k}` : 'd';
    const begin = sigmas[i - k]!;
    const end = sigmas[i - k + size]!;
    if (k === 0) group = split === undefined || next === 0 ? plain(end) : split(begin, end);
    const stretch = group.down === end ? 1 : Math.log(begin / group.down) / Math.log(begin / end);
    const at = (sigma: number) => (stretch === 1 ? sigma : begin * (sigma / begin) ** stretch);
    const [s, t] = [k === 0 ? listed : at(listed), at(next)];
    yield denoise(s, d);
    if (t === 0) {
      yield combine('x', [[1, d]]);
      yield mark(i + 1, t, d);
      continue;
    }
    if (k === 0 && size > 1) yield combine('g', [[1, 'x']]);
    if (value === 'epsilon') yield slope(s, `v${k}`, d);
    const h = Math.log(begin / t);
    const z = value === 'x0' ? -h : h;
    const [outer, scale] = value === 'x0' ? [t / begin, h] : [1, -t * h];
    const share = (j: number) => Math.log(begin / at(sigmas[i - k + j]!)) / h;
    const onChange = [0, 0, 0]; // weights of v_j − v₀
    if (k === 1) onChange[1] = (weights(2, size) === 'midpoint' ? phi(1, z) / 2 : phi(2, z)) / share(1);
    else if (k === 2 && weights(3, size) === 'midpoint') onChange[2] = phi(2, z) / share(2);
    else if (k === 2) {
      const [a, b] = [share(1), share(2)];
      onChange[1] = (b * phi(2, z) - 2 * phi(3, z)) / (a * (b - a));
      onChange[2] = (2 * phi(3, z) - a * phi(2, z)) / (b * (b - a));
    }
    const first = phi(1, z) - onChange[1]! - onChange[2]!;
    const last = k === size - 1;
    if (last) yield* group.ops;
    yield combine('x', [
      [outer, size > 1 ? 'g' : 'x'],
      [scale * first, 'v0'],
      ...([1, 2] as const).slice(0, k).map((j) => [scale * onChange[j]!, `v${j}`] as const),
      ...(last ? group.terms : []),
    ]);
    yield mark(i + 1, next, d);
  }
}
