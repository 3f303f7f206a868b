// Steps that are decoded when the reader asks: which, how often, and what becomes of them.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { newPictureContender } from '../../config/contender.ts';
import { defaultPictures } from '../../config/defaults.ts';
import { connection } from '../../state/connection.ts';
import { cancelDecoding, decodedOf, decodeShown, decodeStore, stepsShown } from '../../state/decoded.ts';
import { load } from '../../state/experimentStore.ts';
import { createFakeClient, type FakeOptions } from '../../state/fakeClient.ts';
import { frames, shownOf } from '../../state/frames.ts';
import { choice } from '../../state/model.ts';
import { notices } from '../../state/notices.ts';
import { cancelRun, run } from '../../state/runner.ts';
import { runStore } from '../../state/runStore.ts';
import { setView, viewStore } from '../../state/viewStore.ts';
import { sampleOf } from './picture.ts';

vi.stubGlobal('document', { hidden: true });

/** Two contenders of two steps each have run, two pictures each. */
async function ran(options: FakeOptions = {}) {
  cancelRun();
  cancelDecoding();
  connection.put(createFakeClient());
  choice.forgetLoaded();
  load({
    ...defaultPictures(),
    count: 2,
    reference: 0,
    contenders: [newPictureContender('euler', 2, 3), newPictureContender('dpmpp_2m', 2, 3)],
  });
  runStore.setState({ ...runStore.getInitialState() });
  notices.store.setState({ notices: [] });
  await run();
  const client = createFakeClient(options);
  connection.put(client);
  return { asked: () => client.asked.filter(({ kind }) => kind === 'decode') };
}
const frameOf = (slot: number, step: number) => frames.get(slot)!.frames.find((f) => f.step === step)!;
/** First byte of what a canvas would draw. */
const drawn = (slot: number) => {
  const picture = sampleOf(shownOf(frames.get(slot), viewStore.getState().position), 1, 2);
  return picture && [picture.rgba[0], picture.exact];
};
beforeEach(() => viewStore.setState({ ...viewStore.getInitialState() }));

describe('a step that is decoded', () => {
  test('is the one that the scrubber stands at, of every contender that is shown, and is asked for once', async () => {
    const client = await ran();
    expect(stepsShown(), 'the end is decoded as it is').toEqual([]);
    setView({ position: 0.5, hidden: [1] });
    expect(drawn(0)).toEqual([1, false]);
    await decodeShown();
    expect(client.asked().map(({ body }) => (body as { steps: unknown[] }).steps)).toEqual([
      [new Float32Array(4).fill(1)],
    ]);
    expect([drawn(0), drawn(1)]).toEqual([
      [51, true],
      [1, false],
    ]);
    expect(decodeStore.getState()).toEqual({ phase: 'idle', done: 0, total: 0 });
    await decodeShown();
    expect(client.asked()).toHaveLength(1);
    // What was hidden is decoded alone, and going away and back costs nothing.
    setView({ hidden: [] });
    await decodeShown();
    expect(client.asked()).toHaveLength(2);
    setView({ position: 0 });
    expect(drawn(0)).toEqual([0, false]);
    setView({ position: 0.5 });
    expect([drawn(0), drawn(1)]).toEqual([
      [51, true],
      [51, true],
    ]);
    expect(stepsShown()).toEqual([]);
  });
  test('is decoded large also where its contender is hidden', async () => {
    await ran();
    setView({ position: 0.5, hidden: [0, 1], large: { slot: 1, sample: 0 } });
    expect(stepsShown()).toEqual([frameOf(1, 1)]);
  });
  test('keeps what was decoded when it is cancelled, and goes on from there', async () => {
    await ran({ pace: 3 });
    setView({ position: 0.5 });
    const going = decodeShown();
    await vi.waitFor(() => expect(decodeStore.getState()).toEqual({ phase: 'running', done: 2, total: 4 }), {
      interval: 1,
    });
    cancelDecoding();
    await going;
    expect(decodeStore.getState().phase).toBe('idle');
    expect(decodedOf(frameOf(0, 1))).toHaveLength(2);
    expect(decodedOf(frameOf(1, 1))).toBeUndefined();
    expect(stepsShown()).toEqual([frameOf(1, 1)]);
    await decodeShown();
    expect(stepsShown()).toEqual([]);
  });
  test('is forgotten with the run that it was of', async () => {
    await ran();
    setView({ position: 0.5 });
    await decodeShown();
    const old = frameOf(0, 1);
    expect(decodedOf(old)).toHaveLength(2);
    connection.put(createFakeClient());
    await run();
    expect(decodedOf(old)).toBeUndefined();
    expect(drawn(0)).toEqual([1, false]);
  });
  test('that fails says why, and stays a preview', async () => {
    await ran({ fail: { decode: { name: 'OutOfMemoryError', message: 'It does not fit.' } } });
    setView({ position: 0.5 });
    await decodeShown();
    expect(notices.store.getState().notices).toMatchObject([{ kind: 'decode', title: 'It does not fit.' }]);
    expect(drawn(0)).toEqual([1, false]);
  });
});
