// The fits whose results hang on where runs end, against what another program found (NumPy, other starts): medians on 400
// starts that no fit has seen, four Gaussians, from 20 to .02. Its seeds move the third digit, and its descent was another.
import { describe, expect, test } from 'vitest';
import { full, inFull } from '../core/testing.ts';
import type { SamplerId } from '../samplers/diffusion/index.ts';
import { gaussian } from '../samplers/diffusion/testing.ts';
import { adamByDifferences } from './adamByDifferences.ts';
import { evolve } from './evolve.ts';
import { levelsOf, thetaOf, toldOf } from './levels.ts';
import { choicesAt } from './s3.ts';
import { context, fit, median, toy4 } from './testing.ts';
import { mean } from './types.ts';

type Row = readonly [SamplerId, object, number, ...medians: readonly [number, number, number]];
const ipndm = { order: 4 };
describe('LD3: Karras, then levels, then told levels too', () => {
  test.each<Row>([
    ['dpmpp_2m', {}, 6, 0.231, 0.0083, 0.0016],
    ...inFull<Row>([
      ['euler', {}, 6, 0.169, 0.087, 0.0063],
      ['euler', {}, 10, 0.102, 0.055, 0.0043],
      ['dpmpp_2m', {}, 10, 0.069, 0.0016, 0.0005],
      ['ipndm', ipndm, 6, 0.0285, 0.0044, 0.0011],
      ['ipndm', ipndm, 10, 0.0103, 0.0003, 0.0004],
    ]),
  ])('%s %j, %i intervals: %f, %f, %f', async (sampler, params, n, before, levels, both) => {
    const c = context(toy4, n + 1, { sampler, params });
    expect(median(c.fresh(c.start)) / before).toBeCloseTo(1, 0);
    const reached = async (tune: string) => median(c.fresh(await fit('ld3', c, { tune })));
    const [one, two] = [await reached('levels'), await reached('both')];
    expect(one).toBeLessThan(1.6 * levels);
    expect(two).toBeLessThan(1.6 * both);
    expect(one).toBeGreaterThan(levels / 3);
    expect(two).toBeLessThan(one);
  });
  test('for Euler on one Gaussian its levels are equal angles: the exact optimum', async () => {
    // cos(Θ/5)^5 with Θ = atan(20/1) − atan(.02/1): .795553 of the deviation; Karras .714286. The end stays 1 − that away.
    const c = context(gaussian(1), 6, { train: 32 });
    const ratio = (d: Float64Array, ends: Float64Array) => 1 - mean(d) / mean(ends);
    const nothing = { sigmas: c.start.sigmas };
    const { sigmas } = await fit('ld3', c, { tune: 'levels', iterations: 150 });
    const sizes = context(gaussian(1), 6).fresh(nothing);
    const before = mean(sizes);
    // Both distances are the same share of the same ends.
    const after = mean(c.fresh({ sigmas }));
    expect(ratio(Float64Array.of(after), Float64Array.of(before))).toBeCloseTo(1 - (1 - 0.795553) / (1 - 0.714286), 3);
    const angles = sigmas.slice(0, -1).map(Math.atan);
    const gaps = angles.slice(1).map((a, i) => angles[i]! - a);
    gaps.forEach((gap) => expect(gap / gaps[0]!).toBeCloseTo(1, 1));
  });
  test('another seed, nearly the same error', async () => {
    const valid = async (seed: number) => {
      const c = context(toy4, 7, { sampler: 'dpmpp_2m', seed, valid: 256, train: 128 });
      return mean(c.fresh(await fit('ld3', c, { tune: 'levels', iterations: 120 })));
    };
    const [a, b] = [await valid(1), await valid(2)];
    expect(Math.abs(a! / b! - 1)).toBeLessThan(full ? 0.35 : 0.5); // of errors 25 times smaller than before
  });
  test('a random direction finds levels too, for four runs an iteration', async () => {
    const c = context(toy4, 7, { sampler: 'dpmpp_2m' });
    const found = await fit('ld3', c, { tune: 'levels', gradient: 'random', iterations: 150 });
    expect(median(c.fresh(found))).toBeLessThan(0.3 * median(c.fresh(c.start)));
  });
  test('stopped half-way there is a best so far, and it is better than the start', async () => {
    const c = context(toy4, 7, { sampler: 'dpmpp_2m' });
    let told = 0;
    const stopped = {
      ...c,
      progress: (news: (typeof c.news)[number]) => {
        c.news.push(news);
        if (++told === 40) throw new Error('stopped');
      },
    };
    await expect(fit('ld3', stopped)).rejects.toThrow('stopped');
    const best = c.news.findLast((n) => n.best)!.best!;
    expect(median(c.fresh(best.candidate))).toBeLessThan(0.5 * median(c.fresh(c.start)));
    const valids = c.news.filter((n) => n.best).map((n) => n.best!.valid);
    expect(valids).toEqual(valids.toSorted((a, b) => b - a));
  });
});

describe('S³', () => {
  const steps = 6;
  const choices = Array.from({ length: steps - 1 }, (_, i) => choicesAt(i, 3, false));
  const all = choices.reduce<string[][]>((made, list) => made.flatMap((plan) => list.map((t) => [...plan, t])), [[]]);
  test.each(full ? [1, 2, 3] : [1])(
    'five intervals: of all plans evolution finds the best with 200 losses, seed %i',
    async (seed) => {
      const c = context(toy4, steps, { sampler: 'composed' });
      const loss = async (plan: readonly string[]) =>
        mean(await c.distances({ ...c.start, params: { plan: plan.join('_') } }, 'train'));
      let best = Infinity;
      for await (const { loss: v } of evolve(loss, { choices, seeds: [], budget: 200, seed })) best = Math.min(best, v);
      const losses: number[] = [];
      for (const plan of all) losses.push(await loss(plan));
      expect(all.length).toBe(375);
      expect(best).toBe(Math.min(...losses));
    },
  );
  test('five intervals: known plans as measured elsewhere, and the one found', async () => {
    const c = context(toy4, steps, { sampler: 'composed' });
    const of = (plan: string) => median(c.fresh({ ...c.start, params: { plan } }));
    for (const [plan, known] of [
      ['x1', 0.247],
      ['x2', 0.414],
      ['e2', 0.057],
      ['e3', 0.0302],
      ['x1_e1_x2_e3_e3', 0.0281],
    ] as const) {
      expect(of(plan) / known).toBeLessThan(1.6);
      expect(of(plan) / known).toBeGreaterThan(1 / 1.6);
    }
    const { params } = await fit('s3', c, { corrected: false, losses: 200 });
    expect(of(params!['plan'] as string)).toBeLessThan(0.0281 * 1.3);
    const corrected = await fit('s3', c, { losses: 200 });
    expect(of(corrected.params!['plan'] as string)).toBeLessThan(of(params!['plan'] as string));
  });
  test('a plan is asked once, and when all were asked it ends', async () => {
    const asked: string[] = [];
    const two = [
      ['a', 'b'],
      ['c', 'd', 'e'],
    ];
    for await (const news of evolve(async (plan) => (asked.push(plan.join('')), plan.indexOf('d')), {
      choices: two,
      seeds: [['b', 'e']],
      budget: 99,
      seed: 1,
    }))
      expect(news.asked).toBe(asked.length);
    expect(asked[0]).toBe('be');
    expect(asked.toSorted()).toEqual(['ac', 'ad', 'ae', 'bc', 'bd', 'be']);
  });
});

describe('Bespoke', () => {
  test.each<readonly [number, number, number, number]>([
    [3, 0.0576, 0.0053, 150],
    ...inFull([[5, 0.0467, 0.0028, 150] as const]),
  ])('%i midpoint steps: %f, then %f', async (n, before, after, iterations) => {
    const c = context(toy4, n + 1, { sampler: 'bespoke' });
    expect(median(c.fresh(c.start)) / before).toBeGreaterThan(0.625);
    expect(median(c.fresh(c.start)) / before).toBeLessThan(1.6);
    const found = await fit('bespoke', c, { iterations });
    expect(median(c.fresh(found))).toBeLessThan(1.6 * after);
    expect(String(found.params!['numbers']).split('_')).toHaveLength(7 * n);
  });
  test('Euler bent by three numbers a step', async () => {
    const c = context(toy4, 7, { sampler: 'bespoke', params: { base: 'rk1' } });
    const found = await fit('bespoke', c, { base: 'rk1', iterations: 100 });
    expect(median(c.fresh(found))).toBeLessThan(
      0.35 * median(c.fresh({ ...c.start, params: { base: 'rk1', numbers: '' } })),
    );
  });
});

describe('what they are made of', () => {
  test.each(['each', 'random'] as const)('Adam finds the lowest point of a bowl, gradient by %s', async (gradient) => {
    const bowl = async ([x, y]: readonly number[]) => (x! - 1) ** 2 + 10 * (y! + 2) ** 2;
    let at: readonly number[] = [0, 0];
    const options = { iterations: 400, rate: 0.1, reach: 0.01, gradient, seed: 1 };
    for await (const theta of adamByDifferences(bowl, at, options)) at = theta;
    expect(at[0]).toBeCloseTo(1, 1);
    expect(at[1]).toBeCloseTo(-2, 1);
  });
  test('Adam stands still where runs come to nothing', async () => {
    for await (const theta of adamByDifferences(async () => NaN, [3], {
      iterations: 3,
      rate: 1,
      reach: 1,
      gradient: 'each',
      seed: 1,
    }))
      expect(theta).toEqual([3]);
  });
  test('levels from free numbers and back; told ones within half a gap', () => {
    const levels = [20, 7, 3, 0.4, 0.02];
    levelsOf(thetaOf(levels), 20, 0.02).forEach((s, i) => expect(s).toBeCloseTo(levels[i]!, 10));
    expect(toldOf(levels, [0, 0, 0])).toEqual(
      levels
        .map((s) => Math.exp(Math.log(s)))
        .with(0, 20)
        .with(4, 0.02),
    );
    const told = toldOf(levels, [50, -50, 1]);
    expect(told[1]).toBeCloseTo(Math.sqrt(7 * 3), 6); // the smaller gap is the one below
    expect(told[2]).toBeCloseTo(3 * Math.sqrt(7 / 3), 6);
    expect(told[3]).toBeGreaterThan(0.02);
  });
});
