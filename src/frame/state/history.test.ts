import { beforeAll, describe, expect, test, vi } from 'vitest';
import { historyStore, KEEP, labOfEntry, remember, remembered, type HistoryEntry } from './history.ts';
import { bestOf } from './mainFigure.ts';
import { openLabs, type LabEntry } from './labStore.ts';

const entry = (hash: string, at: number): HistoryEntry => ({ hash, at, title: hash, detail: '' });
beforeAll(() => {
  vi.stubGlobal('location', { hash: '' });
  vi.stubGlobal('window', { addEventListener: () => {} });
  const lab = (id: string): LabEntry => ({
    id,
    title: id,
    help: '',
    load: () => new Promise(() => {}),
    keys: async () => ({ shortcuts: [] }),
  });
  openLabs([lab('diffusion'), lab('language')]);
});

describe('the history', () => {
  test(`newest first, one entry a link, at most ${KEEP} of each lab`, () => {
    let list: readonly HistoryEntry[] = [entry('lab=language&seed=1', -1)];
    for (let i = 0; i < KEEP + 10; i++) list = remembered(list, [entry(`seed=${i}`, i)]);
    // The other lab's, though older than all of them, stays.
    expect(list.map(labOfEntry).filter((lab) => lab === 'language')).toHaveLength(1);
    expect(list).toHaveLength(KEEP + 1);
    expect(list[0]!.hash).toBe(`seed=${KEEP + 9}`);
    list = remembered(list, [entry('seed=30', 500)]);
    expect(list.filter((e) => e.hash === 'seed=30')).toHaveLength(1);
    expect(list[0]!.hash).toBe('seed=30');
  });
  test('goes on without a store, and says so', async () => {
    await remember(entry('seed=1', 1));
    await remember(entry('seed=2', 2));
    expect(historyStore.getState().available).toBe(false);
    expect(historyStore.getState().entries.map((e) => e.hash)).toEqual(['seed=2', 'seed=1']);
  });
});

test('the best of several values', () => {
  const metric = { title: 'Error', unit: '', better: 'lower' } as const;
  const rows = [
    { of: 'a', value: 2, half: 1 },
    { of: 'b', value: undefined, half: null },
    { of: 'c', value: NaN, half: null },
    { of: 'd', value: 1, half: null },
  ];
  expect(bestOf(metric, rows)).toEqual({ metric: 'Error', unit: '', value: 1, half: null, of: 'd' });
  expect(bestOf({ ...metric, better: 'higher' }, rows)?.of).toBe('a');
  expect(bestOf(metric, rows.slice(1, 3))).toBeNull();
});
