import { expect, test } from 'vitest';
import { studentQuantile } from './studentT.ts';

// scipy.stats.t.ppf(p, dof)
test.each([
  [0.975, 1, 12.706204736174694],
  [0.975, 2, 4.302652729749462],
  [0.975, 4, 2.7764451051977934],
  [0.975, 7, 2.3646242515927844],
  [0.995, 7, 3.4994832973504937],
  [0.95, 30, 1.697260886593957],
  [0.6, 3, 0.2766706623326898],
  [1 - 0.05 / 46, 4, 7.015602121247571],
])('t(%d; %d) = %d', (p, dof, want) => {
  expect(studentQuantile(p, dof) / want).toBeCloseTo(1, 9);
  expect(studentQuantile(1 - p, dof) / -want).toBeCloseTo(1, 9);
});

test('the median is 0', () => expect(studentQuantile(0.5, 3)).toBe(0));
