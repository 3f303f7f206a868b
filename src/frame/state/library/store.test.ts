import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { saved } from '../../config/library/testing.ts';
import type { Saved } from '../../config/library/types.ts';

/** As much of IndexedDB as the store asks for: one store of entries by id, in which a transaction is all or nothing. */
function fakeStore() {
  const kept = new Map<string, Saved>();
  const state = { full: false };
  const open = () => {
    const opening = { onsuccess: () => {}, result: {} as object };
    const database = {
      close() {},
      transaction() {
        const transaction = {
          oncomplete: () => {},
          onabort: () => {},
          error: null as unknown,
          objectStore: () => store,
        };
        const written = new Map<string, Saved | null>();
        const store = {
          getAll() {
            const request = { result: [...kept.values()], onsuccess: null as (() => void) | null };
            queueMicrotask(() => request.onsuccess?.());
            return request;
          },
          put: (one: Saved) => void written.set(one.id, one),
          delete: (id: string) => void written.set(id, null),
        };
        setTimeout(() => {
          if (state.full && [...written.values()].some((s) => s !== null)) {
            transaction.error = new DOMException('no room', 'QuotaExceededError');
            return transaction.onabort();
          }
          for (const [id, one] of written)
            if (one) kept.set(id, one);
            else kept.delete(id);
          transaction.oncomplete();
        }, 1);
        return transaction;
      },
    };
    opening.result = database;
    queueMicrotask(() => opening.onsuccess());
    return opening;
  };
  return { kept, state, factory: { open } };
}

const ids = (list: readonly Saved[] | null) => (list ?? []).map((s) => s.id).sort();
const put = (one: Saved) => () => ({ put: [one], remove: [] });

beforeAll(() => {
  vi.stubGlobal('location', { hash: '' });
  vi.stubGlobal('window', { addEventListener: () => {} });
});
beforeEach(() => vi.resetModules());
afterEach(() => void vi.stubGlobal('indexedDB', undefined));

/** A tab: the module has its own memory in each. */
async function tab() {
  const labs = await import('../labStore.ts');
  labs.openLabs([
    {
      id: 'diffusion',
      title: 'Diffusion',
      help: '',
      load: () => new Promise(() => {}),
      keys: async () => ({ shortcuts: [] }),
    },
  ]);
  const module = await import('./store.ts');
  vi.resetModules();
  return module;
}

describe('saved experiments', () => {
  test('of two tabs that both save are both kept, and both are seen', async () => {
    const { kept, factory } = fakeStore();
    vi.stubGlobal('indexedDB', factory);
    const [one, two] = [await tab(), await tab()];
    await Promise.all([one.readSaved(), two.readSaved()]);
    await Promise.all([one.changeSaved(put(saved('a'))), two.changeSaved(put(saved('b')))]);
    expect([...kept.keys()].sort()).toEqual(['a', 'b']);
    await one.readSaved();
    expect(ids(one.libraryStore.getState().entries)).toEqual(['a', 'b']);
    // What one renames the other deletes: it stays deleted.
    await two.changeSaved(() => ({ put: [], remove: ['a'] }));
    await one.patchSaved('a', { name: 'Renamed' });
    expect([...kept.keys()]).toEqual(['b']);
  });

  test('a change of words leaves what another tab changed of the rest', async () => {
    const { kept, factory } = fakeStore();
    vi.stubGlobal('indexedDB', factory);
    const [one, two] = [await tab(), await tab()];
    await one.changeSaved(put(saved('a')));
    await two.changeSaved(put(saved('a', { note: 'from the other tab' })));
    await one.patchSaved('a', { name: 'Renamed' }, 77);
    expect(kept.get('a')).toMatchObject({ name: 'Renamed', note: 'from the other tab', changedAt: 77 });
  });

  test('without a store last as long as the page, and that is said', async () => {
    const { changeSaved, libraryStore, readSaved, troubleText } = await tab();
    await readSaved();
    await changeSaved(put(saved('a')));
    await changeSaved(put(saved('b')));
    await changeSaved(() => ({ put: [], remove: ['a'] }));
    expect(ids(libraryStore.getState().entries)).toEqual(['b']);
    expect(libraryStore.getState().trouble).toBe('missing');
    expect(troubleText('missing')).toMatch(/until the page is closed.*Export/);
    await readSaved();
    expect(ids(libraryStore.getState().entries)).toEqual(['b']);
  });

  test('for which there is no room stay here, and are stored when there is', async () => {
    const { kept, state, factory } = fakeStore();
    vi.stubGlobal('indexedDB', factory);
    const { changeSaved, libraryStore, readSaved } = await tab();
    await changeSaved(put(saved('a')));
    state.full = true;
    await changeSaved(put(saved('b')));
    expect(libraryStore.getState().trouble).toBe('full');
    await readSaved();
    expect(ids(libraryStore.getState().entries)).toEqual(['a', 'b']);
    expect(libraryStore.getState().trouble).toBe('full');
    expect([...kept.keys()]).toEqual(['a']);
    state.full = false;
    await changeSaved(() => ({ put: [], remove: ['a'] }));
    expect([...kept.keys()]).toEqual(['b']);
    expect(libraryStore.getState()).toMatchObject({ trouble: null });
    expect(ids(libraryStore.getState().entries)).toEqual(['b']);
  });

  test('that another version left in a form of its own are not touched', async () => {
    const { kept, factory } = fakeStore();
    vi.stubGlobal('indexedDB', factory);
    kept.set('odd', { id: 'odd', from: 'the future' } as never);
    const { changeSaved, libraryStore } = await tab();
    await changeSaved(put(saved('a')));
    expect(ids(libraryStore.getState().entries)).toEqual(['a']);
    expect([...kept.keys()]).toEqual(['odd', 'a']);
  });
});
