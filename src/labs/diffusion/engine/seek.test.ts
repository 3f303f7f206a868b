import { describe, expect, test } from 'vitest';
import '../../../wrappers/index.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { newContender } from '../config/contender.ts';
import { newGuidance } from '../../../samplers/contenders/contender.ts';
import { defaultSeek, newSeekRow, newVerifier, type SeekSetup } from '../config/seekSetup.ts';
import { secondBounds, secondOpinions } from '../config/seekWords.ts';
import { runSeek, type SeekEvent } from './seek.ts';
import { Session } from './session.ts';

const small: SeekSetup = {
  ...defaultSeek('unbalanced'),
  samples: 60,
  seeds: 2,
  base: newContender('euler', 10),
  budgets: [10, 40],
  rows: [newSeekRow('random'), newSeekRow('rbf', { starts: 2 })],
};
async function seek(setup: SeekSetup, stopped?: (events: readonly SeekEvent[]) => boolean) {
  const events: SeekEvent[] = [];
  const session = new Session(createCpuBackend(diskWeights));
  const end = stopped && (() => stopped(events));
  const out = await runSeek(session, { setup, ticket: 1 }, (e) => events.push(e), never, end);
  const of = <K extends SeekEvent['kind']>(kind: K) =>
    events.filter((e): e is Extract<SeekEvent, { kind: K }> => e.kind === kind);
  return { out, of, cells: of('cell'), before: of('before')[0]! };
}

describe('noise searches in the plane', () => {
  test('every line at every budget and seed, within its budget; one candidate is the plain run', async () => {
    const { out, cells, before, of } = await seek(small);
    expect(out).toEqual({ stopped: false });
    expect(cells.map(({ line, budget, seed }) => [seed, budget, line])).toEqual(
      [0, 1].flatMap((seed) => [10, 40].flatMap((budget) => [0, 1, 2].map((line) => [seed, budget, line]))),
    );
    for (const { budget, cost, line, second } of cells) {
      expect(cost.evaluations).toBeLessThanOrEqual(budget);
      expect(cost.verified).toBe({ 0: 1, 1: budget / 10, 2: budget }[line]);
      expect(second.mode_weights).toBeGreaterThan(0);
      expect(second.sw1).toBeGreaterThan(0);
    }
    expect(cells[1]).toMatchObject({ score: before.score, after: before.before, second: before.second });
    expect(before.evaluations).toBe(10);
    expect(of('skipped')).toEqual([]);
    // Each seed has starts of its own; the first seed's ends are drawn.
    expect(cells[1]!.score).not.toBe(cells[7]!.score);
    expect(cells.map(({ after }) => after !== null)).toEqual([...new Array(6).fill(true), ...new Array(6).fill(false)]);
    expect(cells[5]!.perStep!.reduce((a, b) => a + b)).toBeCloseTo(40, 10);
  });
  test('the searched score rises where more steps add little, and the modes pay for it', async () => {
    const { cells } = await seek({ ...small, samples: 400, seeds: 1, budgets: [160], rows: [newSeekRow('random')] });
    const [steps, random] = [cells[0]!, cells[1]!];
    expect(random.score).toBeGreaterThan(steps.score + 0.8);
    expect(random.second.mode_weights!).toBeGreaterThan(steps.second.mode_weights! + 0.2);
    expect(secondOpinions(random.second, 'log_p')[0]).toBe('mode_weights');
    expect(secondOpinions(random.second, 'log_p')).not.toContain('nll');
    expect(secondOpinions(random.second, 'ink')).toContain('nll');
  });
  test('a class is a law of its own, and a point is come near to', async () => {
    const toClass = await seek({ ...small, label: 2, seeds: 1 });
    expect(toClass.before.second.sw1).toBeLessThan(0.6);
    const near = await seek({ ...small, seeds: 1, ...newVerifier('distance', { px: 2, py: 1 }) });
    expect(near.cells.find((c) => c.line === 1 && c.budget === 40)!.score).toBeGreaterThan(near.before.score + 0.5);
  });
  test('candidates that are denoised together change nothing that is found', async () => {
    const timeless = async (atOnce: number) =>
      (await seek({ ...small, seeds: 1, atOnce })).cells.map((cell) => ({
        ...cell,
        cost: { ...cell.cost, wallMs: 0 },
      }));
    expect(await timeless(3)).toEqual(await timeless(1));
  });
  test('its own guidance is searched with, and counted in whole passes; a wrapper that cannot be taken apart is told', async () => {
    const base = { ...small.base, guide: newGuidance('cfg', { w: 2 }) };
    const { cells, before } = await seek({ ...small, label: 2, seeds: 1, base });
    expect([before.evaluations, before.depth, before.work]).toEqual([10, 10, 20]);
    for (const { cost } of cells) expect(cost.work).toBe(2 * cost.evaluations);
    const plain = await seek({ ...small, label: 2, seeds: 1 });
    expect(before.score).not.toBe(plain.before.score);
    const whole = { ...small.base, wraps: [{ id: 'bottleneck', params: {} }] };
    const { of, cells: rest } = await seek({ ...small, seeds: 1, budgets: [40], base: whole });
    expect(of('skipped')).toMatchObject([
      { line: 2, because: expect.stringContaining('Bottleneck sampling goes down and up once') as string },
    ]);
    expect(rest.map(({ line }) => line)).toEqual([0, 1]);
  });
  test('a budget that is too small for one search is told, and the others go on', async () => {
    const { cells, of } = await seek({ ...small, budgets: [5, 10], rows: [newSeekRow('random'), newSeekRow('rbf')] });
    expect(of('skipped')).toMatchObject([
      { line: 1, budget: 5, because: expect.stringContaining('one run takes 10') as string },
      { line: 2, budget: 5, because: expect.stringContaining('10 levels take one each') as string },
    ]);
    expect(cells.map(({ line, budget }) => [line, budget]).slice(0, 4)).toEqual([
      [0, 5],
      [0, 10],
      [1, 10],
      [2, 10],
    ]);
  });
  test('stopped, it gives the best by then', async () => {
    let asked = 0;
    const { out, cells } = await seek(
      { ...small, seeds: 1, budgets: [4000], rows: [newSeekRow('random')] },
      (events) => (events.some((e) => e.kind === 'cell') ? asked++ > 40 : false),
    );
    expect(out).toEqual({ stopped: true });
    expect(cells.at(-1)).toMatchObject({ line: 1, stopped: true, budget: 4000 });
    expect(cells.at(-1)!.cost.evaluations).toBeLessThan(400);
    expect(cells.at(-1)!.cost.evaluations).toBeGreaterThan(100);
    expect(cells.at(-1)!.after).not.toBeNull();
  });
});

test('pictures are judged by the feature net, and by what it was not asked', async () => {
  const setup: SeekSetup = {
    ...defaultSeek('digits_exact'),
    samples: 4,
    seeds: 1,
    label: 3,
    base: newContender('euler', 4),
    budgets: [16],
    rows: [newSeekRow('random')],
    ...newVerifier('ink'),
  };
  const { cells, before } = await seek(setup);
  const random = cells[1]!;
  expect(random.score).toBeGreaterThan(before.score + 0.05);
  expect(random.after).toMatchObject({ kind: 'image' });
  for (const id of ['class_entropy', 'feature_distance', 'spread'] as const)
    expect(random.second[id]).toBeGreaterThan(0);
  // The kernel distance to real images of that class, which may be below 0: what is shown first.
  expect(random.second.kid).not.toBe(before.second.kid);
  expect(secondOpinions(random.second, 'ink')[0]).toBe('kid');
  expect(secondBounds('kid')[0]).toBe(-Infinity);
});
