import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../config/codec.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import type { GridSpec } from '../../../experiments/grid/types.ts';
import { gridCells, resumable, type GridEvent } from '../../../engine/grid.ts';
import { cellMaker, runGrid } from './grid.ts';
import { runExperiment, type RunEvent } from './run.ts';
import { Session } from './session.ts';

const { experiment } = parseExperiment('model=grid4&n=64&seed=3&c=dpmpp_2m:karras:10');
const base = { experiment, contender: experiment.contenders[0]! };
const spec: GridSpec = {
  axes: [
    { field: 'model', values: ['grid4', 'ring8'] },
    { field: 'sampler', values: ['euler', 'dpmpp_2m_sde', 'nobody'] },
    { field: 'steps', values: ['4', '6'] },
  ],
  skip: [],
};
const session = () => new Session(createCpuBackend(diskWeights));
async function run(ask: Partial<Parameters<typeof runGrid>[1]> = {}, signal: AbortSignal = never) {
  const events: GridEvent[] = [];
  const out = await runGrid(session(), { base, spec, shown: 9, ...ask }, (e) => events.push(e), signal);
  return { events, out, cells: events.filter((e) => e.kind === 'cell').map((e) => e.result) };
}

describe('a grid', () => {
  test('every cell is what a run of its experiment gives; one that cannot be made is told, and ends nothing', async () => {
    const { events, out, cells } = await run();
    expect(out.cells).toBe(8);
    expect(cells.map((c) => c.cell.index).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 6, 7, 8, 9]);
    const failed = events.filter((e) => e.kind === 'failed');
    expect(failed.map((e) => e.cell.index)).toEqual([4, 5, 10, 11]);
    expect(failed[0]!.because).toMatch(/'nobody' is not a sampler/);
    const alone: RunEvent[] = [];
    const { experiment: e } = parseExperiment('model=ring8&n=64&seed=3&c=euler:karras:6');
    await runExperiment(session(), e, null, (event) => alone.push(event), never);
    const want = alone.find((event) => event.kind === 'result')!;
    const got = cells.find((c) => c.cell.index === 7)!;
    expect(got.quality).toEqual(want.quality);
    const { nfe, passes, work, depth, bytes, reads } = want.cost;
    expect([got.nfe, got.passes, got.costs]).toEqual([nfe, passes, { work, depth, bytes, reads }]);
    expect(got.picture).toMatchObject({ kind: 'points' });
    expect(got.picture.kind === 'points' && got.picture.data.length).toBe(18);
    expect(cells.find((c) => c.cell.index === 2)!.quality).not.toHaveProperty('paired_median'); // it draws noise
  });
  test('a guided cell is measured against the solution that is guided alike; one that acts once a step against none', async () => {
    const single: GridSpec = { axes: [{ field: 'steps', values: ['6'] }], skip: [] };
    const link = (guide: string) => `model=grid4&n=64&seed=3&class=0&c=euler:karras:6:${guide}`;
    const cellOf = async (guide: string) => {
      const { experiment: e } = parseExperiment(link(guide));
      return (await run({ base: { experiment: e, contender: e.contenders[0]! }, spec: single })).cells[0]!;
    };
    const alone: RunEvent[] = [];
    await runExperiment(session(), parseExperiment(link('cfg(w=3)')).experiment, null, (e) => alone.push(e), never);
    const want = alone.findLast((event) => event.kind === 'result')!.quality;
    expect(want.paired_median).toBeGreaterThan(0);
    expect((await cellOf('cfg(w=3)')).quality).toEqual(want);
    expect((await cellOf('apg(w=3)')).quality).not.toHaveProperty('paired_median');
  });
  test('a cell counts what its sampler costs beside evaluations', async () => {
    const { experiment: e } = parseExperiment('model=grid4&n=16&c=euler:karras:8');
    const axes = [{ field: 'contender', values: ['parastep(workers=4,warmup=2):karras:14', 'dpm_adaptive:karras:4'] }];
    const { cells, events } = await run({
      base: { experiment: e, contender: e.contenders[0]! },
      spec: { axes, skip: [] },
    });
    expect(events.filter((event) => event.kind === 'failed')).toEqual([]);
    expect(cells[0]!.costs).toMatchObject({ reads: 0 });
    expect(cells[0]!.nfe).toBe(14);
    expect(cells[0]!.costs!.depth).toBe(5); // two before, twelve by four
    expect(cells[0]!.costs!.bytes).toBeGreaterThan(0);
    expect(cells[1]!.costs!.reads).toBeGreaterThan(0);
  });
  test('cells of one model are run together, so that each model is prepared once', async () => {
    const turned: GridSpec = { axes: [spec.axes[2]!, spec.axes[0]!], skip: [] };
    const { cells } = await run({ spec: turned });
    expect(cells.map((c) => c.cell.index)).toEqual([0, 2, 1, 3]);
  });
  test('goes on from what is there, and keeps to its shard; rules may ask for evaluations', async () => {
    const { cells } = await run({ skip: new Set([0, 1, 2, 3, 6, 7]) });
    expect(cells.map((c) => c.cell.index)).toEqual([8, 9]);
    const shards = [1, 2, 3].map((part) =>
      gridCells(cellMaker, { base, spec, shard: { part, of: 3 } }).map((c) => c.index),
    );
    expect(shards.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    const few: GridSpec = { ...spec, skip: [[{ field: 'nfe', is: '>', value: '4' }]] };
    const left = gridCells(cellMaker, { base, spec: few }).map((c) => c.values['steps']);
    expect(left.filter((s) => s === '6')).toHaveLength(2); // only those that cannot be made have no evaluations
  });
  test('progress rises, and a cancel ends it', async () => {
    const { events } = await run();
    const fractions = events.filter((e) => e.kind === 'status').map((e) => e.fraction);
    expect(fractions[0]).toBe(0);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    const stop = new AbortController();
    stop.abort();
    await expect(run({}, stop.signal)).rejects.toThrow(expect.objectContaining({ name: 'Cancelled' }));
  });
  test('after a loss in the middle the rest is run, and no cell twice', async () => {
    const events: GridEvent[] = [];
    const { rest, emit } = resumable({ base, spec, shown: 4, skip: new Set([0]) }, (e) => events.push(e));
    const lost = Object.assign(new Error('gone'), { name: 'DeviceLostError' });
    const endsAfter = (count: number) => {
      const real = session();
      let asked = 0;
      return Object.assign(Object.create(real) as Session, {
        prepare: (...args: Parameters<Session['prepare']>) =>
          asked++ < count ? real.prepare(...args) : Promise.reject(lost),
      });
    };
    await expect(runGrid(endsAfter(3), rest(), emit, never)).rejects.toBe(lost);
    await runGrid(session(), rest(), emit, never);
    const ended = events.flatMap((e) => (e.kind === 'cell' ? [e.result.cell.index] : []));
    expect(ended.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 6, 7, 8, 9]);
    expect(events.filter((e) => e.kind === 'failed')).toHaveLength(4);
  });
  test('a cell for which memory runs out is told, and the others go on', async () => {
    const real = session();
    const memory = Object.assign(new Error('no room for 4096 samples'), { name: 'OutOfMemoryError' });
    const tight = Object.assign(Object.create(real) as Session, {
      prepare: (...args: Parameters<Session['prepare']>) =>
        args[0].samples > 32 ? Promise.reject(memory) : real.prepare(...args),
    });
    const events: GridEvent[] = [];
    const samples: GridSpec = { axes: [{ field: 'samples', values: ['16', '64', '32'] }], skip: [] };
    const out = await runGrid(tight, { base, spec: samples, shown: 4 }, (e) => events.push(e), never);
    expect(out.cells).toBe(2);
    expect(events.find((e) => e.kind === 'failed')).toMatchObject({ cell: { index: 1 }, because: memory.message });
  });
});
