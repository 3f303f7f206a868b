// What the tuner found, kept in this browser under the adapter and the app's version. A store that is missing, blocked
// or broken never breaks anything: then it is kept for as long as the worker lives.
import type { DeviceInfo } from '../../gpu/device.ts';
import { isFamily, isVersionOf, type KernelChoices } from '../../core/kernelVersions.ts';
import { resultOf, transact } from '../../hub/indexed.ts';
import type { TuneCandidate, TuneStep, Tuning } from './types.ts';

export const SHELF = { database: 'stepscope-tuning', store: 'tunings' } as const;
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
  const kept = await transact<unknown>(SHELF, 'readonly', (store) => resultOf(store.get(key))).catch(() => undefined);
  return readTuning(kept ?? memory.get(key), adapter, appVersion);
}

export async function saveTuning(tuning: Tuning): Promise<void> {
  const key = keyOf(tuning.adapter, tuning.appVersion);
  const kept = await transact(SHELF, 'readwrite', (store) => {
    // Results of an older version of the app are deleted.
    const keys = store.getAllKeys();
    keys.onsuccess = () => {
      for (const old of keys.result)
        if (typeof old === 'string' && old !== key && old.startsWith(`${tuning.adapter}@`)) store.delete(old);
    };
    return resultOf(store.put(tuning, key));
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
  await transact(SHELF, 'readwrite', (store) => resultOf(store.delete(key))).catch(() => undefined);
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
