import { expect, test } from 'vitest';
import { createDispatcher, type Handlers } from '../../../engine/worker/dispatch.ts';
import type { FromWorker } from '../../../engine/worker/protocol.ts';
import { newestRun, type Requests } from './protocol.ts';

const until = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
function setup(run: Handlers<Requests>['run']) {
  const posted: FromWorker<Requests>[] = [];
  const dispatch = createDispatcher<Requests>(
    {
      run,
      start: () => Promise.reject(new Error('no')),
      sweep: (_, __, signal) => until(signal),
      search: (_, __, signal) => until(signal),
      fit: (_, __, signal) => until(signal),
      endFit: async () => ({}),
      seek: (_, __, signal) => until(signal),
      endSeek: async () => ({}),
      wrapFit: (_, __, signal) => until(signal),
      likelihood: (_, __, signal) => until(signal),
      split: (_, __, signal) => until(signal),
      grid: (_, __, signal) => until(signal),
      verified: () => Promise.resolve(null),
      task: (_, __, signal) => until(signal),
      distil: (_, __, signal) => until(signal),
      sequences: (_, __, signal) => until(signal),
      discrete: (_, __, signal) => until(signal),
      memory: async () => ({ owners: {}, buffers: 0 }),
      lose: async () => ({}),
    },
    (message) => posted.push(message),
    newestRun,
  );
  const ask = (id: number, kind: 'run' | 'sweep' | 'grid') =>
    dispatch({ is: 'ask', id, kind, body: { experiment: {}, fingerprint: null } } as never);
  return { posted, dispatch, ask, settled: () => new Promise((resolve) => setTimeout(resolve, 5)) };
}

test('the newest run wins over older runs and sweeps, a sweep only over sweeps', async () => {
  const { posted, ask, settled } = setup((_, __, signal) => until(signal));
  ask(1, 'run');
  ask(2, 'sweep');
  ask(3, 'sweep');
  await settled();
  expect(posted).toMatchObject([{ is: 'failed', id: 2, body: { name: 'Cancelled' } }]);
  ask(4, 'run');
  await settled();
  expect(posted.map((m) => 'id' in m && m.id).sort()).toEqual([1, 2, 3]);
});

test('a grid ends older grids and sweeps, and a run ends a grid', async () => {
  const { posted, ask, settled } = setup((_, __, signal) => until(signal));
  ask(1, 'sweep');
  ask(2, 'grid');
  ask(3, 'grid');
  await settled();
  expect(posted).toMatchObject([
    { is: 'failed', id: 1, body: { name: 'Cancelled' } },
    { is: 'failed', id: 2, body: { name: 'Cancelled' } },
  ]);
  ask(4, 'run');
  await settled();
  expect(posted.map((m) => 'id' in m && m.id)).toEqual([1, 2, 3]);
});

test('a cancelled request fails once and its late progress is not heard', async () => {
  let late: () => void = () => {};
  const { posted, dispatch, ask, settled } = setup((_, progress, signal) => {
    late = () => progress({ kind: 'status', part: 'loading', text: 'late', fraction: null });
    return until(signal);
  });
  ask(7, 'run');
  dispatch({ is: 'cancel', id: 7 });
  late();
  await settled();
  expect(posted).toMatchObject([{ is: 'failed', id: 7, body: { name: 'Cancelled' } }]);
  dispatch({ is: 'cancel', id: 7 });
  dispatch({ is: 'cancel', id: 99 });
  await settled();
  expect(posted).toHaveLength(1);
});

test('errors cross with name, message and hint', async () => {
  const { posted, ask, settled } = setup(() =>
    Promise.reject(Object.assign(new TypeError('bad'), { hint: 'do better' })),
  );
  ask(1, 'run');
  await settled();
  expect(posted).toEqual([
    { is: 'failed', id: 1, kind: 'run', body: { name: 'TypeError', message: 'bad', hint: 'do better' } },
  ]);
});
