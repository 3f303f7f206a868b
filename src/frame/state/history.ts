// The last experiments that ran, kept in this browser (IndexedDB). Every entry is a link, so restoring is opening one.
import { createStore } from 'zustand/vanilla';

export interface HistoryEntry {
  readonly hash: string;
  readonly title: string;
  readonly detail: string;
  readonly at: number;
}
const KEEP = 50;
const STORE = 'experiments';

export const historyStore = createStore<{ readonly entries: readonly HistoryEntry[]; readonly available: boolean }>(
  () => ({ entries: [], available: true }),
);

/** Newest first, one entry per link, at most KEEP. */
export function remembered(entries: readonly HistoryEntry[], added: HistoryEntry): readonly HistoryEntry[] {
  return [added, ...entries.filter((e) => e.hash !== added.hash)].sort((a, b) => b.at - a.at).slice(0, KEEP);
}

function withStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T> | void,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('stepscope', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'hash' });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      const transaction = db.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        db.close();
        resolve(request?.result);
      };
      transaction.onerror = () => reject(transaction.error);
    };
  });
}
const unavailable = () => historyStore.setState({ available: false });

export async function readHistory(): Promise<void> {
  const stored = await withStore<HistoryEntry[]>('readonly', (s) => s.getAll()).catch(unavailable);
  if (stored) historyStore.setState({ entries: stored.sort((a, b) => b.at - a.at).slice(0, KEEP) });
}
export async function remember(added: HistoryEntry): Promise<void> {
  const before = historyStore.getState().entries;
  const entries = remembered(before, added);
  historyStore.setState({ entries });
  const dropped = before.filter((e) => !entries.some((kept) => kept.hash === e.hash));
  await withStore('readwrite', (s) => {
    s.put(added);
    for (const e of dropped) s.delete(e.hash);
  }).catch(unavailable);
}
export async function forgetAll(): Promise<void> {
  historyStore.setState({ entries: [] });
  await withStore('readwrite', (s) => s.clear()).catch(unavailable);
}
