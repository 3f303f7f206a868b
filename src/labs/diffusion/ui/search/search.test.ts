import { describe, expect, test } from 'vitest';
import { newContender } from '../../config/contender.ts';
import { addPoint, type CurvePoint } from '../../state/fit.ts';
import type { FitDone } from '../../state/types.ts';
import { matrixScale } from './matrixScale.ts';
import { bespokePath } from './path.ts';
import { tilesOf, verdict } from './words.ts';

const contender = newContender('euler', 3);
const judged = { starts: 384, before: { mean: 1, median: 1 }, after: { mean: 1, median: 1 }, gain: 0.5, half: 0.1 };
const done: FitDone = { contender, stopped: false, spent: 9, judged, evidence: [] };

describe('the verdict', () => {
  test.each<[string, Partial<FitDone>, string]>([
    ['a gain', {}, 'Nearer by 0.5'],
    ['a loss', { judged: { ...judged, gain: -0.5 } }, 'Farther by 0.5'],
    ['within its interval', { judged: { ...judged, gain: 0.09 } }, 'No gain beyond noise'],
    ['ends that came to nothing', { judged: { ...judged, gain: NaN, half: NaN } }, 'No gain beyond noise'],
    ['stopped', { stopped: true }, 'Stopped half-way; this is the best by then. Nearer'],
    ['stopped early', { stopped: true, contender: null, judged: null }, 'Stopped before there was anything better'],
    ['nothing better', { contender: null, judged: null }, 'Nothing better than what it began from'],
    ['a sampler that draws', { judged: null }, 'draws noise on the way'],
  ])('%s', (_, patch, says) => expect(verdict({ ...done, ...patch })).toContain(says));
});

test('tiles: a plan’s steps, orders as far as there is a history, the last to D', () => {
  const c = { ...newContender('composed', 5), params: { plan: 'x3_e2_x3c' } };
  const tiles = tilesOf(c, [20, 10, 5, 2, 1, 0]);
  expect(tiles.map((t) => t.text)).toEqual(['1', 'ε2', 'D3↺', 'D3↺', 'D']);
  expect(tiles[2]!.words).toBe('step 3: order 3 in D, corrected by the next evaluation');
  expect(tilesOf(contender, [20, 1, 0])).toEqual([]);
});

test('the path of a Bespoke solver: the midpoint rule’s where there are no numbers', () => {
  const c = { ...newContender('bespoke', 3), params: { base: 'rk2', numbers: '' } };
  const points = bespokePath(c, [19, 1, 0.25, 0]);
  expect(points.map((p) => [Number(p.time.toFixed(4)), p.scale, p.half])).toEqual([
    [0.95, 1, false],
    [0.725, 1, true],
    [0.5, 1, false],
    [0.35, 1, true],
    [0.2, 1, false],
  ]);
  const bent = bespokePath({ ...c, params: { base: 'rk2', numbers: '0_0_0_.5_0_0_-.5' } }, [19, 1, 0.25, 0]);
  expect(bent[1]!.scale).toBeCloseTo(Math.exp(0.5), 12);
  expect(bent[2]!.scale).toBeCloseTo(Math.exp(-0.5), 12);
  expect(bespokePath({ ...c, params: { base: 'rk1', numbers: '' } }, [19, 1, 0.25, 0])).toHaveLength(3);
});

test('the colours of costs: by decades, nothing where there is no step', () => {
  const { share, low, high } = matrixScale(Float32Array.of(NaN, 1, 0.01, 100, 0));
  expect([low, high].map((v) => Number(v.toPrecision(3)))).toEqual([0.01, 100]);
  expect([share(NaN), share(0), share(0.001), share(100)]).toEqual([null, 0, 0, 1]);
  expect(share(1)).toBeCloseTo(0.5, 6);
  expect(matrixScale(Float32Array.of(NaN, 0)).share(0)).toBe(0);
});

test('a curve keeps its newest points, and thins the old', () => {
  let curve: readonly CurvePoint[] = [];
  for (let spent = 1; spent <= 1000; spent++) curve = addPoint(curve, { spent, train: 1, valid: 1 });
  expect(curve.length).toBeLessThanOrEqual(241);
  expect([curve[0]!.spent, curve.at(-1)!.spent]).toEqual([1, 1000]);
  expect(curve.map((p) => p.spent)).toEqual(curve.map((p) => p.spent).toSorted((a, b) => a - b));
});
