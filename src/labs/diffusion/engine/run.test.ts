import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../config/codec.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { CpuMachine } from '../../../engine/diffusion/cpu.ts';
import { runExperiment, type RunEvent } from './run.ts';
import { Session } from './session.ts';
import { coarseToFine, runSweep, sweepJobs, type SweepEvent } from './sweep.ts';
import { halfWidth } from '../../../metrics/intervals.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';

const session = () => new Session(createCpuBackend(diskWeights));
const experiment = (hash: string) => {
  const { experiment: e, refusals } = parseExperiment(hash);
  expect(refusals).toEqual([]);
  return e;
};
const small = 'model=grid4&n=64&seed=3&c=euler:karras:8&c=heun:karras:5&c=dpmpp_2m_sde:karras:8&budgets=4.8&seeds=2';

async function collect(hash: string, fingerprint: string | null = null, signal: AbortSignal = never) {
  const events: RunEvent[] = [];
  const out = await runExperiment(session(), experiment(hash), fingerprint, (e) => events.push(e), signal);
  return { events, out };
}

describe('a run', () => {
  test('gives every step of every contender once, in order, and a judged result', async () => {
    const { events, out } = await collect(small);
    const frames = events.filter((e) => e.kind === 'frame');
    for (const [contender, steps] of [8, 5, 8].entries())
      expect(frames.filter((f) => f.contender === contender).map((f) => f.step)).toEqual(
        Array.from({ length: steps + 1 }, (_, i) => i),
      );
    expect(frames.filter((f) => f.contender === -1)).toHaveLength(1);
    const results = events.filter((e) => e.kind === 'result');
    expect(results.map((r) => r.cost.nfe)).toEqual([8, 9, 8]);
    expect(results[0]!.quality['paired_median']).toBeGreaterThan(0.01);
    expect(results[0]!.quality['paired_median']).toBeLessThan(1);
    expect(results[2]!.quality).not.toHaveProperty('paired_median'); // a stochastic end point has no pair
    expect(results[2]!.quality).toHaveProperty('energy');
    expect(out.reproduction).toBeNull();
  });

  test('a restart whose window holds no level is Heun, and is measured as deterministic', async () => {
    const { events } = await collect('model=grid4&c=heun:flow_shift:3&c=restart:flow_shift:3');
    const [heun, restart] = events.filter((e) => e.kind === 'result');
    expect([heun!.stochastic, restart!.stochastic]).toEqual([false, false]);
    expect(restart!.quality).toEqual(heun!.quality);
    expect(restart!.quality['paired_median']).toBeCloseTo(0.21, 2);
  });

  test('every number gets the values that its interval is made of, after all results', async () => {
    const { events } = await collect(small);
    const spreads = events.filter((e) => e.kind === 'spread');
    expect(spreads.map((s) => s.contender)).toEqual([0, 1, 2]);
    expect(events.findIndex((e) => e.kind === 'spread')).toBeGreaterThan(
      events.findLastIndex((e) => e.kind === 'result'),
    );
    expect(spreads[0]!.spread['paired_median']).toHaveLength(8);
    expect(spreads[2]!.spread).not.toHaveProperty('paired_median');
    const energy = spreads[0]!.spread['energy']!;
    const whole = events.find((e) => e.kind === 'result' && e.contender === 0) as { quality: Record<string, number> };
    // The mean of what is left when a part is taken out lies near the whole, within its own interval.
    const mean = energy.reduce((a, b) => a + b, 0) / energy.length;
    expect(Math.abs(mean - whole.quality['energy']!)).toBeLessThan(halfWidth(energy));
  });

  test('the target’s density survives being transferred to the page: the next run has it again', async () => {
    const one = session();
    const grids: Float32Array[] = [];
    const take = (e: RunEvent) =>
      void (
        e.kind === 'model' && grids.push(structuredClone(e.density!.values, { transfer: [e.density!.values.buffer] }))
      );
    await runExperiment(one, experiment(small), null, take, never);
    await runExperiment(one, experiment(small), null, take, never);
    expect(grids[1]).toEqual(grids[0]);
    expect(Math.max(...grids[1]!)).toBe(1);
  });

  test('all contenders start from the same noise', async () => {
    const { events } = await collect(small);
    const starts = events
      .filter((e) => e.kind === 'frame')
      .filter((f) => f.step === 0 && f.contender >= 0)
      .map((f) => f.frame);
    for (const s of starts) expect(s).toEqual(starts[0]);
  });

  test('is reproduced by its fingerprint, and another seed is not', async () => {
    const { out } = await collect(small);
    expect((await collect(small, out.fingerprint)).out.reproduction).toMatchObject({ verdict: 'reproduced' });
    expect((await collect(small.replace('seed=3', 'seed=4'), out.fingerprint)).out.reproduction).toMatchObject({
      verdict: 'differs',
      contender: 0,
      step: 1,
    });
    expect(
      (await collect(small.replace('heun:karras:5', 'heun:karras(rho=5):5'), out.fingerprint)).out.reproduction,
    ).toMatchObject({ verdict: 'differs', contender: 1 });
  });

  test('does not depend on how many samples are drawn', async () => {
    const last = ({ events }: { events: readonly RunEvent[] }) =>
      events.filter((e) => e.kind === 'frame').findLast((f) => f.contender === 2)!.frame;
    const few = last(await collect(small.replace('n=64', 'n=5')));
    const many = last(await collect(small));
    if (few.kind !== 'points' || many.kind !== 'points') throw new Error('points were expected');
    expect([...few.data]).toEqual([...many.data.slice(0, 10)]);
  });

  test('stops when cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(collect(small, null, abort.signal)).rejects.toMatchObject({ name: 'Cancelled' });
  });
});

describe('a sweep', () => {
  test('runs each contender at each budget and seed, never above the budget', async () => {
    const e = experiment(small);
    const events: SweepEvent[] = [];
    const { points } = await runSweep(session(), e, (event) => events.push(event), never);
    const done = events.filter((x) => x.kind === 'point').map((x) => x.point);
    expect(done).toHaveLength(points);
    expect(points).toBe(3 * 2 * 2);
    expect(Math.max(...done.map((p) => p.cost.nfe))).toBeLessThanOrEqual(8);
    expect(new Set(done.map((p) => p.seed))).toEqual(new Set([3, 4]));
    const at = (contender: number, nfe: number) =>
      done.filter((p) => p.contender === contender && p.cost.nfe === nfe).map((p) => p.quality['paired_median']!);
    expect(Math.max(...at(0, 8))).toBeLessThan(Math.min(...at(0, 4)));
    const floors = events.filter((x) => x.kind === 'floor');
    expect(floors.map((f) => f.metric)).toContain('sw1');
    for (const f of floors) expect(f.sd).toBeGreaterThan(0);
  });

  test('its jobs go from coarse to fine within a seed, the cheapest first at each budget', async () => {
    expect([0, 1, 2, 3, 5, 7].map(coarseToFine)).toEqual([
      [],
      [0],
      [0, 1],
      [0, 2, 1],
      [0, 4, 2, 1, 3],
      [0, 6, 3, 2, 5, 1, 4],
    ]);
    const jobs = await sweepJobs(experiment(small.replace('budgets=4.8', 'budgets=2.4.5.8')), never);
    // Heun pays 2n − 1: it takes 1, 4, 2 and 3 steps. Ends first, then the middle.
    expect(jobs.filter((j) => j.seed === 3).map((j) => [j.contender, j.nfe])).toEqual([
      [1, 1],
      [0, 2],
      [2, 2],
      [1, 7],
      [0, 8],
      [2, 8],
      [0, 5],
      [1, 5],
      [2, 5],
      [1, 3],
      [0, 4],
      [2, 4],
    ]);
    expect(jobs.filter((j) => j.seed === 4)).toHaveLength(12);
  });
});

test('the CPU machine refuses a register that was never written', () => {
  const machine = new CpuMachine(
    Float64Array.of(1),
    (x) => x,
    (_, out) => void out.fill(0),
  );
  expect(() => machine.execute({ op: 'lincomb', out: 'x', terms: [[1, 'history']] })).toThrow("register 'history'");
});
