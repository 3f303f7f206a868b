import { describe, expect, test } from 'vitest';
import { gridJson, headOf, rowOf, type CellRow } from '../../../experiments/grid/records.ts';
import { cellAt, cellsOf, refuseGrid } from '../../../experiments/grid/cells.ts';
import type { GridSpec } from '../../../experiments/grid/types.ts';
import { modelIds } from '../../../models/index.ts';
import { never } from '../../../engine/diffusion/testing.ts';
import { carried } from '../../../frame/state/grid/carry.ts';
import { countGrid, leftOf } from '../../../frame/state/grid/count.ts';
import { axisDraft, axisText, readDraft as readDraftOf } from '../../../frame/state/grid/draft.ts';
import { readResults } from '../../../frame/state/grid/files.ts';
import { deviceName, gridHead as headOn } from '../../../frame/state/grid/head.ts';
import { cellBytes, toEvict, type KeptGrid } from '../../../frame/state/grid/keep.ts';
import { paceOf, timeOf } from '../../../frame/state/grid/pace.ts';
import { writeGrid } from '../../../experiments/grid/link.ts';
import { parseExperiment } from '../config/codec.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { baseOf, diffusionGrid } from '../config/grid.ts';
import { cellNfe, gridFields, type CellRun } from '../config/gridAxes.ts';
import type { GridText } from '../../../experiments/grid/types.ts';
import { samplesShown } from './grid.ts';

const readDraft = (text: GridText, on: CellRun) => readDraftOf(diffusionGrid, text, on);
const gridHead = (on: CellRun, of: GridSpec, device: string) => headOn(diffusionGrid, on, of, device);
const { firstGrid, link: baseLink } = diffusionGrid;
const newAxis = (field: string, on: CellRun) => ({ field, values: diffusionGrid.newValues(field, on) });
const hashOf = (of: typeof head) => diffusionGrid.hash(diffusionGrid.parse(of.link), writeGrid(of));
const base = baseOf(parseExperiment('model=grid4&n=64&c=dpmpp_2m:karras:10&c=heun:karras:4').experiment);
const spec: GridSpec = {
  axes: [
    { field: 'sampler', values: ['euler', 'heun', 'dpmpp_2m'] },
    { field: 'nfe', values: ['4', '8'] },
    { field: 'seed', values: ['0', '1', '2', '3'] },
  ],
  skip: [],
};
const head = headOf(spec, 'model=grid4', ['sw1', 'nll'], 'processor');
const row = (index: number, value: number | null = index): CellRow =>
  rowOf(cellAt(spec, index), { nfe: 4, passes: 4, metrics: [value, null] }, head);
const rows = [...cellsOf(spec)].map((c) => row(c.index));

describe('a draft', () => {
  test('each part is read by itself, and the first fault of the whole is told', () => {
    const read = readDraft({ axes: ['sampler~euler, nobody', 'nfe~4, 8, ..*, 30', 'seed~0, 1'], skip: '' }, base);
    expect(read.axes.map((a) => a.read.length)).toEqual([2, 0, 2]);
    expect(read.axes[0]!.misfits[0]).toMatch(/'nobody' is not a sampler/);
    expect(read.axes[1]!.refused).toMatch(/misses 30/);
    expect(read.spec).toBeNull();
    const rules = readDraft({ axes: ['sampler~euler', 'nfe~4'], skip: 'guidance > 2' }, base);
    expect(rules.rules).toMatch(/'guidance' is not an axis/);
    expect(readDraft({ axes: ['sampler~euler, heun', 'pair~euler:karras'], skip: '' }, base).refused).toMatch(
      /both set the sampler/,
    );
    expect(readDraft({ axes: ['nonsense~1'], skip: '' }, base).axes[0]!.refused).toMatch(/no axis 'nonsense'/);
    expect(readDraft({ axes: [], skip: '' }, base).refused).toMatch(/no axis/);
    const many = ['seed~0, 1, .., 999', 'nfe~1, 2, .., 1000'];
    expect(readDraft({ axes: many, skip: '' }, base).refused).toMatch(/1,000,000 cells; at most 10,000/);
  });
  test('text of an axis, there and back; a value may hold the mark', () => {
    for (const text of ['steps~4, 8', 'contender~euler:karras:4', 'seed~'])
      expect(axisText(axisDraft(text))).toBe(text);
    expect(axisDraft('schedule~a~b')).toEqual({ field: 'schedule', values: 'a~b' });
    expect(axisDraft('steps')).toEqual({ field: 'steps', values: '' });
  });
  test.each(modelIds)('the first grid on %s can be run, and so can one with any further axis', (model) => {
    const experiment = { ...defaultExperiment(model), points: [[0, 0] as const] };
    const own = baseOf(experiment);
    const first = firstGrid(own);
    expect(readDraft(first, own).spec?.axes).toHaveLength(3);
    for (const { id } of gridFields(own.contender)) {
      const axis = newAxis(id, own);
      const read = readDraft({ axes: [axisText(axis)], skip: '' }, own);
      expect(read.axes[0]!.refused, `${id}: ${axis.values}`).toBeNull();
      if (id !== 'class' && id !== 'guidance' && id !== 'learned') expect(read.axes[0]!.misfits).toEqual([]);
    }
  });
});

test('cells that a wrapper leaves as they are are named, model by model, so that nobody reads a cache into them', () => {
  const on = baseOf(parseExperiment('model=grid4&c=euler:karras:4:~exit').experiment);
  const over = (axes: GridSpec['axes']) => diffusionGrid.remarks!(on, { axes, skip: [] });
  const steps = { field: 'steps', values: ['4', '8'] };
  expect(over([steps])).toEqual([
    expect.stringMatching(/^euler:karras:4:~exit.* runs untouched on Four Gaussians: .* finds nothing to do there\.$/),
  ]);
  expect(over([steps, { field: 'model', values: ['digits'] }])).toEqual([]);
  const contenders = { field: 'contender', values: ['euler:karras:4', 'euler:karras:4:~exit', 'nobody'] };
  expect(over([contenders, { field: 'model', values: ['grid4', 'digits', 'ring8'] }])).toHaveLength(2);
});

describe('counting', () => {
  test('cells, evaluations and work are those of the cells; what cannot be made is told once', async () => {
    const steps = { field: 'steps', values: ['4', '8'] };
    const all: GridSpec = { axes: [spec.axes[0]!, steps, spec.axes[2]!], skip: [] };
    const rules: GridSpec = { ...all, skip: [[{ field: 'nfe', is: '>', value: '7' }]] };
    const count = await countGrid(diffusionGrid, base, rules, never);
    const left = [...cellsOf(all)].filter((c) => cellNfe(base, c.values)! <= 7);
    expect([...count.work.keys()]).toEqual(left.map((c) => c.index));
    expect([count.combinations, left.length]).toEqual([24, 12]);
    const sum = left.reduce((n, c) => n + cellNfe(base, c.values)!, 0);
    expect(count.evaluations).toBe(sum);
    expect(leftOf(count, () => false)).toEqual({ cells: 12, work: 64 * sum });
    expect(leftOf(count, (i) => i < 100)).toEqual({ cells: 0, work: 0 });
    const eta: GridSpec = {
      axes: [
        { field: 'sampler', values: ['dpmpp_2m', 'ddim'] },
        { field: 'sampler.eta', values: ['0', '0.5'] },
      ],
      skip: [],
    };
    const mixed = await countGrid(diffusionGrid, base, eta, never);
    expect([mixed.work.size, mixed.unmakeable]).toEqual([4, 2]);
    expect(leftOf(mixed, () => false).cells).toBe(2);
    expect(mixed.because).toMatch(/dpmpp_2m has no such parameter/);
  });
  test('a cancel ends a long count', async () => {
    const stop = new AbortController();
    const long: GridSpec = {
      axes: [
        { field: 'sampler', values: ['euler', 'heun', 'dpmpp_2m', 'rk4', 'ipndm'] },
        { field: 'steps', values: Array.from({ length: 300 }, (_, i) => String(i + 300)) },
      ],
      skip: [],
    };
    const counting = countGrid(diffusionGrid, base, long, stop.signal);
    setTimeout(() => stop.abort(), 0);
    await expect(counting).rejects.toThrow(expect.objectContaining({ name: 'Cancelled' }));
  });
});

describe('the time that is left', () => {
  const cells = (count: number, ms: (work: number, i: number) => number) =>
    Array.from({ length: count }, (_, i) => ({ work: 100 * (1 + (i % 4)), ms: ms(100 * (1 + (i % 4)), i) }));
  test('has a part for each cell and a part for its work', () => {
    const pace = paceOf(cells(16, (work) => 30 + 0.2 * work))!;
    expect(pace.cell).toBeCloseTo(30, 6);
    expect(pace.unit).toBeCloseTo(0.2, 6);
    expect(timeOf(pace, 10, 5000)).toBeCloseTo(1300, 6);
  });
  test('does not count what is paid once: references and compiling', () => {
    const pace = paceOf(cells(20, (_, i) => (i < 5 ? 4000 : 50)))!;
    expect(timeOf(pace, 100, 25_000)).toBeCloseTo(5000, 6);
  });
  test('is never negative, and unknown for few', () => {
    expect(paceOf(cells(3, () => 5))).toBeNull();
    const falling = paceOf(cells(12, (work) => 500 - work))!;
    expect([falling.unit, falling.cell > 0]).toEqual([0, true]);
    const steep = paceOf(cells(12, (work) => work * work))!;
    expect(steep.cell).toBeGreaterThanOrEqual(0);
    expect(paceOf(Array.from({ length: 5 }, () => ({ work: 0, ms: 8 })))).toEqual({ cell: 8, unit: 0 });
  });
});

describe('what stays', () => {
  test('a grid that grew takes over the cells that it shares, under their new numbers', () => {
    const grown: GridSpec = {
      axes: [spec.axes[2]!, { field: 'nfe', values: ['2', '4', '8'] }, { field: 'sampler', values: ['heun', 'euler'] }],
      skip: [],
    };
    const to = headOf(grown, head.link, head.metrics, head.device);
    const shared = carried(head, rows, to);
    expect(shared).toHaveLength(4 * 2 * 2);
    for (const { row: r, was } of shared) {
      expect(r.values).toEqual(cellAt(grown, r.index).values);
      expect(r.metrics[0]).toBe(was);
      expect(cellAt(spec, was).values).toEqual(r.values);
    }
    expect(carried(head, rows, { ...to, device: 'another' })).toEqual([]);
    expect(carried(head, rows, { ...to, link: 'model=ring8' })).toEqual([]);
    expect(
      carried(head, rows, headOf({ axes: spec.axes.slice(0, 2), skip: [] }, head.link, head.metrics, head.device)),
    ).toEqual([]);
  });
  test('the oldest grids make room, never the one in use', () => {
    const grid = (id: number, at: number, bytes = 10): KeptGrid => ({
      ...{ id, at, bytes, head, hash: '', title: '', cells: 1, running: false },
    });
    const grids = [grid(1, 5), grid(2, 1), grid(3, 9), grid(4, 2)];
    expect(toEvict(grids, 3, { grids: 4, bytes: 40 })).toEqual([]);
    expect(toEvict(grids, 3, { grids: 2, bytes: 40 })).toEqual([2, 4]);
    expect(toEvict(grids, 2, { grids: 3, bytes: 25 })).toEqual([4, 1]);
    expect(toEvict([grid(1, 1, 1000)], 1, { grids: 4, bytes: 40 })).toEqual([]);
    const image = {
      kind: 'image' as const,
      rgba: new Uint8ClampedArray(400),
      width: 10,
      height: 10,
      columns: 1,
      tile: 10,
    };
    expect(cellBytes({ row: rows[0]!, picture: image })).toBeGreaterThan(400);
  });
  test('the head is of the experiment with its first contender, and has the metrics of its models', () => {
    expect(baseLink(base)).toBe('model=grid4&n=64&c=dpmpp_2m:karras:10');
    const { experiment, contender } = base;
    const alone = { contender, experiment: { ...experiment, contenders: [contender] } };
    expect(gridHead(alone, spec, 'x')).toEqual(gridHead(base, spec, 'x'));
    expect(baseLink({ ...base, experiment: { ...experiment, seed: 5 } })).not.toBe(baseLink(base));
    expect(refuseGrid(gridHead(base, spec, 'x'))).toBeUndefined();
    const metricsOn = (...models: string[]) =>
      gridHead(base, { axes: [{ field: 'model', values: models }], skip: [] }, 'x').metrics;
    expect(metricsOn('grid4')).toEqual(expect.arrayContaining(['paired_median', 'sw1', 'nll', 'mode_weights']));
    expect(metricsOn('grid4')).not.toContain('fd');
    expect(metricsOn('digits')).toEqual(['paired_median', 'paired_p95', 'paired_rms', 'fd', 'kid', 'accuracy']);
    expect(metricsOn('nobody', 'digits', 'grid4')).toEqual(expect.arrayContaining(['sw1', 'fd']));
    expect(deviceName({ backend: 'cpu', name: 'CPU' })).toBe('processor, float64');
  });
  test('results that were saved are read back as they were; other files are none, and spoilt ones are refused', () => {
    const text = gridJson(head, rows);
    expect(readResults(text, 'a')).toMatchObject({ head, rows });
    for (const other of ['', 'hello', '{}', '[]', 'null', '{"head":{"format":"x"},"cells":[]}'])
      expect(readResults(other, 'a')).toBeUndefined();
    expect(() => readResults(text.replace('"nfe":4', '"nfe":"4"'), 'a')).toThrow(/^a, line 2 is not a cell/);
    const reopened = parseExperiment(hashOf(head)).grid!;
    expect(readDraft(reopened, baseOf(parseExperiment(hashOf(head)).experiment)).spec).toEqual(spec);
  });
  test('pictures of many cells show fewer samples', () => {
    expect(samplesShown('digits', 100)).toBeGreaterThan(samplesShown('digits', 5000));
    expect(samplesShown('ring8', 100)).toBeGreaterThan(samplesShown('ring8', 5000));
  });
});
