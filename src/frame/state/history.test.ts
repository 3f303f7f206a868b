import { expect, test } from 'vitest';
import { remembered, type HistoryEntry } from './history.ts';

const entry = (hash: string, at: number): HistoryEntry => ({ hash, at, title: hash, detail: '' });

test('newest first, one entry a link, at most fifty', () => {
  let list: readonly HistoryEntry[] = [];
  for (let i = 0; i < 60; i++) list = remembered(list, entry(`seed=${i}`, i));
  expect(list.length).toBe(50);
  expect(list[0]!.hash).toBe('seed=59');
  list = remembered(list, entry('seed=30', 100));
  expect(list.filter((e) => e.hash === 'seed=30').length).toBe(1);
  expect(list[0]!.hash).toBe('seed=30');
});
