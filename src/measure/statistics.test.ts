import { describe, expect, test } from 'vitest';
import { quantile, samplePlan, summary } from './statistics.ts';

test('quantiles are linear between neighbours, in any order of the values', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([5, 1, 3], 0)).toBe(1);
  expect(quantile([5, 1, 3], 1)).toBe(5);
  expect(quantile([7], 0.3)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});

test('one slow sample moves neither the median nor the quartiles far', () => {
  const { median, low, high, spread } = summary([...Array<number>(19).fill(2), 900]);
  expect([median, low, high, spread]).toEqual([2, 2, 2, 0]);
  expect(summary([1, 2, 3, 4, 5]).spread).toBeCloseTo(2 / 3);
});

describe('repeats and samples', () => {
  test('a short kernel is repeated until a pass is 50 steps of the clock, and 2 ms', () => {
    expect(samplePlan(0.01, 1e-6, 20, 6000, 1e5)).toEqual({ repeats: 200, samples: 20, because: '' });
    expect(samplePlan(0.01, 0.1, 20, 6000, 1e5)).toEqual({ repeats: 500, samples: 20, because: '' });
    expect(samplePlan(0.01, 0.1, 20, 6000, 100).repeats).toBe(100);
  });
  test('time running out costs repeats first', () => {
    const plan = samplePlan(2, 0.1, 100, 200, 1e5);
    expect(plan).toEqual({ repeats: 1, samples: 100, because: '' });
  });
  test('then samples beyond twenty, and says so', () => {
    expect(samplePlan(200, 1e-6, 50, 6000, 1e5)).toMatchObject({ repeats: 1, samples: 30 });
    expect(samplePlan(200, 1e-6, 50, 6000, 1e5).because).toContain('30 samples where 50');
    expect(samplePlan(400, 1e-6, 20, 6000, 1e5)).toEqual({ repeats: 1, samples: 20, because: '' });
  });
  test('fewer than twenty only where one run takes half a second, and says so', () => {
    expect(samplePlan(1000, 1e-6, 20, 6000, 1e5)).toMatchObject({ repeats: 1, samples: 6 });
    expect(samplePlan(9000, 1e-6, 20, 6000, 1e5)).toMatchObject({ repeats: 1, samples: 3 });
    expect(samplePlan(9000, 1e-6, 20, 6000, 1e5).because).toContain('9000 ms');
  });
  test('a run that the clock cannot see is still no division by nothing', () => {
    const plan = samplePlan(0, 0.1, 20, 6000, 4096);
    expect(plan.repeats).toBe(4096);
    expect(plan.samples).toBe(20);
  });
});
