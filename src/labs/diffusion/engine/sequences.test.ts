import { describe, expect, test } from 'vitest';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { contenderPlan, newContender } from '../../../samplers/contenders/contender.ts';
import type { SamplerId } from '../../../samplers/diffusion/index.ts';
import { defaultRowed, newRow, parseRowed, type Rowed } from '../config/rowed.ts';
import { sequenceKind } from '../config/sequenceKind.ts';
import { exactKl, front, pareto, responseOf } from './sequenceLaw.ts';
import { runSequences, type SequenceEvent } from './sequences.ts';

const range = { min: 0.02, max: 20 };
async function run(setup: Rowed, fingerprint: string | null = null, signal = never) {
  const events: SequenceEvent[] = [];
  const out = await runSequences(diskWeights, { setup, fingerprint }, (e) => events.push(e), signal);
  const records = (row: number) => events.flatMap((e) => (e.kind === 'record' && e.row === row ? [e] : []));
  return { ...out, events, records, last: (row: number) => records(row).at(-1)! };
}
const read = (text: string) => {
  const { setup, refusals } = parseRowed(sequenceKind, text);
  expect(refusals).toEqual([]);
  return setup;
};

describe('the law of a rollout', () => {
  test('Euler on its best grid: a frame’s width is cos(Θ/n)ⁿ of what it should be, and the last step takes the rest', () => {
    const c = Math.sqrt(0.3);
    const theta = Math.atan(20 / c) - Math.atan(0.02 / c);
    const { ops } = contenderPlan(newContender('euler', 9, 'kl_optimal', {}, { c }), range);
    const { gain, deviation } = responseOf(ops, 0.3);
    const last = c * c * (c * c + 0.0004) ** -0.5; // D of the last level's state, which is a little wide
    const start = 20 / Math.hypot(20, c); // it starts at σz, which is a little narrow
    const want = start * last * Math.cos(theta / 8) ** 8;
    expect(deviation / want).toBeCloseTo(1, 6);
    expect(gain).toBeGreaterThan(0.97);
    expect(gain).toBeLessThan(1);
  });
  test('what is drawn counts: DDPM in many steps makes the width right', () => {
    const { ops } = contenderPlan(newContender('ddpm', 200), range);
    expect(responseOf(ops, 0.3).deviation).toBeCloseTo(Math.sqrt(0.3), 1);
    const one = responseOf(contenderPlan(newContender('ddpm', 2), range).ops, 0.3).deviation;
    expect(one).toBeLessThan(0.4);
  });
  test.each([
    [1, 3.12593],
    [2, 1.58549],
    [15, 0],
  ])('in many steps with %i frames given KL comes to %f', (window, kl) => {
    const row = newRow(sequenceKind, 'scene', 'dpmpp_2m');
    const all = exactKl(row, { noise: 0.5, frames: 16, window, steps: 100 }, { min: 0.002, max: 200 })!;
    expect(Math.abs(all.at(-1)! - kl)).toBeLessThan(0.02);
  });
  test('Euler’s loss with all frames given is additive over frames', () => {
    const row = newRow(sequenceKind, 'scene', 'euler', { schedule: 'kl_optimal', c: 0.55 });
    const all = exactKl(row, { noise: 0.5, frames: 16, window: 15, steps: 9 }, range)!;
    expect(all.at(-1)! - all.at(-2)!).toBeCloseTo(all[9]! - all[8]!, 3);
    expect(Math.abs(all.at(-1)! - 0.3587)).toBeLessThan(0.1);
  });
  test('a sampler that chooses its own steps has no such law', () => {
    const row = newRow(sequenceKind, 'scene', 'dpm_adaptive');
    expect(exactKl(row, { noise: 0.5, frames: 4, window: 3, steps: 8 }, range)).toBeNull();
  });
  test('a front: more of the past for more of the error, none beaten in both', () => {
    const row = newRow(sequenceKind, 'scene', 'euler', { schedule: 'kl_optimal' });
    const choices = front(row, { noise: 0.5, frames: 16, window: 3, steps: 16 }, range);
    expect(choices.length).toBeGreaterThan(3);
    for (const [i, a] of choices.entries()) {
      expect(a.steps * (1 + a.window)).toBeLessThanOrEqual(64);
      if (i === 0) continue;
      expect(a.forgotten).toBeLessThan(choices[i - 1]!.forgotten);
      expect(a.degraded).toBeGreaterThan(choices[i - 1]!.degraded);
    }
    const [low, high] = [
      { window: 1, steps: 1, forgotten: 1, degraded: 1 },
      { window: 2, steps: 1, forgotten: 2, degraded: 1 },
    ];
    expect(pareto([low, high, low])).toEqual([low, low]);
  });
});

describe('rollouts', () => {
  test('of a scene: fitted covariances come to the exact law, less the bias of few chains', async () => {
    const setup = read('scene;n:96;frames:6;m:euler:w=1:steps=12;m:ddpm:w=5:steps=20;m:dpm_adaptive:w=1');
    const { last, records, events } = await run(setup);
    for (const row of [0, 1]) {
      const { kl, fitted, forgotten, degraded } = last(row).figures as Record<string, number>;
      // 6,144 chains of six frames: a bias of .002 and about as much by chance at KL 0, a few percent of a large one.
      expect(Math.abs(fitted! - kl! - 0.0017)).toBeLessThan(0.01 + 0.06 * kl!);
      expect(forgotten! + degraded!).toBeCloseTo(kl!, 10);
    }
    expect(last(0).figures['forgotten']!).toBeGreaterThan(0.4);
    expect(last(1).figures['forgotten']!).toBeCloseTo(0, 12);
    expect(last(2).figures['kl']).toBeUndefined();
    expect(last(2).figures['fitted']!).toBeLessThan(2);
    expect(records(0).map(({ at }) => at)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(last(0).cost).toMatchObject({ nfe: 72, depth: 72 });
    const begun = events.find((e) => e.kind === 'begun')!;
    expect(begun).toMatchObject({ truth: { length: 6 }, trade: { fronts: { length: 3 } } });
  });
  test('of moving digits: one frame given loses the direction, two keep it; the record is found again', async () => {
    const setup = read('moving;n:3;frames:4;m:dpmpp_2m:w=1:steps=8;m:dpmpp_2m:w=2:steps=8;m:dpmpp_2m:w=0:steps=8');
    const { last, fingerprint } = await run(setup);
    const straight = [0, 1, 2].map((row) => last(row).figures['straight']!);
    expect(straight[1]!).toBeGreaterThan(0.85);
    expect(straight[0]!).toBeLessThan(straight[1]!);
    expect(last(0).figures['same']).toBe(1);
    expect(last(2).figures['same']!).toBeLessThan(0.5);
    expect(last(1).figures['off']!).toBeLessThan(0.2);
    const short = { ...setup, values: { ...setup.values, frames: 2 } };
    const first = await run(short);
    expect((await run(short, first.fingerprint)).reproduction).toMatchObject({ verdict: 'reproduced' });
    expect((await run(short, fingerprint)).reproduction!.verdict).not.toBe('reproduced');
  });
  test('it stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(run(defaultRowed(sequenceKind, 'scene'), null, stop.signal)).rejects.toThrow(/cancelled/i);
  });
});

test('every sampler is a method, by its own name', () => {
  for (const id of sequenceKind.methods) {
    expect(sequenceKind.method(id).title.length).toBeGreaterThan(2);
    expect(contenderPlan(newContender(id as SamplerId, 4), range).nfe).toBeGreaterThan(0);
  }
});
