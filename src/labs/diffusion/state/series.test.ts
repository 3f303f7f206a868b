import { describe, expect, test } from 'vitest';
import { logSlope, paretoFront, seriesOf, spread, timeNoise } from './series.ts';
import { addPoints, contenderKey, sharedKey, type SlotPoint } from './sweepStore.ts';
import { nextFlush } from '../../../frame/state/frameBatch.ts';
import { estimateMs } from './sweep.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { newContender } from '../config/contender.ts';

const point = (slot: number, steps: number, seed: number, error: number, nfe = steps): SlotPoint => ({
  slot,
  steps,
  seed,
  cost: { nfe, passes: nfe, depth: 0, work: nfe, multiplyAdds: null, bytes: 0, reads: 0, gpuMs: null, wallMs: nfe },
  quality: { error },
});
const nfe = (p: Pick<SlotPoint, 'cost'>) => p.cost.nfe;
const error = (p: Pick<SlotPoint, 'quality'>) => p.quality['error'];

test('spread: arithmetic on a linear axis, geometric and positive on a logarithmic one', () => {
  expect(spread([1, 3], false)).toEqual({ mean: 2, low: 2 - Math.SQRT2, high: 2 + Math.SQRT2 });
  const log = spread([0.001, 10], true);
  expect(log.mean).toBeCloseTo(0.1, 12);
  expect(log.low).toBeGreaterThan(0);
  expect(spread([5], true)).toEqual({
    mean: expect.closeTo(5, 12),
    low: expect.closeTo(5, 12),
    high: expect.closeTo(5, 12),
  });
});

test('series: grouped over seeds, sorted by cost, without what an axis cannot show', () => {
  const points = [
    point(2, 8, 0, 0.5),
    point(2, 4, 0, 2),
    point(2, 8, 1, 0.5),
    point(0, 4, 0, NaN),
    point(0, 4, 1, 0),
    point(0, 8, 0, 1),
  ];
  const series = seriesOf(points, [2, 0], nfe, error, { x: true, y: true });
  expect(series.map((s) => s.slot)).toEqual([2, 0]);
  expect(series[0]!.points.map((p) => [p.x, p.seeds])).toEqual([
    [expect.closeTo(4, 9), 1],
    [expect.closeTo(8, 9), 2],
  ]);
  expect(series[1]!.points.length).toBe(1);
});

test('Pareto front: no point on it is beaten in both ways, in either direction of better', () => {
  const points = [
    { x: 1, y: 9 },
    { x: 2, y: 10 },
    { x: 3, y: 4 },
    { x: 3, y: 5 },
    { x: 4, y: 4 },
    { x: 6, y: 1 },
  ];
  expect(paretoFront(points, 'lower')).toEqual([
    { x: 1, y: 9 },
    { x: 3, y: 4 },
    { x: 6, y: 1 },
  ]);
  expect(paretoFront(points, 'higher')).toEqual([
    { x: 1, y: 9 },
    { x: 2, y: 10 },
  ]);
});

test('slope of a second-order line', () => {
  expect(logSlope([4, 8, 16, 32].map((x) => ({ x, y: 7 * x ** -2 })))).toBeCloseTo(-2, 10);
  expect(
    logSlope([
      { x: 1, y: 1 },
      { x: 2, y: 2 },
    ]),
  ).toBeNull();
});

test('a point that is measured again replaces itself', () => {
  const points = addPoints([point(0, 4, 0, 1), point(1, 4, 0, 1)], [point(0, 4, 0, 7), point(0, 8, 0, 2)]);
  expect(points.map((p) => [p.slot, p.steps, p.quality['error']])).toEqual([
    [1, 4, 1],
    [0, 4, 7],
    [0, 8, 2],
  ]);
});

test('what outdates the points of a sweep', () => {
  const e = defaultExperiment();
  const c = e.contenders[0]!;
  expect(contenderKey({ ...c, steps: 99 })).toBe(contenderKey(c));
  expect(contenderKey({ ...c, sampler: 'heun' })).not.toBe(contenderKey(c));
  expect(contenderKey({ ...c, schedule: 'explicit', sigmas: [3, 1, 0], steps: 2 })).not.toBe(
    contenderKey({ ...c, schedule: 'explicit', sigmas: [3, 2, 0], steps: 2 }),
  );
  expect(sharedKey({ ...e, contenders: [newContender('euler', 3)] })).toBe(sharedKey(e));
  expect(sharedKey({ ...e, seed: 9 })).not.toBe(sharedKey(e));
});

test('the estimate of a sweep counts evaluations, and is unknown before a run', () => {
  const e = { ...defaultExperiment(), budgets: [4, 6], seeds: 2 };
  expect(estimateMs(e, [])).toBeNull();
  expect(
    estimateMs(e, [
      { nfe: 10, wallMs: 20 },
      { nfe: 10, wallMs: 900 },
    ]),
  ).toBe(2 * 10 * 2 * e.contenders.length);
});

describe('times', () => {
  const timed = (slot: number, steps: number, seed: number, wallMs: number): SlotPoint => ({
    ...point(slot, steps, seed, 1),
    cost: {
      nfe: steps,
      passes: steps,
      depth: 0,
      work: steps,
      multiplyAdds: null,
      bytes: 0,
      reads: 0,
      gpuMs: null,
      wallMs,
    },
  });
  const wall = (p: { readonly cost: { readonly wallMs: number } }) => p.cost.wallMs;
  const points = [timed(0, 4, 0, 10), timed(0, 4, 1, 40), timed(0, 8, 0, 20), timed(0, 8, 1, 20), timed(1, 4, 0, 9)];
  test('of repeats the best is drawn, without a spread', () => {
    const [first] = seriesOf(points, [0], wall, wall, { x: true, y: true }, { x: 'best', y: 'best' });
    expect(first!.points.map((p) => [p.steps, p.x, p.y, p.low, p.high])).toEqual([
      [4, 10, 10, 10, 10],
      [8, 20, 20, 20, 20],
    ]);
  });
  test('noise is the median spread of what was repeated: here of a factor e^(ln 4/√2) and of none', () => {
    expect(timeNoise(points.slice(0, 2), wall)).toBeCloseTo(Math.exp(Math.log(4) / Math.SQRT2) - 1, 10);
    expect(timeNoise(points, wall)).toBeCloseTo(Math.exp(Math.log(4) / Math.SQRT2) - 1, 10);
    expect(timeNoise(points.slice(2, 4), wall)).toBe(0);
    expect(timeNoise(points.slice(4), wall)).toBeNull();
  });
});

test('charts are drawn at once with the first point, then ever more seldom, and at least every two seconds', () => {
  const waits = Array.from({ length: 6 }).reduce<number[]>((list) => [...list, nextFlush(list.at(-1)!)], [0]);
  expect(waits).toEqual([0, 300, 600, 1200, 2000, 2000, 2000]);
});
