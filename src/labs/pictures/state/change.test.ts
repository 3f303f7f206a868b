// When the change by narrower weights is asked for, and what becomes of the answer; against a worker that is made up.
import { expect, test, vi } from 'vitest';
import type { WeightFormat } from '../../../core/weightFormat.ts';
import type { Client } from '../../../engine/worker/client.ts';
import { defaultPictures } from '../config/defaults.ts';
import { changeStore, followChanges } from './change.ts';
import { connection } from './connection.ts';
import { modelStore } from './model.ts';
import { runStore } from './runStore.ts';
import type { LoadedPictures, MeasuredChange, PicturesRequests } from './types.ts';

const measured: MeasuredChange = { change: { from: 'f16', levels: [] }, savedBytes: 4 };
const answers: { resolve: (value: MeasuredChange) => void; reject: (error: Error) => void }[] = [];
const ask = vi.fn<(kind: string, body: object) => { done: Promise<MeasuredChange>; cancel: () => void }>(() => ({
  done: new Promise((resolve, reject) => answers.push({ resolve, reject })),
  cancel: () => undefined,
}));
followChanges();

const settled = () => new Promise((resolve) => setTimeout(resolve));
const model = (key: string, format: WeightFormat) => modelStore.setState({ key, loaded: { format } as LoadedPictures });
function end() {
  runStore.setState({ phase: 'running' });
  runStore.setState({ phase: 'done' });
}
function start(key: string, format: WeightFormat) {
  connection.put({ ask } as unknown as Client<PicturesRequests>);
  changeStore.setState(changeStore.getInitialState());
  runStore.setState({ ...runStore.getInitialState(), experiment: defaultPictures() });
  ask.mockClear();
  answers.length = 0;
  model(key, format);
}

test('it is asked for after a run with int8 or int4, once a model and format, and kept', async () => {
  start('a int8', 'int8');
  end();
  end();
  expect(ask.mock.calls).toEqual([['change', { experiment: defaultPictures() }]]);
  expect(changeStore.getState().measured).toBeNull();
  answers[0]!.resolve(measured);
  await settled();
  expect(changeStore.getState()).toEqual({ key: 'a int8', measured });
  end();
  expect(ask).toHaveBeenCalledTimes(1);
  model('a int4', 'int4');
  end();
  expect(ask).toHaveBeenCalledTimes(2);
  answers[1]!.resolve(measured);
  await settled();
});
test.each(['f32', 'f16'] as const)('it is not asked for with %s, which loses nothing of a file', (format) => {
  start(`a ${format}`, format);
  end();
  expect(ask).not.toHaveBeenCalled();
});
test('an answer about a model that is no longer in use is dropped', async () => {
  start('b int8', 'int8');
  end();
  model('c int8', 'int8');
  answers[0]!.resolve(measured);
  await settled();
  expect(changeStore.getState().measured).toBeNull();
});
test('what a newer run ended is asked again after it', async () => {
  start('d int8', 'int8');
  end();
  answers[0]!.reject(new Error('Cancelled.'));
  await settled();
  expect(changeStore.getState().measured).toBeNull();
  end();
  expect(ask).toHaveBeenCalledTimes(2);
  answers[1]!.resolve(measured);
  await settled();
  expect(changeStore.getState().key).toBe('d int8');
});
test('it is asked for when a run ends, not at other changes of it', () => {
  start('e int8', 'int8');
  for (const phase of ['running', 'cancelled', 'running', 'failed', 'running'] as const) runStore.setState({ phase });
  expect(ask).not.toHaveBeenCalled();
  end();
  runStore.setState({ text: 'Done' });
  expect(ask).toHaveBeenCalledTimes(1);
});
