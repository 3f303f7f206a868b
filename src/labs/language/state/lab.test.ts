// The language lab's stores against a worker that is made up: running, stopping, loading, looking, branching.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { newContender, newLink } from '../config/contenderText.ts';
import { defaultLanguage } from '../config/defaults.ts';
import type { LanguageExperiment } from '../config/experiment.ts';
import { formatSource } from '../../../hub/source.ts';
import { connection } from './connection.ts';
import { tokensCsv, writtenTexts } from './download.ts';
import {
  addContender,
  addStage,
  editLanguage,
  languageStore,
  load,
  moveContender,
  moveStage,
  moved,
  onModel,
  removeBranch,
  removeContender,
  setAlgorithm,
  setModel,
  undo,
} from './experimentStore.ts';
import { createFakeClient, type FakeOptions } from './fakeClient.ts';
import { followRuns, goOnWith, inspect, inspectorStore, step } from './inspector.ts';
import { agree, forgetLoaded, look, modelStore, putAway, ready } from './model.ts';
import { languageNotices } from './notices.ts';
import { cancelRun, run } from './runner.ts';
import { languageRun, shareWritten } from './runStore.ts';
import { checkSamplers, conformanceStore, languageSweep, sweep } from './sweep.ts';
import { textKey } from './texts.ts';
import { languageView } from './viewStore.ts';

vi.stubGlobal('document', { hidden: true });
const hub = { from: 'hub', repo: 'a/b', revision: 'main', file: null } as const;
const small: LanguageExperiment = {
  ...defaultLanguage(),
  maxTokens: 24,
  contenders: [newContender('sampling'), newContender('greedy')],
};
const start = (options: FakeOptions = {}, experiment = small, fingerprint: string | null = null) => {
  const client = createFakeClient(options);
  connection.put(client);
  forgetLoaded();
  putAway();
  load(experiment, fingerprint);
  languageRun.setState({ ...languageRun.getInitialState() });
  languageNotices.setState({ notices: [] });
  return client;
};
const lengths = () => Object.values(languageRun.getState().texts).map((t) => t.tokens.length);
const kinds = (client: ReturnType<typeof createFakeClient>) => client.asked.map((a) => a.kind);
beforeEach(() => languageView.setState({ ...languageView.getInitialState() }));

describe('a run', () => {
  test('loads the model once, writes every text, and can be replayed from its record', async () => {
    const client = start();
    expect(await run()).toBe(true);
    expect(lengths()).toEqual([24, 24]);
    const { fingerprint, costs, prompt, phase } = languageRun.getState();
    expect([phase, Object.keys(costs), (prompt?.length ?? 0) > 2]).toEqual(['done', ['0', '1'], true]);
    await run();
    expect(kinds(client)).toEqual(['load', 'run', 'run']);
    load(small, fingerprint);
    await run();
    expect(languageRun.getState().reproduction).toEqual({ verdict: 'reproduced', tokens: 48 });
    load({ ...small, seed: 9 }, fingerprint);
    await run();
    expect(languageRun.getState().reproduction).toMatchObject({ verdict: 'diverged' });
  });

  test('that is stopped keeps what it wrote, and nothing comes after', async () => {
    start({ pace: 2 }, { ...small, maxTokens: 4000 });
    const going = run();
    await vi.waitFor(() => expect(lengths().length).toBe(2));
    cancelRun();
    expect(await going).toBe(false);
    const kept = lengths();
    expect(kept[0]).toBeGreaterThan(0);
    expect(kept[0]).toBeLessThan(4000);
    await new Promise((r) => setTimeout(r, 350));
    expect(lengths()).toEqual(kept);
    expect(languageRun.getState().phase).toBe('cancelled');
  });

  test('the newest wins', async () => {
    start({ pace: 1 }, { ...small, maxTokens: 200 });
    const first = run();
    editLanguage({ maxTokens: 12, seed: 3 });
    expect(await Promise.all([first, run()])).toEqual([false, true]);
    expect(lengths()).toEqual([12, 12]);
    expect(languageRun.getState().experiment?.seed).toBe(3);
  });

  test('that fails says why and keeps the experiment', async () => {
    start({ fail: { run: 'The GPU ran out of memory.' } });
    expect(await run()).toBe(false);
    expect(languageRun.getState().phase).toBe('failed');
    expect(languageNotices.getState().notices[0]).toMatchObject({
      kind: 'run',
      tone: 'error',
      title: 'The GPU ran out of memory.',
    });
    expect(languageStore.getState().experiment).toBe(small);
  });

  test('tells how far it is', async () => {
    start();
    expect(shareWritten(languageRun.getState())).toBe(0);
    await run();
    expect(shareWritten(languageRun.getState())).toBe(1);
  });
});

describe('a model', () => {
  test('from the hub is not downloaded before the reader has seen what it takes', async () => {
    const client = start();
    await run();
    setModel(hub);
    expect(await run()).toBe(false);
    expect(modelStore.getState()).toMatchObject({ phase: 'offered', offer: { source: hub } });
    expect(kinds(client).filter((k) => k === 'load')).toHaveLength(1);
    agree(hub);
    await vi.waitFor(() => expect(modelStore.getState().loaded?.source).toEqual(hub));
    expect(await run()).toBe(true);
  });

  test('that cannot be loaded leaves the one before in use', async () => {
    start();
    await run();
    connection.put(createFakeClient({ fail: { load: 'config.json is 40 MB of nested lists.' } }));
    setModel({ from: 'bundled', id: 'countdown' });
    expect(await ready()).toBe(false);
    expect(languageStore.getState().experiment.model).toEqual(small.model);
    expect(modelStore.getState().loaded?.title).toBe('sotu');
    expect(languageNotices.getState().notices[0]!.hint).toContain('sotu is still in use');
    expect(languageNotices.getState().notices[0]!.actions).toContain('loadAgain');
  });

  test('that cannot be found is refused in words', async () => {
    start({ fail: { fit: 'There is no repository a/b.' } });
    expect(await look(hub)).toBe(false);
    expect(modelStore.getState().refused?.message).toBe('There is no repository a/b.');
    start({ fail: { fit: 'the file does not start with "GGUF"' } });
    await look({ from: 'file', name: 'a.gguf' });
    expect(modelStore.getState().refused?.message).toBe('a.gguf: the file does not start with "GGUF".');
  });

  test('a link to a file on another disk asks for it', async () => {
    start({}, { ...small, model: { from: 'file', name: 'mine.gguf' } });
    expect(await ready()).toBe(false);
    expect(languageNotices.getState().notices[0]!.title).toContain('mine.gguf');
  });

  test('brings its own defaults, and leaves what the reader chose', () => {
    const e = onModel({ ...defaultLanguage(), maxTokens: 200 }, { from: 'bundled', id: 'countdown' });
    expect([e.samples, e.maxTokens, e.prompt]).toEqual([
      8,
      200,
      defaultLanguage({ from: 'bundled', id: 'countdown' }).prompt,
    ]);
    expect(onModel({ ...small, prompt: 'Mine' }, hub)).toMatchObject({ prompt: 'Mine', contenders: small.contenders });
    expect(formatSource(e.model)).toBe('countdown');
  });
});

describe('a token', () => {
  test('is explained with everything before it, and left for another one as a branch', async () => {
    const client = start();
    await run();
    await inspect({ slot: 0, sample: 0, path: '', at: 5 });
    const asked = client.asked.at(-1)!.body as { before: number[]; token: number; place: object };
    const tokens = languageRun.getState().texts[textKey(0, 0)]!.tokens;
    expect(asked.before).toEqual(tokens.slice(0, 5).map((t) => t.id));
    expect(asked.place).toEqual({ contender: 0, sample: 0, branch: -1, at: 5 });
    expect(inspectorStore.getState().phase).toBe('shown');
    goOnWith(7);
    expect(languageStore.getState().experiment.branches).toEqual([
      { contender: 0, sample: 0, parent: -1, at: 5, token: 7 },
    ]);
    expect(languageView.getState().branch).toEqual({ 0: '5:7' });
    await run();
    await inspect({ slot: 0, sample: 0, path: '5:7', at: 9 });
    goOnWith(8);
    await inspect({ slot: 0, sample: 0, path: '5:7', at: 3 });
    goOnWith(9);
    expect(languageStore.getState().experiment.branches.map((b) => [b.parent, b.at])).toEqual([
      [-1, 5],
      [0, 9],
      [-1, 3],
    ]);
    step(-1);
    expect(languageView.getState().place?.at).toBe(2);
  });

  test('the explanation of a token stays over a run that leaves it as it was, is asked for again when a run cut it off, and goes with its branch', async () => {
    const client = start({}, { ...small, branches: [{ contender: 0, sample: 0, parent: -1, at: 5, token: 7 }] });
    const inspections = () => kinds(client).filter((k) => k === 'inspect').length;
    followRuns();
    await run();
    await inspect({ slot: 0, sample: 0, path: '5:7', at: 9 });
    await run();
    expect([inspections(), inspectorStore.getState().phase]).toEqual([1, 'shown']);
    const asking = inspect({ slot: 0, sample: 0, path: '5:7', at: 8 });
    client.asked.at(-1)!.cancel();
    await asking;
    await run();
    await vi.waitFor(() => expect(inspectorStore.getState().phase).toBe('shown'));
    expect(inspections()).toBe(3);
    removeBranch(0);
    expect([languageView.getState().place, inspectorStore.getState().phase]).toEqual([null, 'none']);
  });

  test('an edit takes the branches of what it changes along', async () => {
    const branches = [
      { contender: 0, sample: 0, parent: -1, at: 2, token: 1 },
      { contender: 1, sample: 0, parent: -1, at: 2, token: 1 },
    ];
    start({}, { ...small, branches });
    setAlgorithm(0, 'greedy');
    expect(languageStore.getState().experiment.branches.map((b) => b.contender)).toEqual([1]);
    undo();
    moveContender(0, 1);
    expect(languageStore.getState()).toMatchObject({ slots: [1, 0], experiment: { baseline: 1 } });
    expect(languageStore.getState().experiment.branches.map((b) => b.contender)).toEqual([1, 0]);
    removeContender(1);
    expect(languageStore.getState().experiment.branches.map((b) => b.contender)).toEqual([0]);
    editLanguage({ maxTokens: 2 });
    expect(languageStore.getState().experiment.branches).toEqual([]);
    undo();
    editLanguage({ prompt: 'Else' });
    expect(languageStore.getState().experiment.branches).toEqual([]);
  });
});

test('stages are added, moved and dropped', () => {
  start(
    {},
    {
      ...small,
      contenders: [newContender('sampling', [newLink('temperature'), newLink('top_k')]), newContender('greedy')],
    },
  );
  const stages = () =>
    languageStore
      .getState()
      .experiment.contenders[0]!.chain.map((l) => l.stage)
      .join();
  addStage(0, 'min_p');
  moveStage(0, 2, 0);
  expect(stages()).toBe('min_p,temperature,top_k');
  moveStage(0, 0, 9);
  expect(stages()).toBe('min_p,temperature,top_k');
  setAlgorithm(0, 'greedy');
  expect(stages()).toBe('');
  expect([0, 1, 2].map((to) => moved('abc'.split(''), 0, to).join(''))).toEqual(['abc', 'bac', 'bca']);
  addContender(newContender('greedy'), 0);
  expect(languageStore.getState().slots).toEqual([0, 2, 1]);
});

test('sweeps and checks stream in, by contender colour', async () => {
  start();
  languageStore.setState({ slots: [4, 2] });
  await sweep();
  expect(languageSweep.getState()).toMatchObject({ phase: 'done', stale: false, fraction: 1 });
  expect(new Set(languageSweep.getState().points.map((p) => p.slot))).toEqual(new Set([4, 2]));
  await checkSamplers();
  expect(conformanceStore.getState()).toMatchObject({ phase: 'done', of: 24 });
  expect(conformanceStore.getState().results.filter((r) => !r.passed)).toHaveLength(1);
});

test('an export holds every token of every text, quoted where it must be', async () => {
  start({}, { ...small, branches: [{ contender: 0, sample: 0, parent: -1, at: 4, token: 40 }] });
  await run();
  const texts = writtenTexts(languageRun.getState());
  const lines = tokensCsv(texts).trimEnd().split('\r\n');
  expect(texts.map((t) => [t.contender, t.branch, t.tokens.length])).toEqual([
    [0, -1, 24],
    [1, -1, 24],
    [0, 0, 24],
  ]);
  expect(lines).toHaveLength(1 + 3 * 24);
  expect(lines.filter((l) => l.includes(',"'))).not.toHaveLength(0);
  expect(texts[2]!.tokens[4]!.record.by).toBe('reader');
  // As on the page: the first place is 1, the likeliest token has rank 1.
  const [c, s, , place] = lines[1]!.split(',');
  const ranks = lines.slice(1, 25).map((l) => Number(l.split(',').at(-4)));
  expect([c, s, place]).toEqual(['1', '1', '1']);
  expect(ranks).toEqual(texts[0]!.tokens.map((t) => t.record.rank + 1));
});
