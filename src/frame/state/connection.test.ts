import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { FromWorker, ToWorker } from '../../engine/worker/protocol.ts';
import { createConnection } from './connection.ts';
import { heldMemory, readHeldMemory } from './memory.ts';
import { createNotices } from './notices.ts';
import { paperReport, settled, type PaperRequests } from './testing.ts';

/** A worker of paper: what it is sent is written down, what it says is the test's to say. */
class PaperWorker {
  onmessage: ((event: { data: FromWorker<PaperRequests> }) => void) | null = null;
  onerror: unknown = null;
  readonly sent: ToWorker<PaperRequests>[] = [];
  terminated = false;
  postMessage(message: ToWorker<PaperRequests>): void {
    this.sent.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
  say(message: FromWorker<PaperRequests>): void {
    this.onmessage?.({ data: message });
  }
  answer(kind: keyof PaperRequests, body: unknown): void {
    const asked = this.sent.findLast((m) => m.is === 'ask' && m.kind === kind)!;
    this.say({ is: 'done', id: asked.id, kind, body } as FromWorker<PaperRequests>);
  }
  fail(kind: keyof PaperRequests, message: string): void {
    const asked = this.sent.findLast((m) => m.is === 'ask' && m.kind === kind)!;
    this.say({ is: 'failed', id: asked.id, kind, body: { name: 'Failed', message, hint: 'Try.' } });
  }
}

let workers: PaperWorker[] = [];
beforeEach(() => {
  workers = [];
});
function setup() {
  const notices = createNotices<'retryGpu' | 'useCpu'>();
  const connection = createConnection<PaperRequests, 'useCpu'>({
    lab: 'paper',
    openWorker: () => {
      workers.push(new PaperWorker());
      return workers.at(-1)! as unknown as Worker;
    },
    notices,
    words: {
      withoutGpu: 'It is slow.',
      lost: 'It is kept.',
      alsoBack: ', and the rest with it',
      recovered: 'Nothing was changed.',
      gone: 'It is kept for later.',
      ifNotStarted: ['retryGpu', 'useCpu'],
      ifGone: ['retryGpu'],
    },
  });
  const told = () =>
    notices.store.getState().notices.map((n) => [n.tone, n.title, ...n.lines, n.hint, n.actions.join()].join(' | '));
  return { connection, told, phase: () => connection.device.getState().phase };
}
const cpu = { ...paperReport, backend: 'cpu', why: { message: 'There is no adapter.', hint: 'Update.' } } as const;

describe('starting', () => {
  test('opens a worker and knows its device', async () => {
    const { connection, told, phase } = setup();
    const started = connection.start({ forceCpu: false });
    expect([phase(), connection.hasGpu()]).toEqual(['starting', false]);
    workers[0]!.answer('start', { report: paperReport });
    expect(await started).toEqual({ report: paperReport });
    expect([phase(), connection.hasGpu(), told()]).toEqual(['ready', true, []]);
  });

  test('says what becomes of the lab without a GPU, unless the reader asked for that', async () => {
    const { connection, told } = setup();
    const started = connection.start({ forceCpu: false });
    workers[0]!.answer('start', { report: cpu });
    await started;
    expect(told()).toEqual(['warning | There is no adapter. | It is slow. | Update. | retryGpu']);
    const again = connection.start({ forceCpu: true }, { wantsCpu: true });
    expect(workers[0]!.terminated).toBe(true);
    workers[1]!.answer('start', { report: cpu });
    await again;
    expect([told(), connection.device.getState().report?.why]).toEqual([[], undefined]);
  });

  test('that fails says why and offers the ways on', async () => {
    const { connection, told, phase } = setup();
    const started = connection.start({ forceCpu: false });
    workers[0]!.fail('start', 'It would not.');
    expect(await started).toBeNull();
    expect([phase(), told()]).toEqual(['failed', ['error | It would not. | Try. | retryGpu,useCpu']]);
  });

  test('anew makes nothing of what the older worker still says', async () => {
    const { connection, phase } = setup();
    const first = connection.start({ forceCpu: false });
    const second = connection.start({ forceCpu: false });
    workers[1]!.answer('start', { report: paperReport });
    workers[0]!.fail('start', 'too late');
    expect(await first).toBeNull();
    expect(await second).toEqual({ report: paperReport });
    expect(phase()).toBe('ready');
  });

  test('with other settings only tells the worker that runs', async () => {
    const { connection } = setup();
    const first = connection.start({ forceCpu: false });
    workers[0]!.answer('start', { report: paperReport });
    await first;
    void connection.start({ forceCpu: true }, { afresh: false });
    expect([workers.length, workers[0]!.sent.length]).toEqual([1, 2]);
  });
});

test('a lost device is told of, and its coming back, and its not coming back', async () => {
  const { connection, told, phase } = setup();
  const started = connection.start({ forceCpu: false });
  workers[0]!.answer('start', { report: paperReport });
  await started;
  workers[0]!.say({ is: 'device', state: 'lost', reason: 'driver reset.', report: null });
  expect([phase(), connection.device.getState().report?.name]).toEqual(['lost', 'a GPU of paper']);
  expect(told()).toEqual(['warning | The GPU was lost (driver reset). Asking for a new one… | It is kept. | ']);
  workers[0]!.say({ is: 'device', state: 'recovered', reason: '', report: paperReport });
  expect(told()).toEqual(['info | The GPU was lost and is back, and the rest with it. | Nothing was changed. | ']);
  workers[0]!.say({ is: 'device', state: 'failed', reason: '', report: cpu });
  expect([phase(), told()]).toEqual([
    'failed',
    ['error | The GPU was lost and did not come back. | It is kept for later. | retryGpu'],
  ]);
});

test('memory is asked of a worker with a GPU only, and losing the device is told when it fails', async () => {
  const { connection, told } = setup();
  await readHeldMemory();
  expect(heldMemory.getState().labs.paper).toBeUndefined();
  const started = connection.start({ forceCpu: false });
  workers[0]!.answer('start', { report: paperReport });
  await started;
  const reading = readHeldMemory();
  workers[0]!.answer('memory', { owners: { weights: 5 }, buffers: 1 });
  await reading;
  expect(heldMemory.getState().labs.paper).toEqual({ owners: { weights: 5 }, buffers: 1 });
  const losing = connection.lose();
  await vi.waitFor(() => expect(workers[0]!.sent.at(-1)).toMatchObject({ kind: 'lose' }));
  workers[0]!.fail('lose', 'It cannot be lost.');
  await losing;
  await settled();
  expect(told()).toEqual(['error | It cannot be lost. | Try. | ']);
});
