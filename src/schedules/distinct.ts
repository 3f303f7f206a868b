import { TABLE_LENGTH } from './vpTable.ts';

/**
 * Whole training times that fall strictly from one step to the next: `times`, falling or equal, with each that is taken
 * moved to the nearest free entry of the table. At most as many as the table has.
 */
export function distinctTimes(times: readonly number[]): number[] {
  const list = [...times];
  for (let i = list.length - 2; i >= 0; i--) list[i] = Math.max(list[i]!, list[i + 1]! + 1);
  list.forEach((t, i) => (list[i] = Math.min(t, i === 0 ? TABLE_LENGTH - 1 : list[i - 1]! - 1)));
  return list;
}
