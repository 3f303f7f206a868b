// The experiments that were saved, kept in this browser (IndexedDB). Every change reads what is stored and writes what
// follows from it in one transaction, so that two tabs never overwrite each other's; what the store does not take is kept
// here until it does, or until the page is closed.
import { createStore } from 'zustand/vanilla';
import { resultOf, StoreError, transact, type Shelf, type StoreTrouble } from '../../../hub/indexed.ts';
import { readEntries } from '../../config/library/file.ts';
import { applied, type Change } from '../../config/library/merge.ts';
import type { Saved } from '../../config/library/types.ts';
import { allLabs, labOf } from '../labStore.ts';

const SHELF: Shelf = { database: 'stepscope-library', store: 'saved', keyPath: 'id' };
/** A reader waits for this one, and a busy machine is slow to answer. */
const PATIENCE_MS = 6000;

export interface LibraryState {
  /** Null until they have been read. */
  readonly entries: readonly Saved[] | null;
  /** Why what is here lasts only as long as the page; null where it is stored. */
  readonly trouble: StoreTrouble | null;
}
export const libraryStore = createStore<LibraryState>(() => ({ entries: null, trouble: null }));

/** What no store has taken yet: an entry, or null for one that was removed. */
const pending = new Map<string, Saved | null>();
const pendingChange = (): Change => ({
  put: [...pending.values()].filter((s) => s !== null),
  remove: [...pending].flatMap(([id, s]) => (s === null ? [id] : [])),
});
const keepPending = ({ put, remove }: Change): void => {
  for (const s of put) pending.set(s.id, s);
  for (const id of remove) pending.set(id, null);
};

/** Entries of another version of the page that this one cannot read stay where they are. */
const readable = (list: readonly unknown[]): readonly Saved[] =>
  readEntries(
    list,
    allLabs().map((l) => l.id),
    labOf,
  ).saved;

const others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('stepscope-library');
others?.addEventListener('message', () => void readSaved());

export async function readSaved(): Promise<void> {
  try {
    const list = await transact(
      SHELF,
      'readonly',
      (store) => resultOf(store.getAll() as IDBRequest<unknown[]>),
      PATIENCE_MS,
    );
    libraryStore.setState({
      entries: applied(readable(list), pendingChange()),
      trouble: pending.size > 0 ? libraryStore.getState().trouble : null,
    });
  } catch (thrown) {
    const before = libraryStore.getState().entries ?? [];
    libraryStore.setState({ entries: applied(before, pendingChange()), trouble: troubleOf(thrown) });
  }
}
const troubleOf = (thrown: unknown): StoreTrouble => (thrown instanceof StoreError ? thrown.kind : 'broken');

/** Changes what is saved, as `change` makes of what is saved now in any tab. Resolves to what `change` returned. */
export async function changeSaved<C extends Change>(change: (entries: readonly Saved[]) => C): Promise<C> {
  try {
    const { made, entries } = await transact(
      SHELF,
      'readwrite',
      (store) => {
        let out: { readonly made: C; readonly entries: readonly Saved[] } | null = null;
        const all = store.getAll() as IDBRequest<unknown[]>;
        all.onsuccess = () => {
          const before = applied(readable(all.result), pendingChange());
          const made = change(before);
          for (const s of pendingChange().put) store.put(s);
          for (const id of pendingChange().remove) store.delete(id);
          for (const s of made.put) store.put(s);
          for (const id of made.remove) store.delete(id);
          out = { made, entries: applied(before, made) };
        };
        return () => out!;
      },
      PATIENCE_MS,
    );
    pending.clear();
    libraryStore.setState({ entries, trouble: null });
    others?.postMessage('changed');
    return made;
  } catch (thrown) {
    const before = libraryStore.getState().entries ?? [];
    const made = change(before);
    keepPending(made);
    libraryStore.setState({ entries: applied(before, made), trouble: troubleOf(thrown) });
    return made;
  }
}

/** Changes one entry, if it still is there; a change of its words leaves what another tab changed of the rest. */
export const patchSaved = (id: string, patch: Partial<Saved>, now = Date.now()): Promise<Change> =>
  changeSaved((entries) => ({
    put: entries.filter((s) => s.id === id).map((s) => ({ ...s, ...patch, changedAt: now })),
    remove: [],
  }));

/** Why what is saved does not last, and what to do; empty where it does. */
export function troubleText(trouble: StoreTrouble | null): string {
  switch (trouble) {
    case null:
      return '';
    case 'missing':
      return 'This browser keeps no data for the page (a private window, or storage that is blocked): what you save lasts until the page is closed. Export it as a file to keep it.';
    case 'full':
      return 'This browser has no room left for the page: what you change now lasts until the page is closed. Export it as a file, or delete some and save again.';
    case 'silent':
    case 'broken':
      return 'This browser’s storage does not answer: what you change now lasts until the page is closed. Export it as a file to keep it; saving again tries once more.';
    default:
      return trouble satisfies never;
  }
}
