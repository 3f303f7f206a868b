import { expect, test } from 'vitest';
import { classEntropy, featureDistance, spreadOf } from './diversity.ts';

test('the entropy of classes is that of the mean of their shares', () => {
  expect(classEntropy([50, 0, 0, 50, 0, 50], 3, 2)).toBeCloseTo(
    -(1 / 3) * Math.log(1 / 3) - (2 / 3) * Math.log(2 / 3),
    10,
  );
  expect(classEntropy([50, 0, 0, 50], 2, 2)).toBeCloseTo(Math.log(2), 10);
  // Undecided about each sample is as many classes as sure of different ones.
  expect(classEntropy([3, 3, 3, 3], 2, 2)).toBeCloseTo(Math.log(2), 10);
  expect(classEntropy([900, 0, 900, 0], 2, 2)).toBe(0);
});

test('features are as far away as their mean, in real deviations', () => {
  const real = { mean: [1, 1], covariance: [3, 9, 9, 1] };
  expect(featureDistance([1, 1, 1, 1], 2, real)).toBe(0);
  expect(featureDistance([0, 4, 2, 6], 2, real)).toBe(2);
});

test('spread is the distance from the mean', () => {
  expect(spreadOf([0, 0, 6, 8], 2, 2)).toBe(5);
  expect(spreadOf([2, 1, 2, 1], 2, 2)).toBe(0);
});
