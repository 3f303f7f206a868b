import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gridJobs, type GridEvent } from '../../../engine/grid.ts';
import type { GridSpec } from '../../../experiments/grid/types.ts';
import { tinyFiles } from '../../../engine/pipeline/testing.ts';
import { baseOf } from '../config/grid.ts';
import { cellMaker } from '../config/gridAxes.ts';
import { gridMetrics } from '../config/gridMetrics.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import { runGrid, type PicturesGridAsk } from './grid.ts';
import { benchOf, euler, experiment, never, of, pixelsOf, ran } from './testing.ts';

let made: Awaited<ReturnType<typeof benchOf>>;
beforeAll(async () => {
  made = await benchOf(tinyFiles());
});
afterAll(() => made.free());

const e = experiment({ count: 2, seed: 5, reference: 8, prompt: 'a cat', contenders: [euler(3, 2)] });
const spec: GridSpec = {
  axes: [
    { field: 'prompt', values: ['a cat', 'a dog'] },
    { field: 'sampler', values: ['euler', 'euler_ancestral', 'nobody'] },
    { field: 'guidance', values: ['1', '2'] },
  ],
  skip: [],
};

async function run(
  {
    skip = new Set<number>(),
    spec: crossed = spec,
    ...more
  }: Partial<PicturesGridAsk> & { skip?: ReadonlySet<number>; spec?: GridSpec } = {},
  on: PicturesExperiment = e,
  here?: () => Promise<boolean>,
) {
  const events: GridEvent[] = [];
  const base = baseOf(on);
  const jobs = await gridJobs(cellMaker, { base, spec: crossed, skip, shown: 2 }, (event) => events.push(event), never);
  const metrics = gridMetrics(base, crossed);
  const ask = {
    jobs,
    model: base.experiment.model,
    own: base.contender,
    metrics,
    shown: 2,
    picture: null,
    side: null,
    ...more,
  };
  const out = await runGrid(
    (_, task) => task(made.bench),
    ask,
    (event) => events.push(event),
    never,
    here ? { here } : {},
  );
  const cells = events.flatMap((event) => (event.kind === 'cell' ? [event.result] : []));
  const failed = events.flatMap((event) => (event.kind === 'failed' ? [event] : []));
  return { out, events, cells, failed };
}

describe('a grid of pictures', () => {
  test('every cell is what a run of its experiment gives; one that cannot be made or run ends no other', async () => {
    const { out, cells, failed } = await run();
    expect(out.cells).toBe(8);
    expect(failed.map((f) => f.cell.index).toSorted((a, b) => a - b)).toEqual([4, 5, 10, 11]);
    const dog = cells.find((c) => c.cell.index === 7)!;
    expect(dog.cell.values).toEqual({ prompt: 'a dog', sampler: 'euler', guidance: '2' });
    const alone = await ran(made.bench, { ...e, prompt: 'a dog' });
    const [result] = of(alone.events, 'result');
    expect([dog.nfe, dog.passes]).toEqual([result!.cost.nfe, result!.cost.passes]);
    const [errors] = of(alone.events, 'errors');
    expect(dog.quality['error']).toBe(errors!.errors.reduce((a, b) => a + b) / 2);
    const pixels = pixelsOf(alone.events, 0);
    const { picture } = dog;
    if (picture.kind !== 'image') throw new Error('no image');
    // two pictures side by side
    expect(picture.width).toBe(2 * picture.height);
    const first = Array.from({ length: picture.height }, (_, y) => [
      ...picture.rgba.subarray(4 * y * picture.width, 4 * (y * picture.width + picture.height)),
    ]).flat();
    expect(first).toEqual(pixels.slice(0, first.length));
  });
  test('the base’s own cell is at no distance from itself, others are; what draws noise has no error', async () => {
    const { cells } = await run();
    const at = (index: number) => cells.find((c) => c.cell.index === index)!.quality;
    expect(at(1)['baseline']).toBe(0);
    expect(at(7)['baseline']).toBe(0);
    expect(at(0)['baseline']).toBeGreaterThan(0);
    expect(at(2)['error']).toBeUndefined();
    expect(at(2)['baseline']).toBeGreaterThan(0);
  });
  test('pictures are as small as is asked for, and only so many', async () => {
    const { cells } = await run({ shown: 1, side: 8, skip: new Set([0, 2, 3, 6, 7, 8, 9]) });
    expect(cells.map((c) => c.cell.index)).toEqual([1]);
    expect(cells[0]!.picture).toMatchObject({ kind: 'image', width: 8, height: 8, columns: 1 });
  });
  test('a cell that fails by itself, as one that diffusers has no scheduler for, ends no other', async () => {
    const samplers: GridSpec = { axes: [{ field: 'sampler', values: ['heun', 'euler'] }], skip: [] };
    const { out, cells, failed } = await run({ spec: samplers }, { ...e, conventions: 'diffusers', reference: 0 });
    expect(out.cells).toBe(1);
    expect(cells.map((c) => c.cell.index)).toEqual([1]);
    expect(failed[0]).toMatchObject({ cell: { index: 0 }, because: expect.stringMatching(/Heun/) });
  });
  test('a model that is not here is not fetched, and its cells say so', async () => {
    const { out, failed } = await run({}, e, () => Promise.resolve(false));
    expect(out.cells).toBe(0);
    expect(failed.find((f) => f.cell.index === 0)!.because).toMatch(/is not on this machine/);
  });
});
