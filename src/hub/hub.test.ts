import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cancelled } from '../core/cancel.ts';
import { MemoryStore } from './chunkStore.ts';
import { ModelError, type ModelFiles } from './files.ts';
import { HubModels } from './hub.ts';
import { commitOf, FakeHub, noise, type Asked, type Fault } from './hubTesting.ts';
import type { HubSource } from './keep.ts';

const CHUNK = 1000;
const WEIGHTS = 4500;
const REPO = 'owner/model';
const weights = noise(WEIGHTS);
const never = new AbortController().signal;
const source = (more: Partial<HubSource> = {}): HubSource => ({
  from: 'hub',
  repo: REPO,
  revision: 'main',
  file: null,
  ...more,
});
let hub: FakeHub;
let store: MemoryStore;
let waits: number[];
const model = {
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
const models = (kept: MemoryStore | null = store, url = hub.url) =>
  new HubModels({
    hub: url,
    openStore: () => Promise.resolve(kept),
    chunkBytes: CHUNK,
    sleep: (ms) => (waits.push(ms), Promise.resolve()),
  });
const readAll = async (files: ModelFiles, step = 700, name = 'model.safetensors'): Promise<Uint8Array> => {
  const size = files.list.find((f) => f.name === name)!.bytes;
  const out = new Uint8Array(size);
  for (let at = 0; at < size; at += step) out.set(await files.read(name, at, Math.min(size, at + step), never), at);
  return out;
};
const load = async (of = models(), s = source(), token: string | null = null) => {
  const files = await of.open(s, token, never);
  try {
    for (const { name } of files.list)
      expect(await readAll(files, 700, name)).toHaveLength(files.list.find((f) => f.name === name)!.bytes);
    expect(await readAll(files)).toEqual(weights);
    await files.settle!(never);
    return { network: files.got.network, store: files.got.store, notices: files.notices ?? [] };
  } finally {
    await files.close();
  }
};
const once = (when: (asked: Asked) => boolean, fault: Fault) => {
  let done = false;
  hub.fault = (asked) => (!done && when(asked) ? ((done = true), fault) : undefined);
};
const weightsFile = (a: Asked) => a.host === 'cdn' && a.path.includes('model.safetensors');
const failure = async (work: Promise<unknown>): Promise<ModelError> => {
  const error = await work.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).hint).not.toBe('');
  return error as ModelError;
};

describe('a model of the hub', () => {
  test('is downloaded once, kept, and read from the store afterwards', async () => {
    const total = WEIGHTS + 14;
    expect(await load()).toMatchObject({ network: total, notices: [] });
    hub.asked.length = 0;
    expect(await load()).toMatchObject({ network: 0, notices: [] });
    expect(hub.ranges()).toEqual([]);
    const { models: list, used } = await models().stored();
    expect(list).toMatchObject([
      { title: `${REPO} (${hub.repos.get(REPO)!.branches.get('main')!.slice(0, 7)})`, bytes: total, complete: true },
    ]);
    expect(list[0]!.usedAt).toBeGreaterThan(Date.now() - 60_000);
    expect(used).toBeGreaterThan(total);
    expect(await models().storedBytes(source())).toBe(total);
    expect(await models().storedBytes(source({ file: 'other.gguf' }))).toBe(0);
  });

  test('leaves weights alone while only its head is read', async () => {
    const files = await models().open(source(), null, never);
    await files.read('model.safetensors', 0, 100, never);
    await files.close();
    expect(hub.ranges().filter((r) => r.startsWith('model'))).toEqual([
      'model.safetensors bytes=0-999',
      'model.safetensors bytes=0-999',
    ]);
    expect((await models().stored()).models).toMatchObject([{ complete: false, bytes: 1000 }]);
  });

  test('reads ahead while it is read in order', async () => {
    const files = await models().open(source(), null, never);
    await files.read('model.safetensors', 1000, 1001, never);
    await expect.poll(() => new Set(hub.ranges()).size).toBe(3);
    expect([...new Set(hub.ranges())].sort()).toEqual(
      [1, 2, 3].map((i) => `model.safetensors bytes=${i * 1000}-${i * 1000 + 999}`),
    );
    await files.close();
  });

  test('any ranges in any order are the file’s bytes', async () => {
    const files = await models().open(source(), null, never);
    for (const [begin, end] of [
      [4400, 4500],
      [0, 4500],
      [999, 1001],
      [1000, 2000],
      [0, 0],
      [2500, 2501],
    ] as const)
      expect(await files.read('model.safetensors', begin, end, never), `${begin} to ${end}`).toEqual(
        weights.slice(begin, end),
      );
    expect((await failure(files.read('model.safetensors', 0, 4501, never))).message).toMatch(
      /ends after 4500 bytes; 4501/,
    );
    await files.settle!(never);
    await files.close();
    expect((await models().stored()).models[0]!.complete).toBe(true);
  });

  test('two readers at once share every byte', async () => {
    const both = models();
    const [a, b] = await Promise.all([both.open(source(), null, never), both.open(source(), null, never)]);
    expect(await Promise.all([readAll(a), readAll(b, 333)])).toEqual([weights, weights]);
    await a.close();
    await a.close();
    expect(await readAll(b)).toEqual(weights);
    await b.settle!(never);
    await b.close();
    expect(new Set(hub.ranges().filter((r) => r.startsWith('model'))).size * 2).toBe(
      hub.ranges().filter((r) => r.startsWith('model')).length,
    );
    expect(await load()).toMatchObject({ network: 0 });
  });

  test('two workers on one store do not disturb each other', async () => {
    await Promise.all([load(models()), load(models())]);
    expect(await load()).toMatchObject({ network: 0 });
  });

  test('a new commit is another model; the old one stays what it was', async () => {
    const old = hub.repos.get(REPO)!.branches.get('main')!;
    await load();
    const changed = noise(WEIGHTS, 2);
    const commit = hub.put(REPO, { ...model, 'model.safetensors': changed });
    const files = await models().open(source(), null, never);
    expect(await readAll(files)).toEqual(changed);
    await files.settle!(never);
    await files.close();
    hub.asked.length = 0;
    expect(await load(models(), source({ revision: old }))).toMatchObject({ network: 0 });
    expect(hub.asked, 'a commit that is kept needs no request').toEqual([]);
    expect((await models().stored()).models.map((m) => m.title).sort()).toEqual(
      [commit, old].map((c) => `${REPO} (${c.slice(0, 7)})`).sort(),
    );
  });

  test('a branch whose name has a slash, and a list of many pages', async () => {
    hub.put(REPO, model, 'refs/pr/1');
    hub.pageSize = 1;
    await load(models(), source({ revision: 'refs/pr/1' }));
    expect(hub.asked[0]!.path).toBe(`/api/models/${REPO}/revision/refs%2Fpr%2F1`);
  });

  test('the token goes to the hub and nowhere else', async () => {
    await load(models(), source(), 'hf_secret');
    expect(hub.asked.filter((a) => a.host === 'hub').every((a) => a.token === 'Bearer hf_secret')).toBe(true);
    const cdn = hub.asked.filter((a) => a.host === 'cdn');
    expect(cdn.length).toBeGreaterThan(4);
    expect(cdn.map((a) => a.token)).toEqual(cdn.map(() => null));
    hub.fault = (a) =>
      a.path.includes('/tree/') ? { text: '[]', link: '<http://127.0.0.2:9/api/next>; rel="next"' } : undefined;
    expect((await failure(models(new MemoryStore()).open(source(), 'hf_secret', never))).message).toMatch(
      /goes on at http:\/\/127\.0\.0\.2:9, which is not the hub/,
    );
  });
});

describe('a download that is cut', () => {
  const cuts = Array.from({ length: 5 }, (_, i) => [i * CHUNK, i * CHUNK + 1, i * CHUNK + 499])
    .flat()
    .filter((c) => c < WEIGHTS);
  test.each(cuts)('after %i bytes: what arrived whole is kept, the rest is fetched later', async (cut) => {
    const chunk = Math.floor(cut / CHUNK);
    // From here on the network is gone, in the middle of a chunk.
    hub.fault = (a) => {
      if (!weightsFile(a)) return undefined;
      const at = Number(/=(\d+)/.exec(a.range!)![1]);
      if (at < chunk * CHUNK) return undefined;
      return { cutAfter: at === chunk * CHUNK ? cut - at : 0 };
    };
    const files = await models().open(source(), null, never);
    expect((await failure(readAll(files))).message).toMatch(/model\.safetensors of owner\/model/);
    await files.close();
    expect(await models().storedBytes(source())).toBe(chunk * CHUNK);
    hub.fault = () => undefined;
    hub.asked.length = 0;
    expect(await load()).toMatchObject({ network: WEIGHTS + 14 - chunk * CHUNK, store: chunk * CHUNK });
    expect(
      hub
        .ranges()
        .filter((r) => r.startsWith('model'))
        .every((r) => Number(/=(\d+)/.exec(r)![1]) >= chunk * CHUNK),
    ).toBe(true);
  });

  test('once: it goes on in the middle of the chunk, by itself', async () => {
    once((a) => weightsFile(a) && a.range === 'bytes=1000-1999', { cutAfter: 400 });
    expect(await load()).toMatchObject({ network: WEIGHTS + 14 });
    expect(hub.ranges()).toContain('model.safetensors bytes=1400-1999');
    expect(waits).toEqual([500]);
  });

  test('four times in a row: an error after waits that grow', async () => {
    hub.fault = (a) => (weightsFile(a) ? { status: 503 } : undefined);
    const files = await models().open(source(), null, never);
    expect((await failure(readAll(files))).message).toMatch(/HTTP 503/);
    expect(waits).toEqual([500, 1500, 4000]);
    hub.fault = () => undefined;
    expect(await readAll(files), 'the next read tries again').toEqual(weights);
    await files.close();
  });

  test('by the reader: the fetch ends, whole chunks stay, another reader is not disturbed', async () => {
    const abort = new AbortController();
    const both = models();
    const mine = await both.open(source(), null, abort.signal);
    const other = await both.open(source(), null, never);
    await mine.read('model.safetensors', 0, 1000, abort.signal);
    let let_go = () => {};
    const asked = new Promise<void>((resolve) => (let_go = resolve));
    hub.fault = (a) => (weightsFile(a) && a.range === 'bytes=1000-1999' ? (let_go(), { hang: true }) : undefined);
    const waiting = mine.read('model.safetensors', 1000, 2000, abort.signal);
    await asked;
    abort.abort();
    await expect(waiting).rejects.toBeInstanceOf(Cancelled);
    await mine.close();
    expect(await other.read('model.safetensors', 2000, 3000, never)).toEqual(weights.slice(2000, 3000));
    const stuck = other.read('model.safetensors', 1000, 2000, never);
    await other.close();
    await expect(stuck, 'the last reader’s leaving ends the fetch').rejects.toBeInstanceOf(Cancelled);
    hub.fault = () => undefined;
    expect((await load()).store).toBeGreaterThanOrEqual(2000);
    await expect(models().open(source(), null, AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled);
  });
});

describe('what is kept', () => {
  const folderName = () => [...store.held.keys()][0]!;
  const key = async () => (await models().stored()).models[0]!.key;
  test.each([
    ['a changed byte', (b: Uint8Array) => b.fill(b[5]! ^ 1, 5, 6)],
    ['a changed hash', (b: Uint8Array) => b.fill(b[1010]! ^ 1, 1010, 1011)],
    ['a missing end', (b: Uint8Array) => b.slice(0, 700)],
    ['nothing left', () => new Uint8Array(0)],
  ])('a chunk with %s is fetched again', async (_, damage) => {
    await load();
    const folder = store.held.get(folderName())!;
    folder.set('2.3', damage(folder.get('2.3')!) as Uint8Array<ArrayBuffer>);
    hub.asked.length = 0;
    expect(await load()).toMatchObject({ network: 1000 });
    expect([...new Set(hub.ranges())]).toEqual(['model.safetensors bytes=3000-3999']);
    expect(await load()).toMatchObject({ network: 0 });
  });

  test('a file that is not what the hub says it is: refused at the end, and not kept', async () => {
    hub.lie = (name) => (name === 'model.safetensors' ? commitOf('other').padEnd(64, '0') : undefined);
    expect((await failure(load())).message).toMatch(/model\.safetensors of owner\/model is damaged: its sha256/);
    expect(await models().storedBytes(source())).toBe(14);
  });

  test('bytes that come anew into a file that was right must be right with it', async () => {
    await load();
    store.held.get(folderName())!.delete('2.1');
    hub.fault = (a) => (weightsFile(a) ? { send: noise(1000, 9) } : undefined);
    const files = await models().open(source(), null, never);
    await readAll(files);
    expect((await failure(files.settle!(never))).message).toMatch(/sha256/);
    await files.close();
    hub.fault = () => undefined;
    await load();
  });

  test('passed over by the reader, but fetched in the end', async () => {
    const files = await models().open(source(), null, never);
    await files.read('model.safetensors', 0, 10, never);
    await files.settle!(never);
    await files.close();
    expect((await models().stored()).models[0]!.complete).toBe(true);
  });

  test('can be deleted, also while it is read', async () => {
    const of = models();
    const files = await of.open(source(), null, never);
    expect(await files.read('model.safetensors', 0, 2500, never)).toEqual(weights.slice(0, 2500));
    await of.forget(await key());
    expect(await readAll(files)).toEqual(weights);
    await files.settle!(never);
    await files.close();
    expect(store.held.size, 'nothing is brought back').toBe(0);
    expect(files.notices).toEqual([]);
    await load(of);
    expect((await of.stored()).models).toMatchObject([{ complete: true }]);
    const again = await of.open(source(), null, never);
    await of.forget(await key());
    const next = await of.open(source(), null, never);
    expect(await readAll(next)).toEqual(weights);
    await next.settle!(never);
    await Promise.all([again.close(), next.close()]);
    expect((await of.stored()).models, 'who opens it after that keeps it anew').toMatchObject([{ complete: true }]);
    await of.forget('unknown');
  });

  test('deleted by another tab: read on, without a word and without leftovers', async () => {
    const files = await models().open(source(), null, never);
    await files.read('model.safetensors', 0, 1500, never);
    await models().forget(await key());
    expect(await readAll(files)).toEqual(weights);
    expect([store.held.size, files.notices]).toEqual([0, []]);
    await files.close();
  });

  test.each([
    ['{', 'not JSON'],
    ['[]', 'a list'],
    ['{"version":1}', 'empty'],
    [
      '{"version":2,"repo":"a/b","commit":"c","file":null,"chunkBytes":1000,"files":[{"name":"x","bytes":1,"sha256":null}]}',
      'of another version',
    ],
    [
      '{"version":1,"repo":"a/b","commit":"c","file":null,"chunkBytes":0,"files":[{"name":"x","bytes":1,"sha256":null}]}',
      'senseless',
    ],
    ['{"version":1,"repo":"a/b","commit":"c","file":null,"chunkBytes":1000,"files":[null]}', 'of holes'],
  ])('a manifest that is %s is listed, mended by a load, and can be deleted', async (text) => {
    await load();
    const name = folderName();
    const folder = store.held.get(name)!;
    expect(await key()).toBe(`hub:${REPO}@${hub.repos.get(REPO)!.branches.get('main')!}`);
    folder.set('manifest.json', new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>);
    folder.set('used', new Uint8Array(3));
    expect((await models().stored()).models).toMatchObject([
      { key: name, complete: false, title: `unreadable entry ${name.slice(0, 8)}` },
    ]);
    expect(await models().storedBytes(source())).toBe(0);
    expect(await load(), 'its chunks are good').toMatchObject({ network: 0 });
    expect((await models().stored()).models).toMatchObject([{ complete: true }]);
    folder.set('manifest.json', new Uint8Array(0));
    await models().forget(name);
    expect((await models().stored()).models).toEqual([]);
  });

  test('a full disk is said before the download, and the model loads without being kept', async () => {
    store.quota = 3000;
    const { notices } = await load();
    expect(notices).toEqual([expect.stringMatching(/not kept on this machine: .* are needed/)]);
    expect(store.held.size).toBe(0);
    expect(await load()).toMatchObject({ network: WEIGHTS + 14 });
  });
  test('a disk that fills up on the way: the model loads, with a notice, and goes on from what is kept', async () => {
    store.quota = 3000;
    store.stated = null;
    expect((await load()).notices).toEqual([expect.stringMatching(/is full/)]);
    expect((await models().stored()).models).toMatchObject([{ complete: false }]);
    store.quota = null;
    const next = await load();
    expect(next.store).toBeGreaterThanOrEqual(1000);
    expect(next.notices).toEqual([]);
    expect(await load()).toMatchObject({ network: 0 });
  });
  test('a store that cannot be written: a notice', async () => {
    store.write = () => Promise.reject(new DOMException('bad disk', 'InvalidStateError'));
    expect((await load()).notices).toEqual([expect.stringMatching(/cannot be kept on this machine \(bad disk\)/)]);
  });
  test('no store at all: the model loads, with a notice; nothing is listed', async () => {
    const none = models(null);
    expect((await load(none)).notices).toEqual([expect.stringMatching(/no disk space/)]);
    expect(await none.stored()).toEqual({ models: [], used: 0, quota: null });
    expect(await none.storedBytes(source())).toBe(0);
    await none.forget('x');
  });
});

describe('without a network', () => {
  test('what is kept opens as it was, and says so', async () => {
    await load();
    const gone = models(store, 'http://127.0.0.1:9');
    const { network, notices } = await load(gone);
    expect([network, notices]).toEqual([
      0,
      [
        expect.stringMatching(
          /The hub was not reached: this is owner\/model@main as it was on \d{4}-\d\d-\d\d \(commit [0-9a-f]{7}\)/,
        ),
      ],
    ]);
    expect((await failure(gone.open(source({ revision: 'other' }), null, never))).message).toMatch(
      /could not be fetched/,
    );
    expect((await failure(gone.open(source({ repo: 'a/b' }), null, never))).hint).toMatch(/work offline/);
  });
  test('the newest of what the branch stood for', async () => {
    await load();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const commit = hub.put(REPO, { ...model, 'config.json': '{"a":2}' });
    await load();
    expect((await load(models(store, 'http://127.0.0.1:9'))).notices[0]).toContain(commit.slice(0, 7));
  });
  test('a hub with a fault is like none; one that refuses is not', async () => {
    await load();
    hub.fault = () => ({ status: 502 });
    expect((await load()).notices[0]).toMatch(/was not reached/);
    hub.fault = () => ({ status: 403, headers: { 'x-error-code': 'GatedRepo' } });
    expect((await failure(models().open(source(), null, never))).message).toMatch(/gated/);
  });
  test('half a model: what is missing is named', async () => {
    const files = await models().open(source(), null, never);
    await files.read('model.safetensors', 0, 10, never);
    await files.close();
    const offline = await models(store, 'http://127.0.0.1:9').open(source(), null, never);
    expect((await failure(readAll(offline))).message).toMatch(
      /model\.safetensors of owner\/model could not be fetched/,
    );
    await offline.close();
  });
});
