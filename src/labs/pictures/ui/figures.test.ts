import { describe, expect, test } from 'vitest';
import { errorText, summaryOf, verdictsOf } from './figures.ts';

const result = (errors: readonly number[] | null, stochastic = false, unmeasured: string | null = null) => ({
  cost: { nfe: 4, passes: 8, gpuMs: null, wallMs: 1, decodeMs: 1 },
  stochastic,
  errors,
  referenceSteps: 64,
  unmeasured,
  run: 1,
});

describe('errors in words', () => {
  test('a mean with its 95 % interval: t of three degrees of freedom is 3.182', () => {
    const { mean, half } = summaryOf([1, 2, 3, 4]);
    expect(mean).toBe(2.5);
    expect(half).toBeCloseTo((3.182446 * Math.sqrt(5 / 3)) / 2, 5);
    expect(summaryOf([0.25])).toEqual({ mean: 0.25, half: null });
  });
  test('what has none says why', () => {
    expect(errorText(result([0.5]))).toBe('error 0.500');
    expect(errorText(result(null))).toBe('');
    expect(errorText(result(null, true))).toBe('draws noise: no paired error');
    expect(errorText(result(null, false, 'it went astray'))).toBe('no solution: no paired error');
    expect(errorText(result([0.1, 0.1]))).toMatch(/^error 0\.100 ± 0/);
  });
});

describe('who is best', () => {
  const small = result([0.1, 0.11, 0.09, 0.1]);
  const near = result([0.1, 0.12, 0.09, 0.1]);
  const large = result([0.5, 0.51, 0.49, 0.5]);
  test('by the differences, picture by picture', () => {
    expect(verdictsOf([large, small, near], ['3', '3', '3'])).toEqual(['worse', 'best', 'tied']);
  });
  test('by factors: an error of decades more is worse, however much it spreads', () => {
    expect(verdictsOf([result([1.3, 0.3, 0.9, 0.4]), result([0.0016, 0.0014, 0.0018, 0.0015])], ['3', '3'])).toEqual([
      'worse',
      'best',
    ]);
  });
  test('only among those that are guided alike', () => {
    expect(verdictsOf([large, small, near], ['3', '7', '7'])).toEqual(['unknown', 'best', 'tied']);
  });
  test('not by one picture, nor of what was not measured', () => {
    expect(verdictsOf([result([0.1]), result([0.5])], ['3', '3'])).toEqual(['unknown', 'unknown']);
    expect(verdictsOf([small, undefined, result(null), large], ['3', '3', '3', '3'])).toEqual([
      'best',
      'unknown',
      'unknown',
      'worse',
    ]);
  });
});
