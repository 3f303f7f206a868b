import { describe, expect, test } from 'vitest';
import { createTask, type TaskNews } from './task.ts';
import { paperConnection, settled, type PaperRequests } from './testing.ts';

function setup({ takesTurns = false } = {}) {
  const paper = paperConnection();
  const told: string[] = [];
  const onNews = ({ phase, out, failure }: TaskNews<string>) =>
    void told.push([phase, out, failure?.message].filter((v) => v !== null && v !== undefined).join(' '));
  const options = { connection: paper.connection, kind: 'work', notices: paper.notices, takesTurns, onNews } as const;
  const task = createTask<PaperRequests, 'work', 'runAgain'>({ ...options, waysOn: () => ['runAgain'] });
  const titles = () => paper.notices.store.getState().notices.map((n) => `${n.kind}: ${n.title} ${n.actions.join()}`);
  return { ...paper, task, told, titles };
}

describe('a task', () => {
  test('tells its beginning, its progress and its answer, once', async () => {
    const { task, calls, told } = setup();
    const heard: string[] = [];
    const out = task.run(() => 7, { onProgress: (p) => heard.push(p) });
    await settled();
    expect([calls[0]!.kind, calls[0]!.body, task.running()]).toEqual(['work', 7, true]);
    calls[0]!.progress('half');
    calls[0]!.resolve('answer');
    expect(await out).toBe('answer');
    expect([told, heard, task.running()]).toEqual([['running', 'done answer'], ['half'], false]);
  });

  test('gives way to the newest: the older one says nothing more, whatever becomes of it', async () => {
    const { task, calls, told } = setup();
    const heard: string[] = [];
    const first = task.run(() => 1, { onProgress: (p) => heard.push(p) });
    await settled();
    const second = task.run(() => 2);
    await settled();
    expect(calls[0]!.cancelled()).toBe(true);
    calls[0]!.progress('late');
    calls[0]!.resolve('old');
    calls[1]!.resolve('new');
    expect(await Promise.all([first, second])).toEqual([null, 'new']);
    expect([told, heard]).toEqual([['running', 'running', 'done new'], []]);
  });

  test('that fails says so in the lab’s notices, with the ways on; the next one takes that back', async () => {
    const { task, calls, told, titles } = setup();
    const out = task.run(() => 1);
    await settled();
    calls[0]!.reject('Failed', 'It broke.');
    expect(await out).toBeNull();
    expect([told, titles()]).toEqual([['running', 'failed It broke.'], ['work: It broke. runAgain']]);
    void task.run(() => 2);
    expect(titles()).toEqual([]);
  });

  test('that is stopped ends at once, and is no failure', async () => {
    const { task, calls, told, titles } = setup();
    const out = task.run(() => 1);
    await settled();
    task.cancel();
    expect([calls[0]!.cancelled(), told]).toEqual([true, ['running', 'cancelled']]);
    calls[0]!.reject('Cancelled');
    expect(await out).toBeNull();
    task.cancel();
    expect([told, titles()]).toEqual([['running', 'cancelled'], []]);
  });

  test('that the worker ended, because another kind took the device, is told as cancelled', async () => {
    const { task, calls, told } = setup();
    const out = task.run(() => 1);
    await settled();
    calls[0]!.reject('Cancelled');
    expect(await out).toBeNull();
    expect(told).toEqual(['running', 'cancelled']);
  });

  test('asks for its body when everything is ready, and not at all when it is not', async () => {
    const { task, calls, told } = setup();
    let value = 1;
    const ready = async () => {
      await settled();
      value = 2;
      return true;
    };
    void task.run(() => value, { ready });
    await settled();
    await settled();
    expect(calls.map((c) => c.body)).toEqual([2]);
    expect(await task.run(() => 3, { ready: () => Promise.resolve(false) })).toBeNull();
    expect([calls.length, told, task.running()]).toEqual([1, ['running', 'running'], false]);
  });

  test('without a worker does nothing', async () => {
    const { task, connection, told } = setup();
    connection.put(null);
    expect(await task.run(() => 1)).toBeNull();
    expect(told).toEqual([]);
  });
});

test('tasks that take turns wait until an ended one has let go of the device', async () => {
  const { task, calls } = setup({ takesTurns: true });
  void task.run(() => 1);
  await settled();
  task.cancel();
  const second = task.run(() => 2);
  await settled();
  expect(calls.length).toBe(1);
  calls[0]!.reject('Cancelled');
  await settled();
  expect(calls.map((c) => c.body)).toEqual([1, 2]);
  calls[1]!.resolve('second');
  expect(await second).toBe('second');
});

test('one that is stopped while it waits for its turn is never asked for', async () => {
  const { task, calls, told } = setup({ takesTurns: true });
  void task.run(() => 1);
  await settled();
  const second = task.run(() => 2);
  await settled();
  task.cancel();
  calls[0]!.reject('Cancelled');
  expect(await second).toBeNull();
  expect([calls.length, told]).toEqual([1, ['running', 'running', 'cancelled']]);
});
