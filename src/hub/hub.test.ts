import { describe, expect, test } from 'vitest';
import { MemoryStore } from './chunkStore.ts';
import {
  failure,
  hub,
  load,
  model,
  models,
  never,
  readAll,
  REPO,
  source,
  store,
  weights,
  WEIGHTS,
} from './hubSetup.ts';
import { noise } from './hubTesting.ts';

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
    await files.verify!(never);
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
    await b.verify!(never);
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
    await files.verify!(never);
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
