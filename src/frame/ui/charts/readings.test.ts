import { describe, expect, test } from 'vitest';
import { again, groupsOf, nearest, placeOn, step, type Reading } from './readings.ts';

const plot = { left: 46, right: 246, top: 20, bottom: 198 };
const reading = (at: number): Reading => ({ at, head: '', rows: [] });

test('places on linear and logarithmic axes, and on one without extent', () => {
  expect(placeOn(plot, [0, 10], false)(2.5)).toBe(96);
  expect(placeOn(plot, [1, 100], true)(10)).toBeCloseTo(146, 12);
  expect(placeOn(plot, [3, 3], false)(3)).toBe(146);
});
test('abscissas that nearly coincide are read together, from the first of the group on', () => {
  const groups = groupsOf([30, 10, 21.9, 22, 50].map((at) => ({ at })));
  expect(groups.map((g) => [g.at, g.points.map((p) => p.at)])).toEqual([
    [15.95, [10, 21.9]],
    [26, [22, 30]],
    [50, [50]],
  ]);
  expect(groupsOf([])).toEqual([]);
});
describe('what is read', () => {
  const readings = [reading(50), reading(100), reading(200)];
  test('is the nearest abscissa within reach', () => {
    expect([0, 10, 74, 76, 139, 141, 241].map((at) => nearest(readings, at))).toEqual([null, 0, 0, 1, 1, null, null]);
    expect(nearest([], 5)).toBeNull();
  });
  test('stays where it was while points are added', () => {
    const named = (head: string, at: number): Reading => ({ at, head, rows: [] });
    const was = named('NFE 7', 80);
    expect(again([named('NFE 2', 10), named('NFE 7', 60), named('NFE 9', 80)], was)).toBe(1);
    expect(again([named('NFE 2', 10), named('NFE 9', 70)], was)).toBe(1);
    expect(again([], was)).toBeNull();
  });
  test('walks by arrow keys, stopping at the ends', () => {
    expect(step('ArrowRight', null, 3)).toBe(0);
    expect(step('ArrowLeft', null, 3)).toBe(2);
    expect([step('ArrowRight', 1, 3), step('ArrowRight', 2, 3)]).toEqual([2, 2]);
    expect([step('ArrowLeft', 1, 3), step('ArrowLeft', 0, 3)]).toEqual([0, 0]);
    expect([step('Home', 2, 3), step('End', 0, 3)]).toEqual([0, 2]);
    expect([step('x', 1, 3), step('ArrowRight', null, 0)]).toEqual([null, null]);
  });
});
