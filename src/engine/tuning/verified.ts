// What verification has found of each sampler on this device: kept in this browser beside the tuning, under the adapter and
// the app's version. Nothing that is missing or broken there breaks anything.
import type { DeviceInfo } from '../../gpu/device.ts';
import { resultOf, transact } from '../../hub/indexed.ts';
import { samplers } from '../../samplers/diffusion/index.ts';
import { adapterName } from '../report.ts';
import { appVersion } from './tuned.ts';
import { adapterKey, SHELF } from './tuningStore.ts';

/** Of one sampler. */
export interface SamplerVerdict {
  readonly pass: boolean;
  /** Cases that were run. */
  readonly cases: number;
  /** The largest difference between this device’s numbers and float64, and what is allowed; null where it got to none. */
  readonly error: number | null;
  readonly allowed: number | null;
  /** What the first case that failed found; empty when none did. */
  readonly fault: string;
  /** When, as ISO 8601 has it. */
  readonly at: string;
}
export interface Verified {
  readonly adapter: string;
  /** What the reader calls the adapter. */
  readonly name: string;
  readonly appVersion: string;
  readonly samplers: Readonly<Record<string, SamplerVerdict>>;
}
/** What a verdict is made of: the suite’s cases. */
export interface CaseOfSampler {
  readonly name: string;
  readonly pass: boolean;
  readonly detail: string;
  readonly sampler?: string;
  readonly error?: number;
  readonly allowed?: number;
}

/** One that ran no plan on the device is not verified by passing; by failing it is refuted. */
export function verdictsOf(cases: readonly CaseOfSampler[], at: string): Readonly<Record<string, SamplerVerdict>> {
  const ids = new Set(cases.flatMap((c) => (c.sampler === undefined ? [] : [c.sampler])));
  return Object.fromEntries(
    [...ids].flatMap((id): [string, SamplerVerdict][] => {
      const own = cases.filter((c) => c.sampler === id);
      const compared = own.filter((c) => c.error !== undefined);
      const failed = own.find((c) => !c.pass);
      if (!failed && compared.length === 0) return [];
      const worst = Math.max(...compared.map((c) => (Number.isNaN(c.error) ? Infinity : c.error!)));
      // What is no number is told by the fault.
      const error = Number.isFinite(worst) ? worst : null;
      const allowed = compared[0]?.allowed ?? null;
      const fault = failed ? `${failed.name}: ${failed.detail}` : '';
      return [[id, { pass: !failed, cases: own.length, error, allowed, fault, at }]];
    }),
  );
}

const isObject = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === 'object' && v !== null;
const isNumber = (v: unknown): v is number | null => v === null || (typeof v === 'number' && Number.isFinite(v));

function readVerdict(v: unknown): SamplerVerdict | null {
  if (!isObject(v)) return null;
  const { pass, cases, error, allowed, fault, at } = v;
  const whole =
    typeof pass === 'boolean' &&
    Number.isInteger(cases) &&
    isNumber(error) &&
    isNumber(allowed) &&
    typeof fault === 'string' &&
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at));
  return whole ? { pass, cases: cases as number, error, allowed, fault, at } : null;
}

/** Parses an unknown value, keeping what is whole and of a sampler that exists. */
export function readVerified(value: unknown, adapter: string, name: string): Verified {
  const kept =
    isObject(value) && value.adapter === adapter && value.appVersion === appVersion && isObject(value.samplers);
  const found = kept
    ? Object.entries(value.samplers as object).flatMap(([id, v]): [string, SamplerVerdict][] => {
        const verdict = Object.hasOwn(samplers, id) ? readVerdict(v) : null;
        return verdict ? [[id, verdict]] : [];
      })
    : [];
  return { adapter, name, appVersion, samplers: Object.fromEntries(found) };
}

type Where = Parameters<typeof adapterKey>[0];
const PREFIX = 'samplers of ';
const keyOf = (adapter: string) => `${PREFIX}${adapter}@${appVersion}`;
/** What no store took, for as long as the worker lives. */
const memory = new Map<string, unknown>();

export async function loadVerified(info: Where): Promise<Verified> {
  const adapter = adapterKey(info);
  const key = keyOf(adapter);
  const kept = await transact<unknown>(SHELF, 'readonly', (store) => resultOf(store.get(key))).catch(() => undefined);
  return readVerified(kept ?? memory.get(key), adapter, adapterName(info));
}

/** Adds verdicts to those that are kept; gives all of them. */
export async function addVerdicts(
  info: Pick<DeviceInfo, keyof Where>,
  verdicts: Readonly<Record<string, SamplerVerdict>>,
): Promise<Verified> {
  const before = await loadVerified(info);
  const all: Verified = { ...before, samplers: { ...before.samplers, ...verdicts } };
  const key = keyOf(before.adapter);
  const kept = await transact(SHELF, 'readwrite', (store) => {
    // Those of an older version of the app are deleted.
    const keys = store.getAllKeys();
    keys.onsuccess = () => {
      for (const old of keys.result)
        if (typeof old === 'string' && old !== key && old.startsWith(`${PREFIX}${before.adapter}@`)) store.delete(old);
    };
    return resultOf(store.put(all, key));
  }).then(
    () => true,
    () => false,
  );
  if (kept) memory.delete(key);
  else memory.set(key, all);
  return all;
}
