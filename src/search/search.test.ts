import { describe, expect, test } from 'vitest';
import type { Denoise } from '../engine/diffusion/cpu.ts';
import { exactCarrier } from '../engine/diffusion/searchRun.ts';
import { mixtures } from '../models/definitions.ts';
import { assignComponents, logDensity, mixtureDenoiser } from '../models/mixture.ts';
import { newContender } from '../samplers/contenders/contender.ts';
import { candidateSeed } from './candidates.ts';
import { searchContext } from './context.ts';
import { searchIds, type SearchId } from './index.ts';
import { roundsOf } from './paths.ts';
import { mean, most, plain, RANGE, search } from '../engine/diffusion/searchTesting.ts';
import { SearchError, type States } from './types.ts';

const unbalanced = mixtures.unbalanced();
const D: Denoise = mixtureDenoiser(unbalanced);
const logP = (x: States) => logDensity(unbalanced, x, 0);
const nearRarest = (x: States) =>
  Float64Array.from({ length: x.length / 2 }, (_, i) => -Math.hypot(x[2 * i]! + 1.5, x[2 * i + 1]! + 1.8));
const alike = (x: States) => new Float64Array(x.length / 2);

/** A plain run of a contender, on all starts. */
async function ran(c = plain, samples = 64, seed = 5): Promise<States> {
  const { solve, levels } = searchContext(c, RANGE, { samples, dim: 2, budget: 1, seed });
  return (await exactCarrier(D, samples, 2).run(solve(levels), [{ seed }], ['x']))[0]!.x!;
}

/** What each search is where it has nothing to choose from. */
const reductions: Readonly<Record<SearchId, { budget: number; params?: object; is: Parameters<typeof ran>[0] }>> = {
  steps: { budget: 20, is: plain },
  random: { budget: 39, is: plain },
  zero_order: { budget: 39, is: plain },
  paths: { budget: 39, is: plain },
  greedy: { budget: 20, params: { starts: 1 }, is: newContender('ddpm', 20) },
  rbf: { budget: 20, params: { starts: 1 }, is: newContender('ddpm', 20) },
};
test.each(searchIds)('%s with one candidate is the plain run', async (id) => {
  const { budget, params = {}, is } = reductions[id];
  const found = await search(id, D, nearRarest, { budget: 20, params });
  expect(most(found.x, await ran(is))).toBeLessThan(1e-12);
  expect(found.cost.evaluations).toEqual(new Float64Array(64).fill(20));
  expect(found.cost.depth).toEqual(new Float64Array(64).fill(20));
  if (budget > 20 && id !== 'steps') expect((await search(id, D, logP, { budget, params })).x).toEqual(found.x);
});

test.each(searchIds)('%s gets better with its budget, within it, and counts what the model answered', async (id) => {
  let asked = 0;
  const counting: Denoise = (x, sigma) => (asked++, D(x, sigma));
  const before = await search(id, D, logP, { budget: 40, samples: 400 });
  const found = await search(id, counting, logP, { budget: 160, samples: 400 });
  const spent = mean(found.cost.evaluations);
  expect(spent).toBeLessThanOrEqual(160);
  // Starts that have chosen are carried along while others still try: they are computed, and not counted.
  if (id === 'rbf') expect(asked).toBeGreaterThan(160);
  else expect(asked).toBe(spent);
  expect(mean(found.cost.depth)).toBeLessThanOrEqual(spent);
  expect(found.scores).toEqual(logP(found.x));
  if (id !== 'steps') expect(mean(found.scores)).toBeGreaterThan(mean(before.scores) + 0.05);
});

test.each(searchIds)('%s: neither the batch nor its order changes what a start finds', async (id) => {
  const [few, many] = [
    await search(id, D, logP, { budget: 90, samples: 7 }),
    await search(id, D, logP, { budget: 90, samples: 31 }),
  ];
  expect(many.x.subarray(0, 14)).toEqual(few.x);
  expect(many.cost.evaluations.subarray(0, 7)).toEqual(few.cost.evaluations);
});

describe('on a Gaussian, the best of n', () => {
  test('has |x|² = 2c²/n', async () => {
    const c = 0.7;
    const shrink: Denoise = (x, sigma) => x.map((v) => (v * c * c) / (c * c + sigma * sigma));
    const square = (x: States) =>
      Float64Array.from({ length: x.length / 2 }, (_, i) => -(x[2 * i]! ** 2 + x[2 * i + 1]! ** 2));
    const base = newContender('dpmpp_3m', 40, 'exponential');
    for (const n of [1, 4, 16]) {
      const { scores } = await search('random', shrink, square, { base, budget: 40 * n, samples: 6000 });
      expect(-mean(scores) / ((2 * c * c) / n)).toBeCloseTo(1, 1);
      expect(Math.abs(-mean(scores) / ((2 * c * c) / n) - 1)).toBeLessThan(0.04);
    }
  });
});

describe('on the unbalanced mixture', () => {
  const figures = async (id: SearchId, budget: number, params: object = {}) =>
    search(id, D, logP, { budget, params, samples: 2000 });
  const within = (value: number, low: number, high: number) => {
    expect(value).toBeGreaterThan(low);
    expect(value).toBeLessThan(high);
  };

  test('log p rises with n, and modes vanish: best of 1, 4 and 16', async () => {
    within(mean((await figures('random', 20)).scores), -1.7, -1.4);
    within(mean((await figures('random', 80)).scores), -0.52, -0.42);
    const { scores, x, cost } = await figures('random', 320);
    within(mean(scores), -0.08, -0.06);
    const modes = assignComponents(unbalanced, x, 0);
    const share = [0, 1, 2, 3, 4].map((k) => modes.filter((v) => v === k).length / 2000);
    [0.007, 0.388, 0.311, 0, 0.294].forEach((noted, k) => within(share[k]!, noted - 0.03, noted + 0.03));
    expect(mean(cost.depth)).toBe(20);
    expect(mean(cost.verified)).toBe(16);
  });
  test('zero-order, five rounds of three neighbours', async () => {
    const { scores, cost } = await figures('zero_order', 320, { neighbours: 3, angle: 0.3 });
    within(mean(scores), -0.39, -0.33);
    expect([mean(cost.evaluations), mean(cost.depth)]).toEqual([320, 120]);
    const anyNoise = await figures('zero_order', 320, { neighbours: 3, angle: Math.PI / 2 - 1e-9 });
    within(mean(anyNoise.scores), -0.08, -0.06);
  });
  test('over paths, two of two', async () => {
    const { scores, cost } = await figures('paths', 132);
    within(mean(scores), -0.2, -0.15);
    expect(mean(cost.evaluations)).toBe(132);
    expect(mean(cost.depth)).toBe(37);
  });
});

describe('choosing step by step', () => {
  const base = newContender('euler', 10);
  const near = (id: SearchId, budget: number, params: object = {}) =>
    search(id, D, nearRarest, { base, budget, params, samples: 1000 });

  test('toward the rarest mode: best of q per step is nearest, rollover helps RBF, and spends its budget at the end', async () => {
    const [greedy, rbf, without] = [
      await near('greedy', 100),
      await near('rbf', 100),
      await near('rbf', 100, { rollover: false }),
    ];
    expect(mean(greedy.scores)).toBeGreaterThan(-0.014);
    expect(mean(rbf.scores)).toBeGreaterThan(-0.34);
    expect(mean(rbf.scores)).toBeLessThan(-0.25);
    expect(mean(without.scores)).toBeLessThan(mean(rbf.scores) - 0.03);
    expect(greedy.perStep).toEqual([8, 10, 10, 10, 10, 10, 10, 10, 10, 12]);
    expect(mean(greedy.cost.depth)).toBe(10);
    expect(rbf.cost.evaluations).toEqual(new Float64Array(1000).fill(100));
    expect(rbf.perStep![1]!).toBeLessThan(3);
    expect(rbf.perStep!.at(-1)!).toBeGreaterThan(55);
    expect(mean(rbf.cost.depth)).toBe(93);
  });
  test('where the verifier likes all alike, every quota is spent, and the plain run stays', async () => {
    for (const [id, params] of [
      ['greedy', {}],
      ['rbf', {}],
      ['rbf', { rollover: false }],
    ] as const) {
      const found = await search(id, D, alike, { base, budget: 100, params: { starts: 1, ...params } });
      expect(found.perStep).toEqual([1, ...new Array(8).fill(11), id === 'rbf' && 'rollover' in params ? 11 : 11]);
      expect(found.cost.evaluations).toEqual(new Float64Array(64).fill(100));
      expect(most(found.x, await ran(newContender('ddpm', 10)))).toBeLessThan(1e-12);
    }
    const uneven = await search('rbf', D, alike, { base, budget: 107 });
    expect(uneven.perStep).toEqual([8, ...new Array(8).fill(11), 11]);
    expect((await search('rbf', D, alike, { base, budget: 105 })).perStep!.at(-1)).toBe(17);
  });
  test('with as many tries in each step as there are candidates, the best of them by hand', async () => {
    const one = newContender('euler', 2);
    const { levels, noise } = searchContext(one, RANGE, { samples: 64, dim: 2, budget: 9, seed: 5 });
    expect(levels).toHaveLength(3);
    const found = await search('greedy', D, logP, { base: one, budget: 9, params: { starts: 4 } });
    const starts = [0, 1, 2, 3].map((c) =>
      D(
        noise(c, [[1, 0]]).map((z) => levels[0]! * z),
        levels[0]!,
      ),
    );
    const scores = starts.map(logP);
    expect(found.perStep).toEqual([4, 5]);
    expect(mean(found.scores)).toBeGreaterThan(mean(scores[0]!));
  });
});

test('a search that is stopped keeps its best, and says what it spent', async () => {
  let scored = 0;
  const counted = (x: States) => (scored++, logP(x));
  const found = await search('random', D, counted, { budget: 320, run: { stopped: () => scored === 4 } });
  const four = await search('random', D, logP, { budget: 80 });
  expect([found.stopped, four.stopped]).toEqual([true, false]);
  expect(found.x).toEqual(four.x);
  expect(found.cost).toEqual(four.cost);
  expect(await search('random', D, logP, { budget: 320, run: { stopped: () => true } })).toBeNull();
});

test('a score that is no number is never the best', async () => {
  const found = await search('random', D, (x) => logP(x).map((v, i) => (i % 2 ? NaN : v)), { budget: 80 });
  const whole = await search('random', D, logP, { budget: 80 });
  const rest = await search('random', D, logP, { budget: 20 });
  for (let i = 0; i < 64; i++)
    expect(found.x.subarray(2 * i, 2 * i + 2)).toEqual((i % 2 ? rest : whole).x.subarray(2 * i, 2 * i + 2));
});

test('candidates have seeds of their own, and the first the run’s', () => {
  const seeds = Array.from({ length: 2000 }, (_, c) => candidateSeed(7, c));
  expect(seeds[0]).toBe(7);
  expect(new Set(seeds).size).toBe(2000);
  expect(candidateSeed(8, 1)).not.toBe(candidateSeed(7, 1));
});

test('rounds over paths descend to 0, whatever is asked for', () => {
  expect(roundsOf(20, { begin: 0.4, up: 2, down: 4 }).map((r) => [r.at, r.top, r.next])).toEqual([
    [8, 6, 10],
    [10, 8, 12],
    [12, 10, 14],
    [14, 12, 16],
    [16, 14, 18],
    [18, 16, 20],
  ]);
  for (const begin of [0, 0.5, 1])
    for (const up of [1, 7])
      for (const down of [2, 30])
        for (const steps of [1, 2, 3, 17]) {
          const rounds = roundsOf(steps, { begin, up, down });
          expect(rounds.at(-1)?.next ?? 1).toBe(steps);
          for (const [k, { at, top, next }] of rounds.entries()) {
            expect(top).toBeLessThanOrEqual(at);
            expect(next).toBeGreaterThan(at);
            expect(at).toBe(k > 0 ? rounds[k - 1]!.next : at);
          }
        }
});

describe('what cannot be searched is refused in words', () => {
  const refused = (id: SearchId, more: Partial<Parameters<typeof search>[3]>) =>
    expect(search(id, D, logP, { budget: 40, ...more })).rejects;
  test('a budget below one run', async () => {
    for (const id of searchIds.filter((s) => s !== 'steps'))
      await refused(id, { budget: 19 }).toThrow(/cannot begin on 19 evaluations/);
    await refused('steps', { budget: 0 }).toThrow(SearchError);
  });
  test('what searches cannot take apart', async () => {
    await refused('random', { base: newContender('dpm_adaptive', 5) }).toThrow(/chooses its own steps/);
    const open = { ...plain, schedule: 'explicit' as const, sigmas: [20, 1, 0.1], steps: 2 };
    await refused('random', { base: open }).toThrow(/do not end at 0/);
  });
});
