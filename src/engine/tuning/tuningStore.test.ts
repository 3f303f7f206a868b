import { afterEach, describe, expect, test, vi } from 'vitest';
import { adapterKey, clearTuning, loadTuning, readTuning, saveTuning } from './tuningStore.ts';
import type { Tuning } from './types.ts';

const info = {
  vendor: 'acme',
  architecture: 'x1',
  description: '',
  isSoftware: false,
  subgroupMin: 32,
  subgroupMax: 32,
};
const tuning: Tuning = {
  adapter: adapterKey(info),
  appVersion: '1.2.3',
  measuredAt: '2026-01-01',
  choices: { matmul: '2.tiled', softmax: '1.tree' },
  steps: [
    {
      family: 'softmax',
      shapes: ['256×1024'],
      candidates: [
        { version: '1.tree', medianMs: 0.5, because: '' },
        { version: '2.lanes', medianMs: null, because: 'wrong' },
      ],
      chosen: '1.tree',
      table: '3.subgroup',
      done: 1,
      of: 2,
    },
  ],
};
afterEach(() => vi.unstubAllGlobals());

test('another subgroup size is another adapter', () => {
  expect(adapterKey(info)).not.toBe(adapterKey({ ...info, subgroupMin: 16 }));
  expect(adapterKey(info)).not.toBe(adapterKey({ ...info, isSoftware: true }));
});

describe('reading what was kept', () => {
  test('comes back as it went', () =>
    expect(readTuning(structuredClone(tuning), tuning.adapter, '1.2.3')).toEqual(tuning));
  test.each([
    [undefined],
    [null],
    [7],
    ['x'],
    [[]],
    [{}],
    [{ ...tuning, adapter: 'other' }],
    [{ ...tuning, appVersion: '1.2.4' }],
    [{ ...tuning, choices: null }],
  ])('%j is none', (value) => expect(readTuning(value, tuning.adapter, '1.2.3')).toBeNull());
  test('versions and families that do not exist are left out, the rest stays', () => {
    const odd = {
      ...tuning,
      choices: { matmul: '2.tiled', softmax: '9.gone', nosuch: '1.x', __proto__: { a: 1 }, layernorm: 3 },
      steps: [
        ...tuning.steps,
        { ...tuning.steps[0], chosen: '9.gone' },
        5,
        { ...tuning.steps[0], candidates: [{ version: '1.tree', medianMs: NaN, because: '' }] },
      ],
    };
    const read = readTuning(odd, tuning.adapter, '1.2.3')!;
    expect(read.choices).toEqual({ matmul: '2.tiled' });
    expect(read.steps).toHaveLength(2);
    expect(read.steps[1]!.candidates).toEqual([]);
  });
});

const keeps = async () => {
  await saveTuning(tuning);
  expect(await loadTuning(info, '1.2.3')).toEqual(tuning);
  expect(await loadTuning(info, '1.2.4')).toBeNull();
  expect(await loadTuning({ ...info, vendor: 'other' }, '1.2.3')).toBeNull();
  await clearTuning(info, '1.2.3');
  expect(await loadTuning(info, '1.2.3')).toBeNull();
};

test('what a store holds, another tab may take out of it', async () => {
  const kept = new Map<string, unknown>();
  const request = (result: unknown) => ({ result });
  const db = {
    close() {},
    transaction: () => {
      const transaction = {
        oncomplete: () => {},
        objectStore: () => ({
          get: (k: string) => request(kept.get(k)),
          put: (v: unknown, k: string) => request(void kept.set(k, v)),
          delete: (k: string) => request(void kept.delete(k)),
          getAllKeys: () => request([...kept.keys()]),
        }),
      };
      queueMicrotask(() => transaction.oncomplete());
      return transaction;
    },
  };
  vi.stubGlobal('indexedDB', {
    open: () => {
      const opening = { result: db, onsuccess: () => {} };
      queueMicrotask(() => opening.onsuccess());
      return opening;
    },
  });
  await saveTuning(tuning);
  expect(kept.size).toBe(1);
  expect(await loadTuning(info, '1.2.3')).toEqual(tuning);
  kept.clear();
  expect(await loadTuning(info, '1.2.3')).toBeNull();
});

describe('a store that is', () => {
  test('missing: kept in memory', keeps);
  test('one that throws', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new Error('denied');
      },
    });
    await keeps();
  });
  test('one that refuses', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        const request = { error: new Error('full'), onerror: () => {} };
        queueMicrotask(() => request.onerror());
        return request;
      },
    });
    await keeps();
  });
  test('one that never answers', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('indexedDB', { open: () => ({}) });
    let done = false;
    const kept = keeps().then(() => (done = true));
    for (let i = 0; i < 20 && !done; i++) await vi.advanceTimersByTimeAsync(500);
    vi.useRealTimers();
    await kept;
  });
});
