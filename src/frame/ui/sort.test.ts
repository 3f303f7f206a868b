import { expect, test } from 'vitest';
import { nextSort, sortedRows } from './sort.ts';

test('presses on a head: ascending, descending, unsorted; another head starts anew', () => {
  const up = nextSort(null, 'wall');
  expect(up).toEqual({ id: 'wall', down: false });
  const down = nextSort(up, 'wall');
  expect(down).toEqual({ id: 'wall', down: true });
  expect(nextSort(down, 'wall')).toBeNull();
  expect(nextSort(down, 'nfe')).toEqual({ id: 'nfe', down: false });
});

test('a row without a value is last both ways; equals keep their order', () => {
  const values = [3, null, 1, 3, null];
  const value = (row: number) => values[row]!;
  expect(sortedRows(5, value, false)).toEqual([2, 0, 3, 1, 4]);
  expect(sortedRows(5, value, true)).toEqual([0, 3, 2, 1, 4]);
});
