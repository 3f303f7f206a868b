// The fitted correction of few Picard sweeps: four Gaussians, medians over 400 starts that no fit has seen.
import { expect, test } from 'vitest';
import { defaults } from '../core/field.ts';
import { normals } from '../math/normal.ts';
import { planOps, samplers } from '../samplers/diffusion/index.ts';
import { gaussian, noNoise, runPlan } from '../samplers/diffusion/testing.ts';
import { parseNumbers } from '../samplers/diffusion/bespoke.ts';
import { karras } from '../schedules/karras.ts';
import { context, fit, median, RANGE, toy4 } from './testing.ts';
import { mean, type Candidate } from './types.ts';

const usual = defaults(samplers.pcm.params);
const STEPS = 20;
const levels = karras.sigmas(STEPS, RANGE, { rho: 7 });
/** Distances of a plan's ends from those of Euler's method, to which all sweeps lead. */
function missing(params: object, model = toy4): Float64Array {
  const starts = normals(9, 0, 400, 2).map((v) => v * RANGE.max);
  const end = (id: 'pcm' | 'euler', p: object) => runPlan(planOps(samplers[id], levels, p), starts, model, noNoise, 2);
  const [a, b] = [end('pcm', { ...usual, ...params }), end('euler', {})];
  return Float64Array.from({ length: 400 }, (_, i) => Math.hypot(a[2 * i]! - b[2 * i]!, a[2 * i + 1]! - b[2 * i + 1]!));
}
const fitted = async (sweeps: number, own: object = {}, model = toy4) => {
  const c = context(model, STEPS, { sampler: 'pcm', params: { sweeps } });
  return { c, found: await fit('pcm', c, own) };
};

test('two sweeps end less than half as far from where all lead, on starts that it has not seen', async () => {
  const { found } = await fitted(2);
  const [before, after] = [median(missing({ sweeps: 2 })), median(missing(found.params!))];
  expect(before).toBeGreaterThan(0.2); // the note's program, other starts: .263
  expect(after).toBeLessThan(0.45 * before);
  // Weighed as published it gains less here.
  const published = await fitted(2, { weights: 'published' });
  expect(median(missing(published.found.params!))).toBeGreaterThan(after);
});

test('on one Gaussian D is linear: a single sweep is exact, to the digits of a link', async () => {
  const model = context(gaussian(1), STEPS, { sampler: 'pcm', params: { sweeps: 1 } });
  // Held against Euler's own ends: a plain sweep is nearer to the fine solution by luck.
  const c = { ...model, distances: async (of: Candidate) => missing(of.params!, gaussian(1)) };
  const found = await fit('pcm', c, { rounds: 1 });
  const far = mean(missing({ sweeps: 1 }, gaussian(1)));
  expect(far).toBeGreaterThan(0.02);
  expect(mean(missing(found.params!, gaussian(1)))).toBeLessThan(0.02 * far);
});

test('two numbers a step; the step that stands has none; as many sweeps as steps leave nothing to find', async () => {
  const { found } = await fitted(2);
  const numbers = parseNumbers(String(found.params!['numbers']))!;
  expect(numbers).toHaveLength(2 * STEPS);
  expect(numbers.slice(0, 2)).toEqual([0, 0]);
  const { c, found: none } = await fitted(STEPS);
  expect(none).toMatchObject(c.start);
});

test('a later round adds what its own corrections meet, and what is kept is the best on held-out starts', async () => {
  const { c } = await fitted(2, { rounds: 3 });
  expect(c.news.map((n) => n.fraction)).toEqual([0, 1 / 3, 2 / 3, 1]);
  const valid = c.news.map((n) => n.now!.valid);
  expect(Math.min(...valid.slice(1))).toBeLessThan(0.8 * valid[0]!);
  expect(c.news.findLast((n) => n.best)!.best!.valid).toBe(Math.min(...valid));
});

test('it shows how far all states are after each sweep: less than without, and nothing after as many sweeps as steps', async () => {
  const { found } = await fitted(2);
  const [course] = found.evidence!;
  if (course?.kind !== 'sweeps') throw new Error('no course');
  expect(course.shares).toEqual([1, 0.5]);
  expect([course.before.length, course.after.length]).toEqual([3, 3]);
  expect(course.before[0]).toBe(course.after[0]);
  for (const [k, share] of [
    [1, 0.6],
    [2, 0.85],
  ] as const)
    expect(course.after[k]!).toBeLessThan(share * course.before[k]!);
  const [all] = (await fitted(STEPS)).found.evidence!;
  if (all?.kind !== 'sweeps') throw new Error('no course');
  expect(all.before.at(-1)!).toBeLessThan(1e-6);
  expect(all.before[1]!).toBeGreaterThan(0.05);
  // Sweep k leaves its first k states as they are to be.
  expect(all.before.at(-2)!).toBeLessThan(all.before[1]!);
});
