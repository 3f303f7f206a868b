import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { defaultSetup, newRow, type TaskSetup } from '../config/taskSetup.ts';
import { formatPoints } from '../config/points.ts';
import { formatPixels } from '../../../tasks/mask.ts';
import { Session } from './session.ts';
import { runTask, type TaskEvent } from './task.ts';

const session = () => new Session(createCpuBackend(diskWeights));
async function collect(setup: TaskSetup, fingerprint: string | null = null, signal: AbortSignal = never) {
  const events: TaskEvent[] = [];
  const out = await runTask(session(), diskWeights, { setup, fingerprint }, (e) => events.push(e), signal);
  const results = events.flatMap((e) => (e.kind === 'result' ? [e] : []));
  return { events, results, out, dropped: events.flatMap((e) => (e.kind === 'dropped' ? [e] : [])) };
}
const on = (task: TaskSetup['task'], model: TaskSetup['model'], more: Partial<TaskSetup> = {}): TaskSetup => ({
  ...defaultSetup(task, model),
  samples: 200,
  ...more,
});

describe('edits in the plane', () => {
  test('every method from the same samples: class reached, what was kept, evaluations', async () => {
    const rows = [
      newRow('infedit', 12),
      newRow('inversion_edit', 50),
      newRow('sdedit', 40, { sigma: 5 }),
      newRow('img2img', 20, { strength: 0 }),
    ];
    const { events, results, dropped } = await collect(on('edit', 'grid4', { rows }));
    expect(dropped).toEqual([]);
    const given = events.find((e) => e.kind === 'given')!;
    expect(given).toMatchObject({ samples: 200, measured: null });
    expect(results.map((r) => r.cost.nfe)).toEqual([24, 101, 40, 0]);
    const [infedit, inversion, sdedit, nothing] = results.map((r) => r.quality);
    expect(infedit!.onTarget!.value).toBe(1);
    expect(infedit!.kept!.value).toBeCloseTo(3, 2); // the pairs are 3 apart
    expect(infedit!.kept!.half).toBeGreaterThan(0);
    expect(inversion!.onTarget!.value).toBe(1);
    expect(sdedit!.onTarget!.value).toBe(1);
    expect(sdedit!.kept!.value).toBeGreaterThan(3.3); // its row is lost
    expect(nothing).toMatchObject({ onTarget: { value: 0 }, kept: { value: 0 } });
    expect(infedit!.sw1!.value).toBeLessThan(0.2);
    expect(nothing!.sw1!.value).toBeGreaterThan(1);
  });
  test('frames come in order and end at 1', async () => {
    const { events } = await collect(on('edit', 'grid4', { rows: [newRow('sdedit', 6)] }));
    const fractions = events.flatMap((e) => (e.kind === 'frame' ? [e.fraction] : []));
    expect(fractions).toHaveLength(7);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });
  test('one that cannot run is named, the others go on', async () => {
    const rows = [newRow('infedit'), newRow('sdedit')];
    const { results, dropped } = await collect(on('edit', 'moons', { rows, source: -1, target: -1 }));
    expect(dropped).toMatchObject([{ contender: 0, because: expect.stringContaining('has no classes') as string }]);
    expect(results.map((r) => r.row)).toEqual([1]);
    expect(results[0]!.quality.onTarget).toBeUndefined();
  });
  test('points that were drawn are edited one by one; nothing drawn is a sentence', async () => {
    const points = [
      [-1.5, 1.4],
      [-1.4, -1.6],
    ] as const;
    const rows = [newRow('infedit')];
    const setup = on('edit', 'grid4', { from: 'pad', drawing: formatPoints(points), rows });
    const { results, events } = await collect(setup);
    expect(events.find((e) => e.kind === 'given')).toMatchObject({ samples: 2 });
    const after = results[0]!.after as { data: Float32Array };
    expect(after.data[0]).toBeGreaterThan(1);
    expect(after.data[1]).toBeGreaterThan(1);
    expect(after.data[3]).toBeLessThan(-1);
    expect(results[0]!.quality.onTarget!.half).toBeNull();
    await expect(collect({ ...setup, drawing: '' })).rejects.toThrow('Nothing is drawn');
  });
  test('the model’s own samples are of the class that was asked for', async () => {
    const setup = on('invert', 'grid4', { from: 'model', source: 1, rows: [newRow('inversion_heun', 40)] });
    const { results } = await collect(setup);
    expect(results[0]!.quality.onTarget!.value).toBe(1);
    const { data } = results[0]!.after as { data: Float32Array };
    expect(data.filter((v, i) => i % 2 === 0 && v > 0)).toHaveLength(200);
  });
});

test('round trips: Heun closes better than Euler, the fixed point to rounding, and it says where it does not converge', async () => {
  const rows = [
    newRow('inversion_euler', 50),
    newRow('inversion_heun', 50),
    newRow('inversion_exact', 120),
    newRow('inversion_exact', 10),
  ];
  const { results } = await collect(on('invert', 'grid4', { rows }));
  const [euler, heun, exact, coarse] = results;
  expect(heun!.quality.roundTrip!.value).toBeLessThan(euler!.quality.roundTrip!.value / 10);
  expect(exact!.quality.roundTrip!.value).toBeLessThan(1e-6);
  expect(exact!.remark).toBeNull();
  expect(coarse!.remark).toMatch(/does not converge between σ = .* and .*Take more steps/);
  expect(euler!.levels).toHaveLength(51);
  expect(euler!.levels![0]).toEqual({ sigma: 20, error: 0 });
  expect(euler!.levels!.at(-1)!.error).toBeCloseTo(euler!.quality.roundTrip!.value, 5);
});

describe('restoration', () => {
  test('in the plane: what was seen comes back, the posterior tells the rest, a coarse shift less', async () => {
    const rows = [newRow('repaint', 20), newRow('resshift', 15), newRow('resshift', 4), newRow('posterior_euler', 15)];
    const { results, events, dropped } = await collect(on('restore', 'unbalanced', { rows, samples: 1000 }));
    expect(dropped).toEqual([]);
    expect(events.find((e) => e.kind === 'given')!.measured).not.toBeNull();
    const [repaint, fine, coarse] = results.map((r) => r.quality);
    expect(repaint!.seen!.value).toBeGreaterThan(0.2); // the measurement’s noise of 0.3 is taken as it is
    expect(repaint!.seen!.value).toBeLessThan(0.3);
    expect(fine!.seen!.value).toBeLessThan(repaint!.seen!.value);
    expect(fine!.sw1!.value).toBeLessThan(0.1);
    expect(fine!.sw1!.value).toBeLessThan(coarse!.sw1!.value);
    expect(results.every((r) => r.quality.error!.half! > 0)).toBe(true);
  });
  test('a mask that hides everything, and a model without a posterior', async () => {
    const nothing = formatPixels(new Uint8Array(784).fill(1));
    const rows = [newRow('repaint', 3), newRow('resshift', 3)];
    const setup = on('restore', 'digits_exact', { samples: 2, mask: 'drawn', maskDrawn: nothing, rows });
    const { dropped } = await collect(setup);
    expect(dropped.map((d) => d.because)).toEqual([
      expect.stringContaining('hides everything'),
      expect.stringContaining('hides everything'),
    ]);
  });
  test('pictures of the set are left out of what explains them, masked and made smaller', async () => {
    for (const measure of ['mask', 'pool'] as const) {
      const setup = on('restore', 'digits_exact', { samples: 4, measure, rows: [newRow('resshift', 4)] });
      const { results } = await collect(setup);
      // Another digit of the set, not the same: far from 0, nearer than one at random (about 0.85).
      expect(results[0]!.quality.error!.value).toBeGreaterThan(0.1);
      expect(results[0]!.quality.error!.value).toBeLessThan(0.9);
      expect(results[0]!.difference).not.toBeNull();
    }
  });
});

test('a link’s record is reproduced, and differs after another seed', async () => {
  const setup = on('edit', 'grid4', { rows: [newRow('infedit', 5), newRow('sdedit', 5)] });
  const { out } = await collect(setup);
  expect((await collect(setup, out.fingerprint)).out.reproduction).toMatchObject({ verdict: 'reproduced' });
  const other = await collect({ ...setup, seed: 1 }, out.fingerprint);
  expect(other.out.reproduction).toMatchObject({ verdict: 'differs' });
});
test('a task that is cancelled ends', async () => {
  await expect(collect(on('edit', 'grid4'), null, AbortSignal.abort())).rejects.toThrow();
});
