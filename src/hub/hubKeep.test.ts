import { describe, expect, test } from 'vitest';
import {
  failure,
  hub,
  load,
  models,
  never,
  readAll,
  REPO,
  source,
  store,
  weights,
  WEIGHTS,
  weightsFile,
} from './hubSetup.ts';
import { commitOf, noise } from './hubTesting.ts';

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
    expect((await failure(files.verify!(never))).message).toMatch(/sha256/);
    await files.close();
    hub.fault = () => undefined;
    await load();
  });

  test('passed over by the reader, but fetched in the end', async () => {
    const files = await models().open(source(), null, never);
    await files.read('model.safetensors', 0, 10, never);
    await files.verify!(never);
    await files.close();
    expect((await models().stored()).models[0]!.complete).toBe(true);
  });

  test('can be deleted, also while it is read', async () => {
    const of = models();
    const files = await of.open(source(), null, never);
    expect(await files.read('model.safetensors', 0, 2500, never)).toEqual(weights.slice(0, 2500));
    await of.forget(await key());
    expect(await readAll(files)).toEqual(weights);
    await files.verify!(never);
    await files.close();
    expect(store.held.size, 'nothing is brought back').toBe(0);
    expect(files.notices).toEqual([]);
    await load(of);
    expect((await of.stored()).models).toMatchObject([{ complete: true }]);
    const again = await of.open(source(), null, never);
    await of.forget(await key());
    const next = await of.open(source(), null, never);
    expect(await readAll(next)).toEqual(weights);
    await next.verify!(never);
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
