import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshContext } from '../gpu/testing.ts';
import { GpuTimer, type Clock } from '../gpu/timing.ts';
import { bundledFiles } from '../hub/testing.ts';
import { Cancelled } from '../core/cancel.ts';
import { diskWeights } from '../engine/diffusion/testing.ts';
import { profile } from './profile.ts';
import type { StepTime, Workload } from './types.ts';

// A device of its own: a problem that ends frees what others of its kind left on a shared one.
const ctx = await freshContext();
let timer: GpuTimer;
let before: readonly [number, number];
beforeAll(async () => {
  timer = await GpuTimer.create(ctx, { capacity: 128, owner: 'profile test' });
  before = [ctx.buffers.count, ctx.buffers.liveBytes];
});
afterAll(() => {
  expect([ctx.buffers.count, ctx.buffers.liveBytes]).toEqual(before);
  timer.destroy();
  ctx.destroy();
});

/** So many steps of a workload; whatever was allocated after the first step fails. */
async function take(workload: Workload, count: number, clock: Clock = timer): Promise<StepTime[]> {
  const abort = new AbortController();
  const steps: StepTime[] = [];
  let made: readonly number[] = [];
  const now = () => [ctx.counters.buffersCreated, ctx.counters.pipelinesCreated, ctx.counters.bindGroupsCreated];
  const done = profile(
    { ctx, clock },
    workload,
    {
      load: diskWeights,
      open: (id) => Promise.resolve(bundledFiles({ from: 'bundled', id })),
      progress(p) {
        if (p.kind !== 'step') return;
        steps.push(p.step);
        if (steps.length === 2) made = now();
        if (steps.length === count) abort.abort();
      },
    },
    abort.signal,
  );
  await expect(done).rejects.toThrow(Cancelled);
  expect(now(), 'a step allocates nothing').toEqual(made);
  return steps;
}

/** A GPU's clock as Chrome shows it, rounded to 0.1 ms. */
const coarse: Clock = {
  get capacity() {
    return timer.capacity;
  },
  async times(records) {
    const t = await timer.times(records);
    return { ...t, ms: t.ms.map((ms) => Math.round(ms * 10) / 10), resolutionMs: 0.1 };
  },
};
const sum = (s: StepTime) => s.kernels.reduce((n, k) => n + k.ms, 0);

describe('a diffusion step', () => {
  test.each([
    ['ring8', 64],
    ['digits', 2],
  ] as const)('%s: every kernel has its time, and the picture comes along', async (model, batch) => {
    const steps = await take({ kind: 'diffusion', model, batch }, 4);
    for (const [i, s] of steps.entries()) {
      expect(s.index).toBe(i);
      expect(s.kernels.some((k) => k.label.startsWith('lincomb'))).toBe(true);
      expect(s.kernels.every((k) => k.ms >= 0 && k.dispatches > 0)).toBe(true);
      expect(sum(s)).toBeGreaterThan(0);
      expect(s.plainMs).toBeGreaterThan(0);
      for (const part of [s.encodeMs, s.submitMs, s.readbackMs, s.postMs]) expect(part).toBeGreaterThanOrEqual(0);
      expect(s.source).toBe(timer.source);
      expect(s.output!.kind).toBe(model === 'digits' ? 'image' : 'points');
    }
    if (model === 'digits')
      expect(steps[0]!.kernels.find((k) => k.label.startsWith('matmul'))!.dispatches).toBeGreaterThan(10);
  });

  test('taking it apart changes nothing: the states are those of an undisturbed run', async () => {
    const [watched, fine] = [
      await take({ kind: 'diffusion', model: 'ring8', batch: 8 }, 20, coarse),
      await take({ kind: 'diffusion', model: 'ring8', batch: 8 }, 20),
    ];
    const points = (s: StepTime) => (s.output!.kind === 'points' ? [...s.output!.data] : []);
    for (const [i, s] of watched.entries()) expect(points(s)).toEqual(points(fine[i]!));
    // A run that was disturbed would not end on the ring of radius 2.
    const end = points(watched.at(-1)!);
    for (let i = 0; i < end.length; i += 2) expect(Math.abs(Math.hypot(end[i]!, end[i + 1]!) - 2)).toBeLessThan(0.7);
  });

  test('under a coarse clock kernels are repeated until it sees them', async () => {
    const steps = await take({ kind: 'diffusion', model: 'ring8', batch: 64 }, 8, coarse);
    expect(steps[0]!.resolutionMs).toBe(0.1);
    expect(steps.at(-1)!.resolutionMs).toBeLessThanOrEqual(0.1);
    // On a busy machine one step may see a kernel held up, and the next one then repeat it too seldom: seen by some
    // step, and as short as it is by another.
    for (const { label } of steps[0]!.kernels)
      expect(
        Math.max(...steps.slice(1).map((s) => s.kernels.find((k) => k.label === label)!.ms)),
        label,
      ).toBeGreaterThan(0);
    const short = steps
      .slice(1)
      .map((s) => s.kernels.find((k) => k.label.startsWith('lincomb'))!.ms)
      .filter((ms) => ms > 0);
    expect(Math.min(...short), 'shorter than the clock’s step').toBeLessThan(0.1);
  });
});

test('a token: the pass, the draw, and its text', async () => {
  const steps = await take({ kind: 'token', model: 'sotu_draft', batch: 2 }, 4);
  for (const s of steps) {
    const labels = s.kernels.map((k) => k.label.split('.')[0]);
    expect(labels).toContain('topk_partial');
    expect(labels.some((l) => l!.startsWith('attention_decode'))).toBe(true);
    expect(sum(s)).toBeGreaterThan(0);
    expect(s.output).toMatchObject({ kind: 'text' });
  }
  expect(new Set(steps.map((s) => (s.output as { text: string }).text)).size).toBeGreaterThan(1);
});

test('what there is not is said', async () => {
  const deps = { load: diskWeights, open: () => Promise.reject(new Error('unused')), progress: () => {} };
  const { signal } = new AbortController();
  await expect(
    profile({ ctx, clock: timer }, { kind: 'diffusion', model: 'drawn', batch: 1 }, deps, signal),
  ).rejects.toThrow("no diffusion model 'drawn'");
  await expect(
    profile({ ctx, clock: timer }, { kind: 'token', model: 'gpt9', batch: 1 }, deps, signal),
  ).rejects.toThrow("no bundled language model 'gpt9'");
  // Never another batch under the name of the one asked for.
  await expect(
    profile({ ctx, clock: timer }, { kind: 'token', model: 'sotu_draft', batch: 9 }, deps, signal),
  ).rejects.toThrow('9 texts at once cannot be taken apart; choose from 1 to 8');
  await expect(
    profile({ ctx, clock: timer }, { kind: 'diffusion', model: 'ring8', batch: 1e9 }, deps, signal),
  ).rejects.toThrow('choose from 1 to');
});
