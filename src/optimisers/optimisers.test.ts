import { describe, expect, test } from 'vitest';
import { defaults } from '../core/field.ts';
import { normals } from '../math/normal.ts';
import { checkSigmas } from '../schedules/explicit.ts';
import { karras } from '../schedules/karras.ts';
import { checkAsked } from '../samplers/contenders/fitted.ts';
import { euler } from '../samplers/diffusion/euler.ts';
import { nfe as nfeOf, planOps, samplers, type SamplerId } from '../samplers/diffusion/index.ts';
import { rk4 } from '../samplers/diffusion/rk4.ts';
import { gaussian, noNoise, runPlan } from '../samplers/diffusion/testing.ts';
import { cheapestPath } from './cheapestPath.ts';
import type { OptimiserId } from './index.ts';
import { optimisers } from './index.ts';
import { context, fit, RANGE, toy4 } from './testing.ts';
import type { ScheduleOptimiser } from './types.ts';

describe('cheapestPath', () => {
  const table = (seed: number, last: number) => {
    const u = normals(seed, 0, last + 1, last + 1);
    return (i: number, j: number) => Math.abs(u[i * (last + 1) + j]!) * (j - i) ** 1.5;
  };
  const brute = (cost: (i: number, j: number) => number, last: number, steps: number, gamma: number) => {
    let best = { cost: Infinity, path: [0] };
    const go = (path: number[], sum: number, weight: number) => {
      const at = path.at(-1)!;
      if (path.length === steps + 1) {
        if (at === last && sum < best.cost) best = { cost: sum, path };
        return;
      }
      for (let j = at + 1; j <= last; j++) go([...path, j], sum + weight * cost(at, j), weight * gamma);
    };
    go([0], 0, 1);
    return best;
  };
  test.each([1, 1.15, 0.9])('is the least of all paths, γ = %f', (gamma) => {
    for (let seed = 0; seed < 10; seed++)
      for (const [last, steps] of [
        [7, 1],
        [7, 3],
        [7, 7],
        [9, 4],
      ] as const) {
        const got = cheapestPath(table(seed, last), last, steps, gamma);
        const want = brute(table(seed, last), last, steps, gamma);
        expect(got.path).toEqual(want.path);
        expect(got.cost).toBeCloseTo(want.cost, 12);
      }
  });
  test('more steps than levels, or none, are refused', () => {
    expect(() => cheapestPath(() => 1, 3, 4)).toThrow('4 steps do not fit');
    expect(() => cheapestPath(() => 1, 3, 0)).toThrow(RangeError);
  });
});

const defaultsOf = (id: SamplerId): object => defaults(samplers[id].params as never);
const few: Readonly<Record<OptimiserId, object>> = {
  gits: { levels: 12 },
  optimal_stepsize: { levels: 12 },
  ays_computed: { levels: 12 },
  ld3: { iterations: 5 },
  s3: { losses: 12 },
  bespoke: { iterations: 5 },
  pcm: { rounds: 2 },
};
/** Between two levels there is but one path. */
const onlyChoice = (id: OptimiserId) => async () =>
  [(await fit(id, context(toy4, 2, { train: 8 }), few[id])).sigmas, [RANGE.max, RANGE.min, 0]] as const;
/** All data are one point: D is that point at every level, and the last step ends there from any list. */
const nothingToGain = (id: OptimiserId) => async () => {
  const method: ScheduleOptimiser = optimisers[id];
  const c = context(gaussian(0), 7, { train: 8, valid: 8, sampler: method.sampler ?? 'euler' });
  const { sigmas, params, asked } = await fit(id, c, few[id]);
  return [{ sigmas, params, ...(asked && { asked }) }, c.start] as const;
};
/** Where each method gives what is known; a new one needs its row. */
const reductions: Readonly<Record<OptimiserId, () => Promise<readonly [got: unknown, want: unknown]>>> = {
  gits: onlyChoice('gits'),
  optimal_stepsize: onlyChoice('optimal_stepsize'),
  ays_computed: onlyChoice('ays_computed'),
  ld3: nothingToGain('ld3'),
  /** Of a point Euler's steps are exact, and no other ones to the last digit. */
  s3: async () => {
    const [got] = await nothingToGain('s3')();
    return [(got.params as { plan: string }).plan, Array.from({ length: 6 }, () => 'x1').join('_')];
  },
  bespoke: nothingToGain('bespoke'),
  pcm: nothingToGain('pcm'),
};
describe.each(Object.keys(optimisers) as OptimiserId[])('%s', (id) => {
  test('where there is nothing to choose or to gain it gives what there is', async () => {
    const [got, want] = await reductions[id]();
    expect(got).toEqual(want);
  });
  const method: ScheduleOptimiser = optimisers[id];
  test.each([1, 2, 3, 7])(
    '%i steps: a list that any sampler can walk, from the top of the range to 0, for what it says it costs',
    async (steps) => {
      const c = context(toy4, steps, { train: 32, sampler: method.sampler ?? 'euler' });
      const { sigmas, asked } = await fit(id, c, few[id]);
      expect(checkSigmas(sigmas)).toBeUndefined();
      expect([sigmas.length, sigmas[0], sigmas.at(-1)]).toEqual([steps + 1, 20, 0]);
      if (steps > 1) expect(sigmas.at(-2)).toBeCloseTo(0.02, 12);
      if (asked) expect(checkAsked(asked, sigmas)).toBeUndefined();
      const nfe = nfeOf(planOps(samplers[method.sampler ?? 'euler'], sigmas, defaultsOf(method.sampler ?? 'euler')));
      const said = method.evaluations({ steps, nfe }, { ...(defaults(method.params) as object), ...few[id] });
      // A search that ends when nothing is left to try, or validates what is better, says the most.
      if (id === 's3') expect(c.spent.evaluations).toBeLessThanOrEqual(said);
      else if (steps > 2) expect(c.spent.evaluations).toBe(said);
      const told = c.news.map((n) => n.fraction);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect(steps > 2 ? told.at(-1) : 1).toBe(1);
    },
  );
  test('the same again from the same seed', async () => {
    const once = () => fit(id, context(toy4, 5, { train: 16, valid: 16, sampler: method.sampler ?? 'euler' }), few[id]);
    expect(await once()).toEqual(await once());
  });
});

describe.each(['gits', 'optimal_stepsize'] as const)('%s', (id) => {
  test('on one Gaussian it nears the exact optimum for Euler, equal angles of σ = c·tan θ', async () => {
    // Euler's end is cos(Θ/n)^n of the exact one at best, .8932 at ten intervals from 20 to .02; Karras reaches .8442.
    const end = (sigmas: readonly number[]) => {
      const x = runPlan(planOps(euler, sigmas, {}), Float64Array.of(20, -20), gaussian(1), noNoise)[0]!;
      return x / (20 * Math.sqrt((1 + 0.02 ** 2) / (1 + 20 ** 2)));
    };
    const { sigmas } = await fit(id, context(gaussian(1), 11), {
      levels: id === 'gits' ? 200 : 60,
      ...(id === 'gits' && { gamma: 1 }),
    });
    expect(end(karras.sigmas(11, RANGE, { rho: 7 }).slice(0, -1))).toBeCloseTo(0.8442, 3);
    const reached = end(sigmas.slice(0, -1));
    expect(reached).toBeLessThan(0.893106);
    expect(reached).toBeGreaterThan(0.88);
  });
});

test('gits on four Gaussians, twelve levels, four intervals: the least cost that another program found', async () => {
  // .0498 by NumPy, other starts; which of several nearly equal paths has it depends on them.
  const { sigmas, cost } = await fit('gits', context(toy4, 5, { train: 2000 }), { levels: 12, gamma: 1 });
  expect(Math.abs(cost! / 0.0498 - 1)).toBeLessThan(0.05);
  const grid = karras.sigmas(13, RANGE, { rho: 7 });
  const path = sigmas.slice(0, -1).map((s) => grid.indexOf(s));
  expect([
    [0, 4, 6, 8, 12],
    [0, 5, 7, 8, 12],
  ]).toContainEqual(path);
});

test.each<[OptimiserId, number]>([
  ['gits', 0.091], // NumPy, other starts: .091 at six intervals
  ['optimal_stepsize', 0.091],
])(
  '%s: Euler on the levels found ends nearer than on those of Karras, on starts it has not seen',
  async (id, atMost) => {
    const { sigmas } = await fit(id, context(toy4, 7, { train: 200 }), {
      ...(id === 'gits' ? { gamma: 1 } : { levels: 60 }),
    });
    const fresh = normals(9, 0, 200, 2).map((v) => v * 20);
    const exact = runPlan(planOps(rk4, karras.sigmas(401, RANGE, { rho: 7 }).slice(0, -1), {}), fresh, toy4, noNoise);
    const median = (list: readonly number[]) => {
      const x = runPlan(planOps(euler, list.slice(0, -1), {}), fresh, toy4, noNoise);
      const apart = Array.from({ length: 200 }, (_, i) =>
        Math.hypot(x[2 * i]! - exact[2 * i]!, x[2 * i + 1]! - exact[2 * i + 1]!),
      );
      return apart.toSorted((a, b) => a - b)[100]!;
    };
    expect(median(sigmas)).toBeLessThan(atMost * 1.6);
    expect(median(sigmas)).toBeLessThan(0.75 * median(karras.sigmas(7, RANGE, { rho: 7 })));
  },
);
