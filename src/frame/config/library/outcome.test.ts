import { describe, expect, test } from 'vitest';
import { studentQuantile } from '../../../math/studentT.ts';
import { mainFigure, outcomes } from './outcome.ts';
import { contestant, energy, figure, saved, wall } from './testing.ts';
import type { Figure, Metric } from './types.ts';

const one = (a: Figure | null, b: Figure | null, metric: Metric = energy, grounds = ['g', 'g']) => {
  const side = (f: Figure | null, ground: string) => ({
    settings: [],
    metrics: [metric],
    contenders: [contestant('euler', { figures: f ? [f] : [], ground })],
  });
  return outcomes(side(a, grounds[0]!), side(b, grounds[1]!))[0]!.outcomes[0]!;
};
const flat = (value: number) => ({ ...figure('energy', value, 0) });

describe('a difference', () => {
  // Eight parts ±w around a difference: the standard error is √(7/8 · 8 w²), times t(0.975; 7).
  const bar = studentQuantile(0.975, 7) * Math.sqrt((7 / 8) * 8 * 0.01);
  test('is told by the house’s rule, at its very bar, and its interval says the same', () => {
    const above = one(flat(1), figure('energy', 1 + 1.001 * bar, 0.1));
    expect(above).toMatchObject({ judgement: 'a', why: '' });
    expect(above.low!).toBeGreaterThan(0);
    expect(above.high! - above.difference!).toBeCloseTo(bar, 10);
    const below = one(flat(1), figure('energy', 1 + 0.999 * bar, 0.1));
    expect(below.judgement).toBe('tied');
    expect(below.low!).toBeLessThan(0);
    expect(one(figure('energy', 1 + 1.001 * bar, 0.1), flat(1)).judgement).toBe('b');
  });
  test('is none between equals', () =>
    expect(one(figure('energy', 1, 0.1), figure('energy', 1, 0.1))).toMatchObject({
      difference: 0,
      judgement: 'tied',
    }));
  test('counts upwards where more is better', () =>
    expect(one(flat(1), flat(2), { ...energy, better: 'higher' }).judgement).toBe('b'));
  test('asks for more where several pairs are compared', () => {
    const side = (values: readonly Figure[]) => ({
      settings: [],
      metrics: [energy],
      contenders: values.map((f, i) => contestant(`s${i}`, { figures: [f] })),
    });
    const gap = figure('energy', 1 + 1.001 * bar, 0.1);
    const [first, second] = outcomes(side([flat(1), flat(1)]), side([gap, gap]));
    expect(first!.outcomes[0]!.judgement).toBe('tied');
    const wider = studentQuantile(1 - 0.025 / 2, 7) * Math.sqrt((7 / 8) * 8 * 0.01);
    expect(second!.outcomes[0]!.high! - second!.outcomes[0]!.difference!).toBeCloseTo(wider, 10);
  });
  test('of logarithms is a factor', () => {
    const error: Metric = { ...energy, id: 'error', spread: 'logRepeats' };
    const of = (values: readonly number[]): Figure => ({ metric: 'error', value: 0, half: 1, spread: values });
    const out = one(of([1, 2, 4, 8]), of([2, 4.1, 8, 15.9]), error);
    expect(out.difference).toBeCloseTo((2 * 4.1 * 8 * 15.9) ** 0.25 / 64 ** 0.25, 12);
    expect(out.judgement).toBe('a');
    expect(out.low!).toBeGreaterThan(1.9);
    expect(one(of([1, 2, 4, 8]), of([2, 1, 8, 4]), error).judgement).toBe('tied');
  });
});

describe('what is not judged says why, and still shows its difference', () => {
  test.each([
    [figure('energy', 1), figure('energy', 2, 0.1), energy, ['g', 'g'], 'single values, no interval'],
    [figure('energy', 1, 0.1), figure('energy', 2, 0.1), energy, ['g', 'h'], 'measured against something else'],
    [figure('wall', 1), figure('wall', 2), wall, ['g', 'g'], ''],
    [
      figure('energy', 1, 0.1),
      { ...figure('energy', 2), spread: [1, 2] },
      energy,
      ['g', 'g'],
      'measured on other numbers of parts',
    ],
  ] as const)('%#', (a, b, metric, grounds, why) =>
    expect(one(a, b, metric, [...grounds])).toMatchObject({ difference: 1, judgement: 'unknown', why, low: null }),
  );
  test('one without the other', () => {
    expect(one(figure('energy', 1, 0.1), null)).toMatchObject({ difference: null, judgement: 'unknown' });
    expect(outcomes(saved('a', { contenders: [] }), saved('b'))[0]!.head).toBe('euler:karras:8 (only in B)');
  });
});

test('the main figure is the best of the first metric that ranks', () => {
  const contenders = [
    contestant('euler', { figures: [figure('wall', 1), figure('energy', 3)] }),
    contestant('heun', { figures: [figure('energy', 2), figure('wall', 9)] }),
    contestant('rk4', { figures: [figure('energy', NaN)] }),
  ];
  const of = (metrics: readonly Metric[]) => mainFigure(saved('a', { metrics, contenders }));
  expect(of([wall, energy])).toMatchObject({ of: 'heun', figure: { value: 2 }, metric: { id: 'energy' } });
  expect(of([{ ...energy, better: 'higher' }])?.of).toBe('euler');
  expect(of([wall])).toBeNull();
});
