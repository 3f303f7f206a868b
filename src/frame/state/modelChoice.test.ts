// A choice of a model over a worker of paper: what is asked when, what the reader is told, what wins.
import { expect, test, vi } from 'vitest';
import type { FitReport, LoadedModel, LoadProgress, ModelRequests } from '../../engine/modelRequests.ts';
import type { Client } from '../../engine/worker/client.ts';
import type { ModelSource } from '../../hub/source.ts';
import type { GivenFile } from '../../hub/types.ts';
import { MOST_FILES } from './givenFiles.ts';
import { createModelChoice, modelKey } from './modelChoice.ts';
import { createNotices } from './notices.ts';
import { paperConnection, settled } from './testing.ts';

vi.stubGlobal('document', { hidden: true });
type Id = 'small' | 'large';
type Format = 'auto' | 'f16';
type Source = ModelSource<Id>;
const small: Source = { from: 'bundled', id: 'small' };
const large: Source = { from: 'bundled', id: 'large' };
const hub: Source = { from: 'hub', repo: 'a/b', revision: 'main', file: null };
const report = { title: 'a/b', downloadBytes: 100, storedBytes: 0, freeBytes: null, formats: [] };
const file = (path: string): GivenFile => ({ path, file: new File(['x'], path.split('/').at(-1)!) });

function start(source: Source = small, format: Format = 'auto') {
  const { connection, calls } = paperConnection();
  const notices = createNotices<'loadAgain' | 'defaultModel' | 'own'>();
  const wish: { source: Source; format: Format } = { source, format };
  const loadedNames: string[] = [];
  const choice = createModelChoice<Id, Format, LoadedModel<Id>, FitReport, LoadProgress>({
    connection: connection as unknown as {
      client(): Client<ModelRequests<Id, Format, LoadedModel<Id>, FitReport, LoadProgress>> | null;
    },
    notices,
    experiment: {
      wish: () => ({ ...wish }),
      choose(chosen) {
        wish.source = chosen;
        void choice.ready();
      },
      putBack: (before, its) => void Object.assign(wish, { source: before, format: its }),
    },
    chooseFile: 'Drop it.',
    onLoaded: ({ title }) => void loadedNames.push(title),
  });
  const asked = () => calls.map((c) => String(c.kind)).join(' ');
  const last = () => calls.at(-1)!;
  const answer = async (title: string) => {
    last().resolve({ source: (last().body as { source: Source }).source, title });
    await settled();
  };
  return {
    choice,
    calls,
    asked,
    last,
    answer,
    wish,
    loadedNames,
    state: choice.store.getState,
    told: () => notices.store.getState().notices,
  };
}

test('a bundled model is loaded at once, the same wish is one, and what is ready is not asked for again', async () => {
  const { choice, asked, last, answer, state, loadedNames } = start();
  const [first, second] = [choice.ready(), choice.ready()];
  await settled();
  expect([asked(), state().phase]).toEqual(['load', 'loading']);
  expect(last().body).toEqual({ source: small, files: [], token: null, format: 'auto' });
  await answer('Small');
  expect(await Promise.all([first, second, choice.ready()])).toEqual([true, true, true]);
  expect([asked(), state().key, state().phase, loadedNames]).toEqual([
    'load',
    modelKey(small, 'auto'),
    'idle',
    ['Small'],
  ]);
});

test('the newest wish wins: the older load is cancelled, and its answer means nothing', async () => {
  const { choice, calls, answer, wish, state } = start();
  const first = choice.ready();
  await settled();
  wish.source = large;
  const second = choice.ready();
  await settled();
  expect([calls.length, calls[0]!.cancelled(), calls[1]!.cancelled()]).toEqual([2, true, false]);
  calls[0]!.resolve({ source: small, title: 'Small' });
  await settled();
  expect(state().loaded).toBeNull();
  await answer('Large');
  expect([await first, await second, state().loaded?.title]).toEqual([false, true, 'Large']);
});

test('a model of the hub is looked at first, and loaded with the token once the reader agrees', async () => {
  const { choice, asked, last, answer, state, wish } = start(hub);
  choice.setToken('  hf_secret ');
  const ready = choice.ready();
  await settled();
  expect([asked(), last().body]).toEqual(['fit', { source: hub, files: [], token: 'hf_secret' }]);
  last().resolve(report);
  expect(await ready).toBe(false);
  expect(state()).toMatchObject({ phase: 'offered', offer: { source: hub, report } });
  choice.agree(hub);
  await settled();
  expect([asked(), (last().body as { token: string }).token]).toEqual(['fit load', 'hf_secret']);
  await answer('a/b');
  expect([state().loaded?.title, state().offer, asked(), wish.source]).toEqual(['a/b', null, 'fit load stored', hub]);
  expect(JSON.stringify(state())).not.toContain('hf_secret');
});

test('one that is on this machine already is loaded without asking', async () => {
  const { choice, last, asked } = start(hub);
  void choice.ready();
  await settled();
  last().resolve({ ...report, storedBytes: 100 });
  await settled();
  expect(asked()).toBe('fit load');
});

test('another model that is agreed to becomes the experiment’s', async () => {
  const { choice, wish, asked } = start();
  choice.agree(hub);
  await settled();
  expect([wish.source, asked()]).toEqual([hub, 'load']);
});

test('a load that fails puts the experiment back, says what is still in use, and can be tried again', async () => {
  const { choice, answer, last, wish, state, told, asked } = start(small, 'f16');
  void choice.ready();
  await settled();
  await answer('Small');
  Object.assign(wish, { source: hub, format: 'auto' });
  choice.agree(hub);
  await settled();
  last().reject('OutOfMemory', 'It does not fit.');
  await settled();
  expect(wish).toEqual({ source: small, format: 'f16' });
  expect(told()).toMatchObject([
    {
      kind: 'model',
      tone: 'error',
      title: 'It does not fit.',
      hint: 'Try. Small is still in use.',
      actions: ['loadAgain', 'defaultModel'],
    },
  ]);
  expect([state().loaded?.title, state().phase]).toEqual(['Small', 'idle']);
  choice.loadAgain();
  await settled();
  expect([asked(), wish.source, told()]).toEqual(['load load load', hub, []]);
  choice.cancelLoad();
  expect(last().cancelled()).toBe(true);
  last().reject('Cancelled');
  await settled();
  expect(told()).toMatchObject([{ title: 'Loading was cancelled.', actions: ['loadAgain'] }]);
  // What the reader agreed to was that one load.
  wish.source = hub;
  void choice.ready();
  await settled();
  expect(asked()).toBe('load load load fit');
});

test('progress is shown while a load goes on, and none after it', async () => {
  const { choice, last, answer, state } = start();
  void choice.ready();
  await settled();
  const progress = { kind: 'load', phase: 'download', part: 'unet', done: 1, total: 2 };
  last().progress(progress as never);
  await vi.waitFor(() => expect(state().progress).toEqual(progress));
  await answer('Small');
  choice.onLoadProgress(progress as never);
  await new Promise((done) => setTimeout(done, 300));
  expect(state().progress).toBeNull();
});

test('a file that a link names is asked for; once given it is looked at and loaded with its paths', async () => {
  const { choice, asked, last, told, wish, state } = start({ from: 'file', name: 'painter' });
  expect(await choice.ready()).toBe(false);
  expect([asked(), told()]).toMatchObject(['', [{ title: expect.stringContaining('“painter”'), hint: 'Drop it.' }]]);
  const files = [file('painter/model_index.json'), file('painter/unet/config.json')];
  choice.give(files);
  await settled();
  expect([asked(), last().body]).toEqual(['fit', { source: wish.source, files, token: null }]);
  last().resolve(report);
  await settled();
  choice.agree(wish.source);
  await settled();
  expect(last().body).toEqual({ source: wish.source, files, token: null, format: 'auto' });
  last().resolve({ source: wish.source, title: 'painter' });
  await settled();
  expect(state().key).toBe('file:painter as auto');
  // Other files under the same name are another model.
  choice.give([file('painter/a'), file('painter/b')]);
  expect(state().key).toBe('');
  void choice.ready();
  await settled();
  expect(last().kind).toBe('fit');
  last().resolve(report);
  await settled();
  choice.agree(wish.source);
  await settled();
  last().reject('FormatError');
  await settled();
  expect(wish.format).toBe('auto');
});

test('what was picked keeps its folder; nothing picked changes nothing; too much is refused in words', () => {
  const { choice, last, calls, state } = start();
  choice.takePicked(null);
  choice.takePicked([]);
  expect([calls.length, state().phase]).toEqual([0, 'idle']);
  const picked = Object.defineProperty(new File(['x'], 'config.json'), 'webkitRelativePath', {
    value: 'p/unet/config.json',
  });
  choice.takePicked([picked]);
  expect((last().body as { files: GivenFile[] }).files).toEqual([{ path: 'p/unet/config.json', file: picked }]);
  choice.takePicked(Array.from({ length: MOST_FILES + 1 }, (_, i) => new File([], `${i}`)));
  expect([calls.length, state().refused]).toMatchObject([
    1,
    { message: expect.stringMatching(/^There are more than/) },
  ]);
  expect([last().cancelled(), state().phase]).toEqual([true, 'idle']);
});

test('of two drops the newer wins, however long a folder takes to open', async () => {
  const { choice, calls, state } = start();
  let open: (file: File) => void = () => {};
  const slow = { name: 'slow.gguf', isFile: true, file: (done: (f: File) => void) => void (open = done) };
  const fast = {
    name: 'fast.gguf',
    isFile: true,
    file: (done: (f: File) => void) => done(new File(['x'], 'fast.gguf')),
  };
  const drop = (entry: object) =>
    choice.takeDropped([{ webkitGetAsEntry: () => entry } as unknown as DataTransferItem]);
  drop(slow);
  drop(fast);
  await settled();
  open(new File(['x'], 'slow.gguf'));
  await settled();
  expect(calls.map((c) => (c.body as { source: { name: string } }).source.name)).toEqual(['fast.gguf']);
  calls[0]!.reject('FormatError', 'the file is cut');
  await settled();
  expect(state().refused).toEqual({ name: 'FormatError', message: 'fast.gguf: the file is cut.', hint: 'Try.' });
  drop({ name: 'empty', isFile: false, createReader: () => ({ readEntries: (done: (e: []) => void) => done([]) }) });
  await settled();
  expect(state().refused?.message).toBe('There are no files in “empty”.');
});

test('an offer that is put away, or asked about anew, is gone', async () => {
  const { choice, calls, state } = start();
  const first = choice.look(hub);
  const second = choice.look({ ...hub, repo: 'c/d' } as Source);
  expect(calls[0]!.cancelled()).toBe(true);
  calls[0]!.resolve(report);
  expect([await first, state().phase]).toEqual([false, 'asking']);
  choice.putAway();
  expect(calls[1]!.cancelled()).toBe(true);
  calls[1]!.resolve(report);
  expect([await second, state().phase, state().offer]).toEqual([false, 'idle', null]);
});

test('what is kept is listed again after one is deleted, also when that fails', async () => {
  const { choice, calls, asked, state, told } = start();
  const kept = { models: [{ key: 'hub:a/b', title: 'a/b', bytes: 1, complete: true, usedAt: 0 }], used: 1, quota: 9 };
  const going = choice.forgetStored('hub:a/b');
  calls[0]!.reject('ModelError', 'The model could not be deleted.');
  await settled();
  calls[1]!.resolve(kept);
  await going;
  expect([asked(), state().stored, state().used, state().quota]).toEqual(['forget stored', kept.models, 1, 9]);
  expect(told()).toMatchObject([{ kind: 'stored', title: 'The model could not be deleted.' }]);
});

test('a fresh worker has no model', async () => {
  const { choice, answer, state } = start();
  void choice.ready();
  await settled();
  await answer('Small');
  choice.forgetLoaded();
  expect(state()).toMatchObject({ loaded: null, format: null, key: '', phase: 'idle' });
});
