import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { defaultRowed, newRow, type Rowed } from '../config/rowed.ts';
import { distilKind, modesOf } from '../config/distilKind.ts';
import { recordedSteps, runDistil, type DistilEvent } from './distil.ts';
import { farthest, sequenceOf, toNearest } from './distilFigures.ts';
import { Session } from './session.ts';

const setupOf = (model: string, values: Rowed['values'], ...rows: [string, Rowed['values']?][]): Rowed => {
  const base = defaultRowed(distilKind, model);
  const made = rows.map(([method, params]) => newRow(distilKind, model, method, params));
  return { ...base, values: { ...base.values, ...values }, rows: made.length > 0 ? made : base.rows };
};
async function run(setup: Rowed, fingerprint: string | null = null, signal = never) {
  const events: DistilEvent[] = [];
  const session = new Session(createCpuBackend(diskWeights));
  const out = await runDistil(session, diskWeights, { setup, fingerprint }, (e) => events.push(e), signal);
  const records = (row: number) => events.flatMap((e) => (e.kind === 'record' && e.row === row ? [e] : []));
  return { ...out, events, records, last: (row: number) => records(row).at(-1)! };
}

describe('rows side by side', () => {
  test('on four Gaussians SDS collapses into modes, VSD keeps them wide, ISD brings all to one', async () => {
    const { events, records, last } = await run(
      setupOf('grid4', { steps: 600, ref: '3' }, ['sds'], ['vsd', { bandwidth: 0.2 }], ['isd']),
    );
    expect(events[0]).toMatchObject({ kind: 'begun', where: 'processor', modes: modesOf('grid4') });
    for (const row of [0, 1, 2]) {
      expect(records(row)).toHaveLength(61);
      expect(records(row)[0]!.picture).toEqual(records(0)[0]!.picture);
      expect(last(row).cost).toMatchObject({ nfe: 600, passes: 600, depth: 600 });
    }
    expect(last(0).figures['within']!).toBeLessThan(0.1);
    expect(last(1).figures['within']!).toBeGreaterThan(last(0).figures['within']!);
    expect(last(1).figures['sw1']!).toBeLessThan(last(0).figures['sw1']!);
    expect(last(2).shares).toEqual([0, 0, 0, expect.closeTo(1, 12)]);
    expect(last(2).figures['told']).toBeCloseTo(1, 12);
    expect(last(2).figures['modes']).toBe(1);
  });
  test('a window saves depth and spends evaluations; the end is near, and the start the same', async () => {
    const { last, records } = await run(
      setupOf('grid4', { steps: 200 }, ['sds', { optimiser: 'adam' }], ['sds', { optimiser: 'adam', window: 7 }]),
    );
    expect(last(0).cost.depth).toBe(200);
    expect(last(1).cost.depth).toBeLessThan(70);
    expect(last(1).cost.nfe).toBeGreaterThan(300);
    expect(last(1).at).toBe(200);
    expect(records(1)[0]!.figures).toEqual({ ...records(0)[0]!.figures, off: 0 });
    const [a, b] = [0, 1].map((row) => (last(row).picture as { data: Float32Array }).data);
    const most = Math.max(...a!.map((v, i) => Math.abs(v - b![i]!)));
    expect(most).toBeLessThan(5e-3);
    // The table says so, of the window alone, and the sequence's mean is its particles'.
    expect(last(1).figures['off']!).toBeCloseTo(most, 6);
    expect(last(1).figures['off']!).toBeGreaterThan(0);
    expect(last(0).figures['off']).toBeUndefined();
    for (const [axis, key] of ['mean_x', 'mean_y'].entries())
      expect(last(0).figures[key]).toBeCloseTo(
        a!.filter((_, i) => i % 2 === axis).reduce((sum, v) => sum + v, 0) / (a!.length / 2),
        5,
      );
    // Between, a window stands where it ended: nothing is compared with another step.
    for (const r of records(1)) if (!records(0).some(({ at }) => at === r.at)) expect(r.figures['off']).toBeUndefined();
  });
  test('the record of a run is found again, and another seed differs', async () => {
    const setup = setupOf('moons', { steps: 30, n: 8 }, ['sds'], ['vsd']);
    const { fingerprint, reproduction } = await run(setup);
    expect(reproduction).toBeNull();
    expect((await run(setup, fingerprint)).reproduction).toMatchObject({ verdict: 'reproduced' });
    const other = setupOf('moons', { steps: 30, n: 8, seed: 1 }, ['sds'], ['vsd']);
    expect((await run(other, fingerprint)).reproduction).toMatchObject({ verdict: 'differs' });
  });
});

describe('what cannot be done', () => {
  test('a reference on a target without modes: that row says so, the others go on', async () => {
    const { events, last } = await run(setupOf('moons', { steps: 5, n: 4 }, ['isd'], ['sds']));
    expect(events.filter((e) => e.kind === 'dropped')).toEqual([
      expect.objectContaining({ contender: 0, because: expect.stringMatching(/neither components nor classes/) }),
    ]);
    expect(last(1).at).toBe(5);
  });
  test('levels the wrong way round', async () => {
    await expect(run(setupOf('grid4', { low: 3, high: 1 }))).rejects.toThrow(/σ = 3 to 1/);
  });
  test('it stops when it is told to', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 40);
    await expect(run(setupOf('grid4', { steps: 5000, n: 512 }), null, stop.signal)).rejects.toThrow(/cancelled/i);
  });
});

test('records are at the start, the end, and evenly between', () => {
  expect(recordedSteps(3)).toEqual([0, 1, 2, 3]);
  expect(recordedSteps(120).slice(0, 3)).toEqual([0, 2, 4]);
  expect(recordedSteps(1000).at(-1)).toBe(1000);
});
test('the sequence of a window: the same method and parameters one after another', () => {
  const row = (method: string, params = {}) => newRow(distilKind, 'grid4', method, params);
  const rows = [
    row('sds', { rate: 0.1 }),
    row('sds'),
    row('sds', { window: 4, threshold: 1e-3 }),
    row('vsd', { window: 4 }),
  ];
  expect(rows.map((_, i) => sequenceOf(rows, i))).toEqual([null, null, 1, null]);
});
test('the nearest picture, by hand', () => {
  const set = { n: 2, dim: 2, data: [0, 0, 3, 4] };
  expect(toNearest(Float64Array.of(0, 1, 3, 4), set)).toBeCloseTo(Math.sqrt(0.5) / 2, 14);
});
test('the largest difference, whichever way', () =>
  expect(farthest(Float64Array.of(0, 1), Float64Array.of(0.5, 0.9))).toBe(0.5));
