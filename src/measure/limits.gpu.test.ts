import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeContext } from '../gpu/testing.ts';
import { GpuTimer, type Clock } from '../gpu/timing.ts';
import { measureLimits, workingSets } from './limits.ts';

const ctx = await nodeContext();
const { signal } = new AbortController();
let before: readonly [number, number];
let timer: GpuTimer;
beforeAll(async () => {
  timer = await GpuTimer.create(ctx, { capacity: 16, owner: 'limits test' });
  before = [ctx.buffers.count, ctx.buffers.liveBytes];
});
afterAll(() => {
  expect([ctx.buffers.count, ctx.buffers.liveBytes]).toEqual(before);
  timer.destroy();
});

test('limits of a clock that stands still are no limits', async () => {
  const still: Clock = {
    capacity: 16,
    times: (records) => Promise.resolve({ ms: records.map(() => 0), source: 'timestamp' as const, resolutionMs: 1e-6 }),
  };
  await expect(
    measureLimits(ctx, still, { signal, progress: () => {}, mostBytes: 2 ** 18, samples: 3 }),
  ).rejects.toThrow('no time for the roofline');
});

test('limits: every rate is positive, arithmetic at its peak is faster than memory, nothing stays', async () => {
  const told: string[] = [];
  const r = await measureLimits(ctx, timer, {
    signal,
    progress: ({ what, done, of }) => {
      expect(done).toBeLessThan(of);
      told.push(what);
    },
    mostBytes: 2 ** 20,
    samples: 3,
  });
  expect(r.bandwidth.map((p) => p.bytes)).toEqual(workingSets(2 ** 20));
  for (const p of r.bandwidth) expect(Math.min(p.read, p.copy)).toBeGreaterThan(1e6);
  expect(r.peakFlops).toBeGreaterThan(Math.max(...r.bandwidth.map((p) => p.read)) / 4);
  expect(r.peakFlops).toBeGreaterThanOrEqual(r.matmulFlops);
  expect(r.peakFlopsF16 === null).toBe(!ctx.info.features.has('shader-f16'));
  expect(told).toHaveLength((r.peakFlopsF16 === null ? 4 : 8) + 1 + r.bandwidth.length);
});
