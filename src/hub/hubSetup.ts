// Only tests import this: a hub with one model, made anew for each test, and what tests of it do.
import { afterEach, beforeEach, expect } from 'vitest';
import { MemoryStore } from './chunkStore.ts';
import { ModelError, type ModelFiles } from './files.ts';
import { HubModels } from './hub.ts';
import { FakeHub, noise, type Asked, type Fault } from './hubTesting.ts';
import type { HubSource } from './keep.ts';

export const CHUNK = 1000;
export const WEIGHTS = 4500;
export const REPO = 'owner/model';
export const weights = noise(WEIGHTS);
export const never = new AbortController().signal;
export const source = (more: Partial<HubSource> = {}): HubSource => ({
  from: 'hub',
  repo: REPO,
  revision: 'main',
  file: null,
  ...more,
});
export let hub: FakeHub;
export let store: MemoryStore;
export let waits: number[];
export const model = {
  'config.json': '{"a":1}',
  'tokenizer.json': '{"t":1}',
  'model.safetensors': weights,
  'README.md': 'text',
};

beforeEach(async () => {
  hub = await new FakeHub().listen();
  store = new MemoryStore();
  waits = [];
  hub.put(REPO, model);
});
afterEach(() => hub.close());

/** As after a reload: nothing is left but the store. */
export const models = (kept: MemoryStore | null = store, url = hub.url) =>
  new HubModels({
    hub: url,
    openStore: () => Promise.resolve(kept),
    chunkBytes: CHUNK,
    sleep: (ms) => (waits.push(ms), Promise.resolve()),
  });
export const readAll = async (files: ModelFiles, step = 700, name = 'model.safetensors'): Promise<Uint8Array> => {
  const size = files.list.find((f) => f.name === name)!.bytes;
  const out = new Uint8Array(size);
  for (let at = 0; at < size; at += step) out.set(await files.read(name, at, Math.min(size, at + step), never), at);
  return out;
};
export const load = async (of = models(), s = source(), token: string | null = null) => {
  const files = await of.open(s, token, never);
  try {
    for (const { name } of files.list)
      expect(await readAll(files, 700, name)).toHaveLength(files.list.find((f) => f.name === name)!.bytes);
    expect(await readAll(files)).toEqual(weights);
    await files.verify!(never);
    return { network: files.got.network, store: files.got.store, notices: files.notices ?? [] };
  } finally {
    await files.close();
  }
};
export const once = (when: (asked: Asked) => boolean, fault: Fault) => {
  let done = false;
  hub.fault = (asked) => (!done && when(asked) ? ((done = true), fault) : undefined);
};
export const weightsFile = (a: Asked) => a.host === 'cdn' && a.path.includes('model.safetensors');
export const failure = async (work: Promise<unknown>): Promise<ModelError> => {
  const error = await work.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).hint).not.toBe('');
  return error as ModelError;
};
