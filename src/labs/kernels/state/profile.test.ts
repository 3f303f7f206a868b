// Where a step's time goes, and what is drawn meanwhile.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { middleMean, timeParts, type TimedStep } from './parts.ts';
import { profileStore, setPainter, startProfile, stopProfile } from './profile.ts';
import { clearStores, start } from './testing.ts';

vi.stubGlobal('document', { hidden: true });
beforeEach(clearStores);

describe('where the time goes', () => {
  const step = (kernels: Record<string, number>, drawMs: number | null = null): TimedStep => ({
    index: 0,
    encodeMs: 1,
    submitMs: 2,
    readbackMs: 3,
    postMs: 4,
    plainMs: 12,
    source: 'timestamp',
    resolutionMs: 0.1,
    drawMs,
    kernels: Object.entries(kernels).map(([label, ms]) => ({ label, ms, dispatches: 2 })),
  });

  test('the middle half is deaf to outliers and hears less than the clock’s step', () => {
    expect(middleMean([1, 1, 1, 1, 1000])).toBe(1);
    expect(middleMean([0, 0.1, 0, 0.1, 0, 0.1, 0, 0.1])).toBeCloseTo(0.05);
    expect(middleMean([])).toBe(0);
  });
  test('parts add up to the whole, the slowest kernels first, the rest as one; undrawn steps do not count as drawn in no time', () => {
    const steps = [step({ a: 1, b: 5, c: 3 }, 0.5), step({ a: 1, b: 5, c: 3 })];
    const { parts, totalMs, gpuMs } = timeParts(steps, 1);
    expect(parts.map((p) => [p.label, p.ms])).toEqual([
      ['encode', 1],
      ['submit', 2],
      ['b', 5],
      ['2 other kernels', 4],
      ['read-back', 3],
      ['post-processing', 4],
      ['draw', 0.5],
    ]);
    expect([totalMs, gpuMs]).toEqual([19.5, 9]);
    expect(parts.find((p) => p.id === 'rest')!.dispatches).toBe(4);
    expect(timeParts([step({ a: 1 })]).parts.some((p) => p.id === 'draw')).toBe(false);
  });
  test('runs until it is stopped, and keeps what it saw', async () => {
    await start();
    const running = startProfile();
    await vi.waitFor(() => expect(profileStore.getState().count).toBeGreaterThan(3), { timeout: 3000 });
    stopProfile();
    await running;
    expect(profileStore.getState()).toMatchObject({ phase: 'cancelled', workload: { kind: 'diffusion' } });
    expect(profileStore.getState().steps.length).toBeGreaterThan(3);
  });
});

test('who comes back to a step finds what was drawn last', async () => {
  vi.stubGlobal('document', { hidden: false });
  vi.stubGlobal('requestAnimationFrame', (work: () => void) => setTimeout(work, 0));
  const seen: unknown[] = [];
  await start();
  setPainter((o) => seen.push(o));
  const running = startProfile();
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1), { timeout: 3000 });
  setPainter(null);
  stopProfile();
  await running;
  const last = seen.at(-1);
  const again: unknown[] = [];
  setPainter((o) => again.push(o));
  expect(again).toEqual([last]);
  setPainter(null);
  vi.stubGlobal('document', { hidden: true });
});
