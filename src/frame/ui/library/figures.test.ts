import { describe, expect, test } from 'vitest';
import { energy, figure, wall } from '../../config/library/testing.ts';
import type { Outcome } from '../../config/library/outcome.ts';
import { differenceText, figureText, judgementText, numberText } from './figures.ts';

describe('figures in words', () => {
  test.each([
    [8, '8'],
    [-3, '−3'],
    [1220.4, '1220'],
    [0.15818, '0.158'],
    [99_999.4, '99999'],
    [-0.0123456, '−0.0123'],
    [2.5e-5, '2.5·10⁻⁵'],
    [0, '0'],
  ])('%d is %s', (v, text) => expect(numberText(v)).toBe(text));
  test('with interval and unit, where there are', () => {
    expect(figureText(figure('energy', 0.5, 0.1), 'nats')).toBe('0.500 ± 0.10 nats');
    expect(figureText(figure('wall', 1234.5), 'ms')).toBe('1235 ms');
  });

  const outcome = (more: Partial<Outcome>): Outcome => ({
    metric: energy,
    a: null,
    b: null,
    difference: 0.25,
    low: 0.15,
    high: 0.35,
    judgement: 'tied',
    why: '',
    ...more,
  });
  test('a difference, and a factor', () => {
    expect(differenceText(outcome({}))).toBe('+0.250 ± 0.10');
    expect(differenceText(outcome({ difference: -1, metric: wall, low: null, high: null }))).toBe('−1');
    expect(differenceText(outcome({ difference: null }))).toBe('');
    const metric = { ...energy, spread: 'logRepeats' } as const;
    expect(differenceText(outcome({ metric, difference: 1.5, low: 1.25, high: 120 }))).toBe('× 1.50 (1.3 … 120)');
  });
  test('a verdict, or why there is none', () => {
    const said = (['a', 'b', 'tied', 'unknown'] as const).map((judgement) =>
      judgementText(outcome({ judgement, why: 'single values' })),
    );
    expect(said).toEqual(['A is better', 'B is better', 'not distinguishable', 'single values']);
  });
});
