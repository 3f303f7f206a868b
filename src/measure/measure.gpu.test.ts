import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeContext } from '../gpu/testing.ts';
import { GpuTimer, type Clock } from '../gpu/timing.ts';
import { UniformSlots } from '../gpu/slots.ts';
import { families, familyById } from '../kernels/catalogue/index.ts';
import type { Family } from '../kernels/catalogue/types.ts';
import { boundBytes, dispatchSources } from './dispatches.ts';
import { measureVersion, type Bench } from './measure.ts';
import { timeRuns } from './timeRuns.ts';
import type { Roofline } from './types.ts';

const ctx = await nodeContext();
const softmax = familyById('softmax')!;
const shape = { rows: 64, cols: 256 };
const shapeOf = (family: Family) => family.edges.at(-1)!;
const signal = new AbortController().signal;
const endless: Roofline = {
  peakFlops: 1e18,
  matmulFlops: 1e18,
  peakFlopsF16: null,
  bandwidth: [{ bytes: 1, read: 1e18, copy: 1e18 }],
  spread: 0,
  measuredAt: '',
};

let before: readonly [number, number];
let slots: UniformSlots;
let timer: GpuTimer;
let free: number;
beforeAll(async () => {
  slots = await UniformSlots.create(ctx, { owner: 'measure test', slots: 256 });
  timer = await GpuTimer.create(ctx, { capacity: 16, owner: 'measure test' });
  before = [ctx.buffers.count, ctx.buffers.liveBytes];
  free = slots.free;
});
afterAll(() => {
  expect([ctx.buffers.count, ctx.buffers.liveBytes]).toEqual(before);
  expect(slots.free).toBe(free);
  timer.destroy();
  ctx.buffers.destroy(slots.buffer);
});

const bench = (clock: Clock = timer, roofline: Bench['roofline'] = () => Promise.resolve(endless)): Bench => ({
  ctx,
  slots,
  clock,
  roofline,
});
const options = { samples: 20, signal, budgetMs: 400 };
/** A clock whose passes take that long, however much is in them. */
const fakeClock = (ms: number): Clock & { passes: number } => ({
  capacity: 16,
  passes: 0,
  times(records) {
    this.passes += records.length;
    return Promise.resolve({ ms: records.map(() => ms), source: 'timestamp' as const, resolutionMs: 1e-6 });
  },
});

describe('one version at one shape', () => {
  test('right, so timed: median between its quartiles, twenty samples, rates from the median', async () => {
    for (const { id, needs } of softmax.versions) {
      const r = await measureVersion(bench(), softmax, id, shapeOf(softmax), options);
      if (needs.some((n) => !ctx.info.features.has(n) && !ctx.info.language.has(n))) {
        expect(r.timing).toBeNull();
        expect(r.because).toContain('lacks');
        continue;
      }
      expect(r.accuracy.pass, r.because).toBe(true);
      expect(r.timing, r.because).not.toBeNull();
      const t = r.timing!;
      expect(t.samples).toBeGreaterThanOrEqual(20);
      expect(t.lowMs).toBeLessThanOrEqual(t.medianMs);
      expect(t.highMs).toBeGreaterThanOrEqual(t.medianMs);
      expect(t.repeats).toBeGreaterThan(1);
      expect(t.source).toBe(timer.source);
      expect(r.bytesPerSecond! * t.medianMs).toBeCloseTo(r.work.bytes * 1000, -2);
      expect(r.compileMs).toBeGreaterThan(0);
      expect(r.share).toBeGreaterThan(0);
      expect(r.share).toBeLessThanOrEqual(1);
    }
  });

  test('a wrong output gets no time, and is said where', async () => {
    const lying: Family = {
      ...softmax,
      async prepare(...args) {
        const prepared = await softmax.prepare(...args);
        return {
          ...prepared,
          outputs: prepared.outputs.map((o) => ({
            ...o,
            expected: () => ({ ...o.expected(), values: o.expected().values.map((v, i) => (i === 3 ? v + 0.5 : v)) }),
          })),
        };
      },
    };
    const clock = fakeClock(1);
    const r = await measureVersion(bench(clock), lying, '2.lanes', shapeOf(softmax), options);
    expect(r.timing).toBeNull();
    expect(r.accuracy.pass).toBe(false);
    expect(r.because).toContain('wrong');
    expect(r.accuracy.worst!.index).toBe(3);
    expect(clock.passes).toBe(0);
  });

  test('a time above the roofline is refused after the roofline was measured once more', async () => {
    const asked: boolean[] = [];
    const slow: Roofline = { ...endless, bandwidth: [{ bytes: 1, read: 1e6, copy: 1e6 }] };
    const rooflineOf = (first: Roofline, second: Roofline) => (afresh: boolean) => {
      asked.push(afresh);
      return Promise.resolve(afresh ? second : first);
    };
    const refused = await measureVersion(
      bench(fakeClock(0.01), rooflineOf(slow, slow)),
      softmax,
      '2.lanes',
      shapeOf(softmax),
      options,
    );
    expect(asked).toEqual([false, true]);
    expect(refused.timing).toBeNull();
    expect(refused.share).toBeNull();
    expect(refused.because).toMatch(/faster than this device can be/);
    expect(refused.roofMs).toBeGreaterThan(0);
    const granted = await measureVersion(
      bench(fakeClock(0.01), rooflineOf(slow, endless)),
      softmax,
      '2.lanes',
      shapeOf(softmax),
      options,
    );
    expect(granted.timing).not.toBeNull();
    const within = await measureVersion(
      bench(fakeClock(1e9), rooflineOf(slow, slow)),
      softmax,
      '2.lanes',
      shapeOf(softmax),
      options,
    );
    expect(within.timing!.samples).toBeGreaterThanOrEqual(3);
    expect(within.because).toContain('samples');
  });

  test('a shape that does not fit, a version that does not exist, a clock that stands still', async () => {
    const bad = await measureVersion(bench(), softmax, '2.lanes', { ...shape, rows: 0 }, options);
    expect(bad.timing).toBeNull();
    expect(bad.because).toContain('rows');
    await expect(measureVersion(bench(), softmax, '9.none', shape, options)).rejects.toThrow("no version '9.none'");
    expect(
      (await measureVersion(bench(fakeClock(0)), softmax, '2.lanes', shapeOf(softmax), options)).because,
    ).toContain('no time');
  });

  test('the largest shapes of every family are refused in words, before the page’s memory or minutes of the processor are taken', async () => {
    const made = ctx.counters.buffersCreated;
    const began = performance.now();
    let tried = 0;
    for (const family of families) {
      const largest = Object.fromEntries(
        family.dims.map(({ name, max, multiple = 1 }) => [name, max - (max % multiple)]),
      );
      const { flops, bytes } = family.work(largest);
      if (flops < 1e9 && bytes < 2 ** 28) continue;
      tried++;
      const r = await measureVersion(
        bench(fakeClock(1)),
        family,
        family.versions.find((v) => v.needs.length === 0)?.id ?? family.versions[0]!.id,
        largest,
        options,
      );
      expect([family.id, r.timing]).toEqual([family.id, null]);
      expect(r.because, family.id).toMatch(/smaller shape|one buffer may hold|lacks/);
    }
    expect(tried).toBeGreaterThan(30);
    expect(ctx.counters.buffersCreated - made).toBeLessThan(60);
    expect(performance.now() - began).toBeLessThan(30_000); // a second or two on a quiet machine
    // What no dimension's range has looked at must not be used before it has.
    expect(
      (
        await measureVersion(
          bench(fakeClock(1)),
          familyById('attention_prefill')!,
          '1.naive',
          { rows: 1e12, past: 0, slots: 1, heads: 1, kvHeads: 1, headDim: 4, window: 0, pad: 0 },
          options,
        )
      ).because,
    ).toContain('rows is 1000000000000');
  });

  test('what works in place is held against the cache that it lies in; a time a little above the roof says so', async () => {
    const prepared = await softmax.prepare(ctx, slots, '2.lanes', shapeOf(softmax));
    const touched = boundBytes(prepared);
    const { bytes } = softmax.work(shapeOf(softmax));
    prepared.destroy();
    expect(touched).toBeLessThan(0.7 * bytes);
    const near: Roofline = {
      ...endless,
      bandwidth: [
        { bytes: touched, read: 1e9, copy: 1e9 },
        { bytes, read: 1e6, copy: 1e6 },
      ],
    };
    const ms = (bytes / 1e9) * 1000;
    const inPlace = await measureVersion(
      bench(fakeClock(ms), () => Promise.resolve(near)),
      softmax,
      '2.lanes',
      shapeOf(softmax),
      { ...options, budgetMs: 1e-9 },
    );
    expect(inPlace.timing!.repeats).toBe(1);
    expect([inPlace.share, inPlace.because]).toEqual([expect.closeTo(1, 6), '']);
    const above = await measureVersion(
      bench(fakeClock(ms / 1.05), () => Promise.resolve(near)),
      softmax,
      '2.lanes',
      shapeOf(softmax),
      { ...options, budgetMs: 1e-9 },
    );
    expect(above.share).toBe(1);
    expect(above.because).toContain('5 % above the measured roofline');
  });

  test('a run of seconds is run once to warm up, and as often as it must be', async () => {
    const clock = fakeClock(9000);
    const { timing } = await timeRuns(clock, () => () => {}, { ...options, mostRepeats: 100 });
    expect([timing!.samples, clock.passes]).toEqual([3, 4]);
  });

  test('a run shorter than a step of the clock is repeated until the clock sees it', async () => {
    const step = 0.1;
    for (const runMs of [1e-4, 0.003, 0.09]) {
      let repeats = 0;
      const coarse: Clock = {
        capacity: 16,
        times(records) {
          const ms = records.map((record) => (record(undefined as never), Math.floor((repeats * runMs) / step) * step));
          return Promise.resolve({ ms, source: 'timestamp' as const, resolutionMs: step });
        },
      };
      const { timing, because } = await timeRuns(
        coarse,
        (n) => () => {
          repeats = n;
        },
        { samples: 20, signal, budgetMs: 6000, mostRepeats: 1e6 },
      );
      expect([because, timing?.samples]).toEqual(['', 20]);
      expect(timing!.medianMs / runMs).toBeGreaterThan(0.95);
      expect(timing!.medianMs / runMs).toBeLessThanOrEqual(1.0001);
    }
  });

  test('cancelled: nothing stays', async () => {
    const abort = new AbortController();
    const clock: Clock = {
      capacity: 4,
      times: (r) => {
        abort.abort();
        return timer.times(r);
      },
    };
    await expect(
      measureVersion(bench(clock), softmax, '2.lanes', shapeOf(softmax), { ...options, signal: abort.signal }),
    ).rejects.toThrow('cancelled');
  });
});

test('sources: the code as compiled, what is bound, and equal dispatches counted together', async () => {
  const prepared = await softmax.prepare(ctx, slots, '2.lanes', shapeOf(softmax));
  const [source, ...more] = dispatchSources({ calls: [...prepared.calls, ...prepared.calls] });
  expect(more).toEqual([]);
  expect(source!.times).toBe(2 * prepared.calls.length);
  expect(source!.code).toContain('fn softmax');
  expect(source!.bound.at(-1)).toMatchObject({ name: 'args', access: 'uniform' });
  expect(source!.bound.every((b) => b.bytes > 0)).toBe(true);
  prepared.destroy();
});
