import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tinyFiles } from '../../../engine/pipeline/testing.ts';
import { newPictureContender } from '../config/contender.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import { BEST, findBest, type BestAsk, type BestEvent } from './best.ts';
import { benchOf, experiment, never, of, ran } from './testing.ts';

let made: Awaited<ReturnType<typeof benchOf>>;
beforeAll(async () => {
  made = await benchOf(tinyFiles());
});
afterAll(() => made.free());

const baseline = newPictureContender('euler', 3, 2, 'uniform');
const e: PicturesExperiment = experiment({ count: 2, seed: 5, reference: 4, contenders: [baseline] });
const space: BestAsk['space'] = { nfe: 4, samplers: ['euler', 'ipndm', 'heun', 'ddpm'], schedules: ['karras'] };

async function search(runs: number, on = e, asked = space) {
  const events: BestEvent[] = [];
  const found = await findBest(
    made.bench,
    { experiment: on, space: asked, runs },
    () => Promise.resolve(null),
    (event) => events.push(event),
    never,
  );
  return { found, events };
}

describe('a search for the best', () => {
  test('all spend what they may, guided as the first contender; finalists are measured on fresh seeds alone', async () => {
    const { found, events } = await search(50);
    const keys = found.standings.map((s) => s.candidate.key);
    // the key leaves out the guidance that all have, and says the steps that four evaluations buy
    expect(keys).toEqual(
      expect.arrayContaining(['euler:karras:4', 'ipndm:karras:4', 'heun:karras:2', 'euler:uniform:4']),
    );
    expect(found.standings.every((s) => s.candidate.contender.guidance === 2)).toBe(true);
    expect(found.finalists.length).toBeGreaterThan(1);
    expect(found.finalists.every((f) => f.seeds === BEST.validation)).toBe(true);
    expect(found.spent).toBeLessThanOrEqual(50);
    const failed = events.flatMap((event) => (event.kind === 'failed' ? [event] : []));
    expect(new Set(failed.map((f) => f.setting.key))).toEqual(new Set(['ddpm:karras:4']));
    expect(failed[0]!.because).toMatch(/fresh noise/);
    expect(found.standings.find((s) => s.candidate.key === 'ddpm:karras:4')!.fate).toBe('failed');
  });
  test('a value is the mean error of a run of that setting and seed, against a solution four times as fine', async () => {
    const { found } = await search(1, e, { ...space, nfe: 2, samplers: ['ipndm'] });
    // two seeds of the first rung and eight fresh ones; the fresh ones decide what a finalist's mean is
    const logs = [];
    for (let k = 2; k < 10; k++) {
      const alone = await ran(made.bench, {
        ...e,
        seed: 5 + k,
        reference: 8,
        contenders: [newPictureContender('ipndm', 2, 2)],
      });
      logs.push(Math.log(of(alone.events, 'errors')[0]!.errors.reduce((a, b) => a + b) / 2));
    }
    const mean = Math.exp(logs.reduce((a, b) => a + b) / logs.length);
    const finalist = found.finalists.find((f) => f.candidate.key === 'ipndm:karras:2')!;
    expect(finalist.mean).toBeCloseTo(mean, 10);
  });
  test('pictures with generators of their own share none between seeds', async () => {
    const torch: PicturesExperiment = { ...e, noise: 'torch-cpu', perPicture: true };
    const { found } = await search(1, torch, { ...space, nfe: 2, samplers: ['euler'] });
    const logs = [];
    for (let k = 2; k < 10; k++) {
      const own = { ...torch, seed: 5 + 2 * k, reference: 8, contenders: [newPictureContender('euler', 2, 2)] };
      const alone = await ran(made.bench, own);
      logs.push(Math.log(of(alone.events, 'errors')[0]!.errors.reduce((a, b) => a + b) / 2));
    }
    const mean = Math.exp(logs.reduce((a, b) => a + b) / logs.length);
    expect(found.finalists.find((f) => f.candidate.key === 'euler:karras:2')!.mean).toBeCloseTo(mean, 10);
  });
});
