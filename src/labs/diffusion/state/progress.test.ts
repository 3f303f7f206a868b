import { expect, test } from 'vitest';
import { newContender } from '../config/contender.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { progressOf, shareDone } from './progress.ts';

test('a dear contender weighs more than a cheap one', () => {
  expect(shareDone([10, 30], 0, 5, 10)).toBe(0.125);
  expect(shareDone([10, 30], 1, 0, 4)).toBe(0.25);
  expect(shareDone([10, 30], 1, 4, 4)).toBe(1);
  expect(shareDone([], 0, 0, 0)).toBe(0);
});

test('an estimate only once there is something to estimate from', () => {
  const measure = progressOf({ ...defaultExperiment(), contenders: [newContender('euler', 10)] }, 1000);
  expect(measure(0, 5, 10, 1500)).toEqual({ fraction: 0.5, remainingMs: null });
  expect(measure(0, 5, 10, 5000)).toEqual({ fraction: 0.5, remainingMs: 4000 });
});
