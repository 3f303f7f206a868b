// What the tuner found, kept in this browser under the adapter and the app's version. A store that is missing, blocked
// or broken never breaks anything: then it is kept for as long as the worker lives.
import type { DeviceInfo } from '../../gpu/device.ts';
import { isFamily, isVersionOf, type KernelChoices } from '../../core/kernelVersions.ts';
import type { TuneCandidate, TuneStep, Tuning } from './types.ts';

const DATABASE = 'stepscope-tuning';
const STORE = 'tunings';
/** A store that another tab blocks may never answer; a start must not wait for it. */
const PATIENCE_MS = 1500;
const memory = new Map<string, unknown>();

/** Distinguishes the adapters of one machine. */
export function adapterKey({
  vendor,
  architecture,
  description,
  isSoftware,
  subgroupMin,
  subgroupMax,
}: Pick<DeviceInfo, 'vendor' | 'architecture' | 'description' | 'isSoftware' | 'subgroupMin' | 'subgroupMax'>): string {
  return [
    vendor,
    architecture,
    description,
    isSoftware ? 'software' : 'hardware',
    `${subgroupMin}-${subgroupMax}`,
  ].join('|');
}
const keyOf = (adapter: string, appVersion: string) => `${adapter}@${appVersion}`;
type Where = Parameters<typeof adapterKey>[0];

/** What was found for this device under this version of the app; null when nothing was, or none of it can be read. */
export async function loadTuning(info: Where, appVersion: string): Promise<Tuning | null> {
  const adapter = adapterKey(info);
  const key = keyOf(adapter, appVersion);
  const kept = await withStore<unknown>('readonly', (store) => store.get(key)).catch(() => undefined);
  return readTuning(kept ?? memory.get(key), adapter, appVersion);
}

export async function saveTuning(tuning: Tuning): Promise<void> {
  const key = keyOf(tuning.adapter, tuning.appVersion);
  const kept = await withStore('readwrite', (store) => {
    // Results of an older version of the app are deleted.
    const keys = store.getAllKeys();
    keys.onsuccess = () => {
      for (const old of keys.result)
        if (typeof old === 'string' && old !== key && old.startsWith(`${tuning.adapter}@`)) store.delete(old);
    };
    return store.put(tuning, key);
  }).then(
    () => true,
    () => false,
  );
  // Only what no store took: else a reset in another tab would not be seen here.
  if (kept) memory.delete(key);
  else memory.set(key, tuning);
}

export async function clearTuning(info: Where, appVersion: string): Promise<void> {
  const key = keyOf(adapterKey(info), appVersion);
  memory.delete(key);
  await withStore('readwrite', (store) => store.delete(key)).catch(() => undefined);
}

const isObject = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === 'object' && v !== null;
const texts = (v: unknown): string[] => (Array.isArray(v) ? v.filter((t): t is string => typeof t === 'string') : []);

/** Parses an unknown value as a tuning of this adapter and version, keeping only versions that exist; else null. */
export function readTuning(value: unknown, adapter: string, appVersion: string): Tuning | null {
  if (
    !isObject(value) ||
    value.adapter !== adapter ||
    value.appVersion !== appVersion ||
    typeof value.measuredAt !== 'string' ||
    !isObject(value.choices)
  )
    return null;
  const choices = Object.fromEntries(
    Object.entries(value.choices).filter(
      ([family, version]) => isFamily(family) && typeof version === 'string' && isVersionOf(family, version),
    ),
  ) as KernelChoices;
  return {
    adapter,
    appVersion,
    measuredAt: value.measuredAt,
    choices,
    steps: Array.isArray(value.steps) ? value.steps.flatMap(readStep) : [],
  };
}

function readStep(value: unknown): TuneStep[] {
  if (!isObject(value)) return [];
  const { family, chosen, table, done, of } = value;
  if (
    typeof family !== 'string' ||
    !isFamily(family) ||
    typeof chosen !== 'string' ||
    !isVersionOf(family, chosen) ||
    typeof table !== 'string' ||
    !Number.isInteger(done) ||
    !Number.isInteger(of)
  )
    return [];
  const candidates = (Array.isArray(value.candidates) ? value.candidates : []).flatMap((c: unknown): TuneCandidate[] =>
    isObject(c) &&
    typeof c.version === 'string' &&
    typeof c.because === 'string' &&
    (c.medianMs === null || (typeof c.medianMs === 'number' && c.medianMs >= 0))
      ? [{ version: c.version, medianMs: c.medianMs, because: c.because }]
      : [],
  );
  return [{ family, shapes: texts(value.shapes), candidates, chosen, table, done: done as number, of: of as number }];
}

/** One request in one transaction; rejects when there is no store, when it refuses, and when it does not answer. */
function withStore<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const factory = (globalThis as { indexedDB?: IDBFactory }).indexedDB;
  if (!factory) return Promise.reject(new Error('no store here'));
  return new Promise<T>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the store did not answer')), PATIENCE_MS);
    const fail = (error: unknown) => {
      clearTimeout(late);
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    try {
      const opening = factory.open(DATABASE, 1);
      opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE);
      opening.onerror = () => fail(opening.error);
      opening.onsuccess = () => {
        const db = opening.result;
        try {
          const transaction = db.transaction(STORE, mode);
          const request = ask(transaction.objectStore(STORE));
          transaction.oncomplete = () => {
            clearTimeout(late);
            resolve(request.result as T);
          };
          transaction.onerror = transaction.onabort = () => fail(transaction.error);
        } catch (error) {
          fail(error);
        } finally {
          db.close(); // after the transaction has ended
        }
      };
    } catch (error) {
      fail(error);
    }
  });
}
