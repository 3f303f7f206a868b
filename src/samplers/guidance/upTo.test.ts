import { expect, test } from 'vitest';
import { ALL_LEVELS, commonFields } from './common.ts';

test('“guided up to” says ∞ where every level is meant, and reads it and what links wrote before', () => {
  const { to } = commonFields();
  expect(to.format(ALL_LEVELS)).toBe('∞');
  expect(['∞', ' ∞ ', '1000000'].map((text) => to.parse(text))).toEqual([ALL_LEVELS, ALL_LEVELS, ALL_LEVELS]);
  expect(to.format(5)).toBe('5');
  expect(to.parse('2000000')).toBeUndefined();
});
