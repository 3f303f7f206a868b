// The last experiments that ran in each lab, kept in this browser (IndexedDB). Every entry is a link, so restoring is
// opening one.
import { createStore } from 'zustand/vanilla';
import { transact, type Shelf } from '../../hub/indexed.ts';
import { labOf } from './labStore.ts';
import type { MainFigure } from './mainFigure.ts';

export interface HistoryEntry {
  readonly hash: string;
  readonly title: string;
  readonly detail: string;
  readonly at: number;
  /** What it ran on. Missing in entries of earlier versions, like the number. */
  readonly device?: string;
  readonly main?: MainFigure | null;
}
/** Of each lab. */
export const KEEP = 100;
const SHELF: Shelf = { database: 'stepscope', store: 'experiments', keyPath: 'hash' };

export const historyStore = createStore<{ readonly entries: readonly HistoryEntry[]; readonly available: boolean }>(
  () => ({ entries: [], available: true }),
);

export const labOfEntry = ({ hash }: Pick<HistoryEntry, 'hash'>): string => labOf(`#${hash}`);

/** Newest first, one entry per link, at most KEEP of each lab. */
export function remembered(
  entries: readonly HistoryEntry[],
  added: readonly HistoryEntry[],
  lab: (entry: HistoryEntry) => string = labOfEntry,
): readonly HistoryEntry[] {
  const counts: Record<string, number> = {};
  return [...added, ...entries.filter((e) => !added.some((a) => a.hash === e.hash))]
    .sort((a, b) => b.at - a.at)
    .filter((e) => (counts[lab(e)] = (counts[lab(e)] ?? 0) + 1) <= KEEP);
}

/**
 * What all tabs wrote is read in the same transaction in which this one writes, so that none overwrites another's; without
 * a store the entries last as long as the page.
 */
async function update(
  change: (entries: readonly HistoryEntry[]) => readonly HistoryEntry[],
  mode: IDBTransactionMode = 'readwrite',
): Promise<void> {
  const here = historyStore.getState().entries;
  historyStore.setState({ entries: change(here) });
  try {
    const entries = await transact(SHELF, mode, (store) => {
      const all = store.getAll();
      let now: readonly HistoryEntry[] = [];
      all.onsuccess = () => {
        const before = all.result as HistoryEntry[];
        now = change(before);
        if (mode === 'readonly') return;
        for (const e of before) if (!now.includes(e)) store.delete(e.hash);
        for (const e of now) if (!before.includes(e)) store.put(e);
      };
      return () => now;
    });
    historyStore.setState({ entries, available: true });
  } catch {
    historyStore.setState({ available: false });
  }
}

export const readHistory = (): Promise<void> => update((entries) => remembered(entries, []), 'readonly');
export const remember = (added: HistoryEntry): Promise<void> => update((entries) => remembered(entries, [added]));
/** Forgets one lab's entries, or everything. */
export const forgetHistory = (lab: string | null): Promise<void> =>
  update((entries) => (lab === null ? [] : entries.filter((e) => labOfEntry(e) !== lab)));
