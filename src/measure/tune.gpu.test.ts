import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeContext } from '../gpu/testing.ts';
import { UniformSlots } from '../gpu/slots.ts';
import { GpuTimer, type Clock } from '../gpu/timing.ts';
import { familyById } from '../kernels/catalogue/index.ts';
import type { Family } from '../kernels/catalogue/types.ts';
import { byTable } from '../kernels/choose.ts';
import { isVersionOf, kernelVersions, type KernelFamily } from '../core/kernelVersions.ts';
import { decide, tuneKernels, type TuneOptions } from './tune.ts';
import { tuneCases } from './tunePlan.ts';
import type { Tuning, TuneStep } from '../engine/tuning/types.ts';

const ctx = await nodeContext();
const { signal } = new AbortController();
let slots: UniformSlots;
let clock: GpuTimer;
let before: readonly [number, number];
let free: number;
beforeAll(async () => {
  slots = await UniformSlots.create(ctx, { owner: 'tune test', slots: 512 });
  clock = await GpuTimer.create(ctx, { capacity: 16, owner: 'tune test' });
  before = [ctx.buffers.count, ctx.buffers.liveBytes];
  free = slots.free;
});
afterAll(() => {
  expect([ctx.buffers.count, ctx.buffers.liveBytes]).toEqual(before);
  expect(slots.free).toBe(free);
  clock.destroy();
  ctx.buffers.destroy(slots.buffer);
});

/** LayerNorm of a small shape, its versions changed as a test wants; running it again gives the same. */
const small = (
  change: (version: string, prepared: Awaited<ReturnType<Family['prepare']>>) => Awaited<ReturnType<Family['prepare']>>,
): Partial<TuneOptions> => {
  const real = familyById('layernorm')!;
  const label = 'small';
  const family: Family = {
    ...real,
    shapes: [{ label, shape: { rows: 64, dim: 256, rowsPerMod: 0 } }],
    prepare: async (c, s, version, shape) => change(version, await real.prepare(c, s, version, shape)),
  };
  return { lookUp: () => family, casesOf: () => [{ family: 'layernorm', shape: label, runs: 1 }] };
};
const tune = async (
  options: Partial<TuneOptions>,
  wanted: readonly KernelFamily[] = ['layernorm'],
  timer: Clock = clock,
): Promise<{ readonly found: Tuning; readonly steps: TuneStep[] }> => {
  const steps: TuneStep[] = [];
  return {
    found: await tuneKernels(
      { ctx, slots, clock: timer, roofline: () => Promise.reject(new Error('unused')) },
      wanted,
      { appVersion: '0', signal, progress: (s) => void steps.push(s), budgetMs: 8000, ...options },
    ),
    steps,
  };
};
const slower = (times: number) => (prepared: Awaited<ReturnType<Family['prepare']>>) => ({
  ...prepared,
  calls: Array.from({ length: times }, () => prepared.calls).flat(),
});

describe('a search', () => {
  test('a slow version loses, be it the table’s own', async () => {
    const table = byTable(ctx.info, 'layernorm');
    const { found, steps } = await tune(small((version, p) => (version === table ? slower(40)(p) : p)));
    expect(found.choices.layernorm).toBeDefined();
    expect(found.choices.layernorm).not.toBe(table);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ family: 'layernorm', table, chosen: found.choices.layernorm, done: 1, of: 1 });
  });

  test('a wrong version never wins, however fast; what it got wrong is said', async () => {
    const table = byTable(ctx.info, 'layernorm');
    const { found, steps } = await tune(
      small((version, p) =>
        version === table ? slower(20)(p) : { ...p, outputs: p.outputs.map((o) => ({ ...o, tolerance: -1 })) },
      ),
    );
    expect(found.choices.layernorm).toBe(table);
    for (const c of steps[0]!.candidates.filter((v) => v.version !== table))
      expect([c.medianMs, /wrong|needs/.test(c.because)]).toEqual([null, true]);
  });

  test('nothing right: the table stays, and nothing is kept as a choice', async () => {
    const { found } = await tune(small((_, p) => ({ ...p, outputs: p.outputs.map((o) => ({ ...o, tolerance: -1 })) })));
    expect(found.choices).toEqual({});
  });

  test('under a coarse clock a first glimpse of nothing drops nobody', async () => {
    let glimpses = 0;
    // The first version's glimpse falls between two steps, the others' across one.
    const coarse: Clock = {
      capacity: 16,
      async times(records) {
        const t = await clock.times(records);
        const glimpse = records.length === 2;
        const first = glimpse && glimpses++ === 0;
        const glimpsed = first ? 0 : 0.1;
        return {
          ...t,
          source: 'timestamp',
          ms: t.ms.map(() => (glimpse ? glimpsed : 2)),
          resolutionMs: 0.1,
        };
      },
    };
    const { steps } = await tune(
      small((_, p) => p),
      ['layernorm'],
      coarse,
    );
    expect(glimpses).toBeGreaterThan(1);
    expect(steps[0]!.candidates.filter((c) => /times as long/.test(c.because))).toEqual([]);
  });

  test('what was found before stays for families that are not measured; those that are, change', async () => {
    const old: Tuning = {
      adapter: '',
      appVersion: '0',
      measuredAt: '',
      choices: { matmul: '1.naive', layernorm: '1.tree' },
      steps: [],
    };
    const { found } = await tune({ ...small((v, p) => (v === '1.tree' ? slower(40)(p) : p)), before: old });
    expect(found.choices.matmul).toBe('1.naive');
    expect(found.choices.layernorm).not.toBe('1.tree');
  });

  test('what takes too long to compile is left out and freed when it comes', async () => {
    const table = byTable(ctx.info, 'layernorm');
    const late: Promise<unknown>[] = [];
    const options = small((_, p) => p);
    const real = options.lookUp!('')!;
    const { steps } = await tune({
      ...options,
      patienceMs: 300,
      lookUp: () => ({
        ...real,
        prepare: (c, s, version, shape) => {
          const made = real.prepare(c, s, version, shape);
          if (version === table) return made;
          const slow = made.then((p) => new Promise<typeof p>((resolve) => setTimeout(() => resolve(p), 600)));
          late.push(slow);
          return slow;
        },
      }),
    });
    expect(steps[0]!.chosen).toBe(table);
    expect(steps[0]!.candidates.filter((c) => /compiling it takes more/.test(c.because)).length).toBe(late.length);
    expect(late.length).toBeGreaterThan(0);
    await Promise.all(late);
    await new Promise((resolve) => setTimeout(resolve, 10));
  });

  test('cancelled', async () => {
    const abort = new AbortController();
    await expect(
      tune({
        ...small((_, p) => {
          abort.abort();
          return p;
        }),
        signal: abort.signal,
      }),
    ).rejects.toThrow('cancelled');
  });
});

describe('what is chosen', () => {
  const c = (version: string, medianMs: number | null) => ({ version, medianMs, because: '' });
  test('the fastest', () => expect(decide([c('a', 2), c('b', 1), c('t', 3)], 't')).toBe('b'));
  test('the table’s, when it is within five per cent', () => {
    expect(decide([c('a', 0.96), c('t', 1)], 't')).toBe('t');
    expect(decide([c('a', 0.94), c('t', 1)], 't')).toBe('a');
  });
  test('the fastest that ran when the table’s did not; the table’s when none did', () => {
    expect(decide([c('a', 5), c('t', null)], 't')).toBe('a');
    expect(decide([c('a', null), c('t', null)], 't')).toBe('t');
  });
});

test('every family has shapes of the catalogue to be judged by, on either kind of device', () => {
  for (const isSoftware of [true, false])
    for (const family of Object.keys(kernelVersions) as KernelFamily[]) {
      const cases = tuneCases({ ...ctx.info, isSoftware }, family);
      expect(cases.length).toBeGreaterThan(0);
      for (const t of cases) {
        const entry = familyById(t.family);
        expect(entry?.tunes, t.family).toBe(family);
        expect(
          entry!.shapes.map((s) => s.label),
          t.family,
        ).toContain(t.shape);
        expect(entry!.versions.every((v) => isVersionOf(family, v.id))).toBe(true);
      }
    }
});
