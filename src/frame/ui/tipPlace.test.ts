import { expect, test } from 'vitest';
import { tipPlace } from './tipPlace.ts';

const page = { width: 390, height: 844 };
const tip = { width: 300, height: 40 };

test('a tip lies under its control, above it at the foot of the window, and never leaves the window', () => {
  expect(tipPlace({ left: 20, top: 100, width: 150, height: 44 }, tip, page)).toEqual({ left: 20, top: 148 });
  expect(tipPlace({ left: 200, top: 100, width: 150, height: 44 }, tip, page)).toEqual({ left: 84, top: 148 });
  expect(tipPlace({ left: 20, top: 790, width: 150, height: 44 }, tip, page)).toEqual({ left: 20, top: 746 });
  expect(tipPlace({ left: -9, top: 100, width: 150, height: 44 }, { ...tip, width: 378 }, page).left).toBe(6);
  // A control taller than the window leaves no place that is better.
  expect(tipPlace({ left: 20, top: 0, width: 150, height: 844 }, tip, page).top).toBe(848);
});
