// The page's own arithmetic: numbers as text, axes, slider positions, σ edits, formulas, contours.
import { expect, test } from 'vitest';
import { contenderPlan, newContender } from '../config/contender.ts';
import { densityGrid, levelLines } from './canvas/contours.ts';
import { axisOf, signedAxis } from '../../../frame/ui/charts/axis.ts';
import { columnFormat } from '../../../frame/ui/columns.ts';
import { decadesOf } from '../../../frame/ui/contenders/decades.ts';
import { sigmaScale } from '../../../frame/ui/contenders/sigmaScale.ts';
import { nearestIndex, sliderValues } from '../../../frame/ui/controls/scale.ts';
import { compact, short, tickLabel } from '../../../frame/ui/format.ts';
import { freeText } from './controls/freeText.ts';
import { lines, planSteps, sum } from './inspector.ts';
import { foldsOf, MOST_LINES } from './inspectorRounds.ts';
import { defaults } from '../../../core/field.ts';
import { samplers } from '../../../samplers/diffusion/index.ts';
import { mixture, noNoise, opsOn } from '../../../samplers/diffusion/testing.ts';
import { schedules } from '../../../schedules/index.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { markerPath } from '../../../frame/ui/marks.ts';

test('numbers as text', () => {
  expect([0, 0.01234, 1.5, 42, 789.4, 123456, -0.5, 0.0000123, Infinity].map((v) => compact(v))).toEqual([
    '0',
    '0.0123',
    '1.50',
    '42.0',
    '789',
    '1.2·10⁵',
    '−0.500',
    '1.2·10⁻⁵',
    '–',
  ]);
  expect(short(1.5)).toBe('1.5');
  expect(short(100)).toBe('100');
  expect([0.001, 0.05, 1, 20, 10000, 12500, 0.00002, -0.01].map(tickLabel)).toEqual([
    '10⁻³',
    '0.05',
    '1',
    '20',
    '10⁴',
    '12\u2009500',
    '2·10⁻⁵',
    '−0.01',
  ]);
});

test('a column aligns on its decimal point unless it spans too many decades', () => {
  expect([0.0742, 0.268, 0.0069].map(columnFormat([0.0742, 0.268, 0.0069]))).toEqual(['0.07420', '0.26800', '0.00690']);
  expect(columnFormat([1e-7, 3])(1e-7)).toBe('1.0·10⁻⁷');
  expect(columnFormat([])(1.5)).toBe('1.50');
  expect(columnFormat([-0.001, 0.002])(-0.001)).toBe('−0.00100');
});

test('axes hold every value and always have ticks', () => {
  for (const values of [[5], [4, 64], [1e-6, 30], [0.0742], [1e-300, 1], [3, 3.1]]) {
    const axis = axisOf(values, true, 6)!;
    expect(axis.domain[0]).toBeLessThan(Math.min(...values));
    expect(axis.domain[1]).toBeGreaterThan(Math.max(...values));
    expect(axis.ticks.length).toBeGreaterThan(1);
    expect(axis.ticks.length).toBeLessThan(12);
    for (const t of axis.ticks) expect(t >= axis.domain[0] * 0.99 && t <= axis.domain[1] * 1.01).toBe(true);
  }
  expect(axisOf([-1, 2], false, 6)!.ticks).toContain(0);
  // A share does not go beyond 1, and 1 itself has its place.
  expect(axisOf([0.7, 1], false, 6, 1)!.domain[1]).toBe(1);
  expect(axisOf([0.1, 0.99], true, 6, 1)!.domain[1]).toBe(1);
  expect(axisOf([0.1, 0.5], false, 6, 1)!.domain[1]).toBeLessThan(1);
  expect(axisOf([0, NaN, -3], true, 6)).toBeNull();
});

test('a signed axis has 0, keeps order and signs, and comes back', () => {
  const values = [-0.003, -0.0001, 0, 0.0004, 0.02, 16];
  const axis = signedAxis(values, 0.002, 7)!;
  const places = values.map(axis.place);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  for (const v of values) expect(axis.value(axis.place(v))).toBeCloseTo(v, 9);
  expect(axis.ticks.map(axis.value).map((t) => Number(t.toPrecision(3)))).toEqual(expect.arrayContaining([0, 0.01, 1]));
  for (const p of places) expect(p > axis.domain[0] && p < axis.domain[1]).toBe(true);
});

test('a slider reaches both ends and every small whole number', () => {
  const steps = sliderValues({ min: 1, max: 1000, step: 1, integer: true, log: true });
  expect(steps.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(steps.at(-1)).toBe(1000);
  expect(steps.every((v, i) => Number.isInteger(v) && (i === 0 || v > steps[i - 1]!))).toBe(true);
  expect(sliderValues({ min: 0, max: 1, step: 0.1, integer: false, log: false })).toEqual([
    0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
  ]);
  expect(steps[nearestIndex(steps, 12)]).toBe(12);
});

test('heights on the σ axis: there and back, and grid lines that are not a thicket', () => {
  const { y, sigma } = sigmaScale([20, 5, 1, 0], 130);
  expect(sigma(y(3))).toBeCloseTo(3, 9);
  expect(y(20)).toBeLessThan(y(1));
  const wide = sigmaScale([9e5, 1e-6, 0], 130);
  expect(wide.sigma(wide.y(1e-6)) / 1e-6).toBeCloseTo(1, 9);
  expect(wide.y(1e-6)).toBeLessThan(wide.y(0));
  expect(decadesOf([20, 1, 0.02, 0])).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1e3, 1e4, 1e5, 1e6]);
  expect(decadesOf([9e5, 1e-6, 0])).toEqual([1e-6, 1e-4, 0.01, 1, 100, 1e4, 1e6]);
});

test('the inspector shows every evaluation of the plan once', () => {
  for (const [sampler, n] of [
    ['euler', 7],
    ['heun', 5],
    ['dpmpp_2m', 6],
  ] as const) {
    const plan = contenderPlan(newContender(sampler, n), 'ring8');
    const steps = planSteps(plan);
    expect(steps.length).toBe(n);
    expect(steps.reduce((k, s) => k + s.evaluations, 0)).toBe(plan.nfe);
    expect(steps.at(-1)!.to).toBe(0);
  }
  expect(
    sum([
      [0.5, 'x'],
      [-0.25, 'd'],
      [1, 'e'],
      [-1, 'f'],
    ]),
  ).toBe('0.5000·x − 0.2500·d + e − f');
  expect(sum([[1e-6, 'x']])).toBe('1.00·10^−6·x');
  expect(lines({ op: 'lincomb', out: 'u0', terms: [[0, 'x']], plus: 1 })[0]!.text).toBe('1');
  expect(
    sum([
      [0, 'x'],
      [-2, 'd'],
    ]),
  ).toBe('−2.000·d');
  expect(sum([[0, 'x']])).toBe('0');
  expect(lines({ op: 'eval', x: 'x', sigma: 5, out: 'd' })).toEqual([
    { out: 'd', text: 'D(x; σ = 5.00)', evaluation: true },
  ]);
});

test('the inspector shows each evaluation of a batch, what travels, and what a plan asks about its numbers', () => {
  const text = (op: Parameters<typeof lines>[0]) => lines(op).map((l) => `${l.out} ← ${l.text}`);
  expect(
    text({
      op: 'evalBatch',
      of: [
        { x: 'x', sigma: 5, out: 'd0' },
        { x: 'y', sigma: 4, out: 'd1', worker: 1 },
      ],
    }),
  ).toEqual(['d0 ← D(x; σ = 5.00)', 'd1 ← D(y; σ = 4.00) on worker 1']);
  expect(text({ op: 'send', from: 1, to: 0, x: 'd1' })).toEqual(['worker 0 ← d1 of worker 1']);
  const terms = [
    [1, 'a'],
    [-1, 'b'],
  ] as const;
  const scale = { absolute: 0.0078, relative: 0.05, of: ['a', 'p'] };
  expect(text({ op: 'measure', of: [{ terms, power: 2, scale }], per: 'run' })).toEqual([
    'plan ← mean |(a − b)/max(0.0078, 0.05·max(|a|, |p|))|²',
  ]);
  expect(text({ op: 'measure', of: [{ terms, power: 1 }], per: 'sample' })).toEqual([
    'plan ← mean |a − b| of each sample',
  ]);
});

test('contours enclose the points', () => {
  const grid = densityGrid(Float32Array.from([1, 1, 1.02, 1, 0.98, 1]), 3);
  const lines = levelLines(grid, 80, 0.5);
  expect(lines.length).toBeGreaterThan(8);
  const xs = lines.filter((_, i) => i % 2 === 0).map((v) => ((v + 0.5) / 80) * 6 - 3);
  expect(Math.min(...xs)).toBeGreaterThan(0.4);
  expect(Math.min(...xs)).toBeLessThan(1);
  expect(Math.max(...xs)).toBeGreaterThan(1);
  expect(densityGrid(new Float32Array(0), 3).every((v) => v === 0)).toBe(true);
});

test('eight different markers', () => {
  expect(new Set(Array.from({ length: 8 }, (_, i) => markerPath(i, 4))).size).toBe(8);
});

test('a long step of the inspector is folded by its rounds, and nothing of it is lost', () => {
  expect(foldsOf(planSteps(contenderPlan(newContender('euler', 8), 'grid4'))[0]!.ops)).toBeNull();
  const at = (n: number): Op[] => Array.from({ length: n }, (_, i) => ({ op: 'eval', x: 'x', sigma: 1, out: `d${i}` }));
  expect(foldsOf(at(MOST_LINES))).toBeNull();
  expect(foldsOf(at(MOST_LINES + 1))).toHaveLength(MOST_LINES + 1);
  const { parallel_newton: newton } = samplers;
  const levels = schedules.karras.sigmas(12, { min: 0.02, max: 20 }, { rho: 7 });
  const start = Float64Array.of(20, -10, 4, 8);
  const model = mixture(
    [
      [1, 1],
      [-1, -1],
    ],
    [1, 1],
    0.2,
  );
  const ops = opsOn(newton, levels, defaults(newton.params), start, model, noNoise, 2).filter((op) => op.op !== 'mark');
  const folds = foldsOf(ops)!;
  expect(folds.flatMap((f) => f.lines)).toEqual(ops.flatMap(lines));
  expect(folds[0]!.title).toMatch(/^Round 1 of \d+, before it evaluates: \d+ lines$/);
  expect(folds[1]!.lines.every((l) => l.evaluation)).toBe(true);
  expect(folds[1]!.title).toContain(`, ${folds[1]!.lines.length} evaluations: `);
  expect(folds.length).toBeGreaterThan(2);
  for (const { title, lines: list } of folds)
    if (title.includes('what is made of them')) expect(list.at(-1)!.out).toBe('plan');
});

test('of samplers that choose their own number of evaluations all are named', () => {
  expect(freeText(['A'])).toBe('A chooses its own number of evaluations: it keeps its tolerances, and does not rank.');
  expect(freeText(['A', 'B', 'C'])).toMatch(/^A, B and C choose their own number .* do not rank\.$/);
});
