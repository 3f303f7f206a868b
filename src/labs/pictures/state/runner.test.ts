// The pictures lab's stores against a worker that is made up: running, stopping, failing, sweeping.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { newPictureContender } from '../config/contender.ts';
import { defaultPictures } from '../config/defaults.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import { connection } from './connection.ts';
import { editShared, load, removeContender, setGuidance } from './experimentStore.ts';
import { createFakeClient, type FakeOptions } from './fakeClient.ts';
import { frames } from './frames.ts';
import { loadedStore } from './loadedStore.ts';
import { choice } from './model.ts';
import { notices } from './notices.ts';
import { cancelRun, run } from './runner.ts';
import { runStore } from './runStore.ts';
import { outdateSweep, sweep } from './sweep.ts';
import { sweepStore } from './sweepStore.ts';

vi.stubGlobal('document', { hidden: true });

const small: PicturesExperiment = {
  ...defaultPictures(),
  count: 2,
  reference: 8,
  budgets: [2, 4],
  contenders: [newPictureContender('euler', 2, 3), newPictureContender('dpmpp_2m', 2, 3)],
};
function start(options: FakeOptions = {}, experiment = small, fingerprint: string | null = null) {
  const client = createFakeClient(options);
  connection.put(client);
  choice.forgetLoaded();
  loadedStore.setState({ loaded: null });
  load(experiment, fingerprint);
  runStore.setState({ ...runStore.getInitialState() });
  sweepStore.setState({ ...sweepStore.getInitialState() });
  notices.store.setState({ notices: [] });
  frames.clear();
  return client;
}
const noticed = (kind: string) => notices.store.getState().notices.find((n) => n.kind === kind);
/** Resolves at the first change of what was drawn after which `there` holds. */
const until = (there: () => boolean) =>
  new Promise<void>((resolve) => {
    const stop = frames.subscribe(() => {
      if (!there()) return;
      stop();
      resolve();
    });
  });
beforeEach(() => {
  cancelRun();
});

describe('a run', () => {
  test('loads the model once and puts pictures, costs, errors and texts where they are shown', async () => {
    const client = start();
    expect(await run()).toBe(true);
    const { phase, results, texts, previewFit, fingerprint, fraction } = runStore.getState();
    expect([phase, fraction, previewFit, fingerprint]).toEqual(['done', 1, 0.9, '1.AAAA']);
    expect(texts?.prompt).toEqual({ tokens: 5, most: 75, cut: '', pieces: [] });
    expect(results[0]).toMatchObject({ cost: { nfe: 2, passes: 4 }, errors: [0.1], referenceSteps: 8 });
    expect(results[1]).toMatchObject({ errors: [0.2] });
    for (const slot of [0, 1]) {
      expect(frames.get(slot)!.frames.map((f) => f.step)).toEqual([0, 1, 2]);
      expect(frames.get(slot)!.pictures).toHaveLength(2);
    }
    expect(loadedStore.getState().loaded?.size).toEqual({ height: 64, width: 64 });
    await run();
    expect(client.asked.map((a) => a.kind)).toEqual(['load', 'run', 'run']);
  });
  test('carries the record of the link, until the first edit', async () => {
    const client = start({}, small, '1.AAAA');
    await run();
    expect(runStore.getState().reproduction).toMatchObject({ verdict: 'reproduced' });
    editShared({ seed: 4 });
    await run();
    expect(runStore.getState().reproduction).toBeNull();
    expect(client.asked.at(-1)!.body).toMatchObject({ fingerprint: null, experiment: { seed: 4 } });
  });
  test('names a contender that was left out, and shows no result of it, nor that of the run before', async () => {
    start();
    await run();
    expect(Object.keys(runStore.getState().results)).toEqual(['0', '1']);
    connection.put(createFakeClient({ fails: 0 }));
    expect(await run()).toBe(true);
    const { results } = runStore.getState();
    expect(Object.keys(results)).toEqual(['1']);
    const notice = noticed('run-left-out')!;
    expect(notice.title).toBe('One contender was left out of the run.');
    expect(notice.lines).toEqual([expect.stringMatching(/^Contender 1, .*: it went wrong\.$/)]);
    // A new run begins without the complaint of the last.
    connection.put(createFakeClient());
    await run();
    expect(noticed('run-left-out')).toBeUndefined();
  });
  test('whose many-step solution fails keeps the result, and says why there is no paired error', async () => {
    start({ unsolved: 1 });
    expect(await run()).toBe(true);
    const { results } = runStore.getState();
    expect(results[0]).toMatchObject({ errors: [0.1], unmeasured: null });
    expect(results[1]).toMatchObject({ cost: { nfe: 2 }, errors: null, unmeasured: 'it went astray.' });
    expect(noticed('run-unmeasured')).toMatchObject({
      title:
        'The many-step solution of one contender could not be computed: the pictures stand, and there is no paired error.',
      lines: [expect.stringMatching(/^Contender 2, .*: it went astray\.$/)],
      hint: 'Take more bits.',
    });
    connection.put(createFakeClient());
    await run();
    expect(noticed('run-unmeasured')).toBeUndefined();
  });
  test('that is stopped keeps what it drew, and nothing comes after', async () => {
    start({ pace: 3 });
    const going = run();
    await until(() => frames.get(0)?.frames.length === 2);
    cancelRun();
    expect(await going).toBe(false);
    expect(runStore.getState()).toMatchObject({ phase: 'cancelled', text: 'Stopped', active: null });
    await new Promise((r) => setTimeout(r, 40));
    expect(frames.get(0)!.frames).toHaveLength(2);
    expect(frames.get(1)).toBeUndefined();
  });
  test('is outrun by the next one', async () => {
    start({ pace: 2 });
    const first = run();
    await until(() => frames.get(0) !== undefined);
    editShared({ seed: 9 });
    const second = run();
    expect([await first, await second]).toEqual([false, true]);
    expect(runStore.getState()).toMatchObject({ phase: 'done', experiment: { seed: 9 } });
    expect(frames.get(0)!.run).toBe(runStore.getState().run);
  });
  test('of fewer contenders forgets the pictures of the one that is gone; the colours stay', async () => {
    start();
    await run();
    removeContender(0);
    await run();
    const { slots, results } = runStore.getState();
    expect(slots).toEqual([1]);
    expect(Object.keys(results)).toEqual(['1']);
    expect(frames.get(0)).toBeUndefined();
    expect(frames.get(1)).toBeDefined();
  });
  test.each([
    ['OutOfMemoryError', ['fewerPictures', 'runAgain']],
    ['NonfiniteError', ['wideWeights', 'runAgain']],
    ['DeviceLostError', ['retryGpu']],
    ['GpuError', ['runAgain']],
  ])('that fails with %s says so, with ways on', async (name, actions) => {
    start({ fail: { run: { name, message: 'It does not fit.' } } });
    expect(await run()).toBe(false);
    expect(runStore.getState()).toMatchObject({ phase: 'failed', failure: { name, message: 'It does not fit.' } });
    expect(noticed('run')).toMatchObject({ actions });
  });
  test('from a picture that is not here waits for it, and asks the worker for nothing', async () => {
    const picture = { name: 'a.png', sha256: 'abcdef0123', sigma: 2 };
    const client = start({}, { ...small, start: picture });
    expect(await run()).toBe(false);
    expect(runStore.getState()).toMatchObject({
      phase: 'waiting',
      text: 'Waiting for the start picture',
      lacksModel: true,
    });
    expect(noticed('start')).toMatchObject({ actions: ['fromNoise'] });
    expect(client.asked.map((a) => a.kind)).toEqual(['load']);
    editShared({ start: null });
    expect(await run()).toBe(true);
    expect(noticed('start')).toBeUndefined();
  });
});

describe('a sweep', () => {
  test('gathers its points by slot, and is stale once the experiment is another', async () => {
    start();
    await sweep();
    const { points, phase, stale, fraction } = sweepStore.getState();
    expect([points.length, phase, stale, fraction]).toEqual([4, 'done', false, 1]);
    expect(points.map((p) => [p.slot, p.steps])).toEqual([
      [0, 2],
      [1, 2],
      [0, 4],
      [1, 4],
    ]);
    setGuidance(0, { guidance: 5 });
    outdateSweep();
    expect(sweepStore.getState()).toMatchObject({ stale: true, points });
    await sweep();
    expect(sweepStore.getState()).toMatchObject({ stale: false, phase: 'done' });
    expect(sweepStore.getState().points).toHaveLength(4);
  });
  test('names whom it passed over and why, until it is run again', async () => {
    start({ passes: 1 });
    await sweep();
    expect(sweepStore.getState().points.map((p) => p.slot)).toEqual([0, 0]);
    expect(sweepStore.getState().passed).toEqual([{ slot: 1, because: 'it draws fresh noise' }]);
    outdateSweep();
    expect(sweepStore.getState().stale).toBe(true);
    connection.put(createFakeClient());
    await sweep();
    expect(sweepStore.getState().passed).toEqual([]);
  });
  test('under way ends with the edit; nothing that was not measured becomes stale', async () => {
    start({ pace: 5 });
    const going = sweep();
    await vi.waitFor(() => expect(sweepStore.getState().phase).toBe('running'));
    outdateSweep();
    await going;
    expect(sweepStore.getState()).toMatchObject({ phase: 'cancelled', points: [], stale: false });
  });
});
