import { describe, expect, test, vi } from 'vitest';
import type { OpenGpu } from '../../../engine/diffusion/device.ts';
import type { Backend, LoadWeights } from '../../../engine/diffusion/problem.ts';
import { DeviceLostError } from '../../../gpu/errors.ts';
import { createDispatcher, type Handlers } from '../../../engine/worker/dispatch.ts';
import { Machine } from './machine.ts';
import { newestRun, type Requests } from './protocol.ts';
import type { DeviceReport, FromWorker } from '../../../engine/worker/protocol.ts';

const never = new AbortController().signal;
const load: LoadWeights = () => Promise.reject(new Error('no weights in this test'));

/** A GPU of paper: can be lost, and remembers its number. */
function paperGpu(number: number): OpenGpu & { lose(): void } {
  const watchers: ((reason: string) => void)[] = [];
  let gone = false;
  const lose = () => {
    gone = true;
    for (const w of watchers.splice(0)) w(`device ${number} was lost`);
  };
  return {
    backend: { kind: 'webgpu', prepare: () => Promise.reject(new Error('never prepared')) } satisfies Backend,
    report: {
      name: `device ${number}`,
      vendor: '',
      architecture: '',
      software: false,
      features: [],
      timestampMs: null,
      maxBindingBytes: 1,
    },
    onLost: (w) => void watchers.push(w),
    lost: () => gone,
    memory: () => ({ owners: {}, buffers: 0 }),
    destroy: lose,
    lose,
  };
}

describe('the device as a state machine', () => {
  test('a task on a lost device is repeated on the next one, and the page is told', async () => {
    const opened: ReturnType<typeof paperGpu>[] = [];
    const told: string[] = [];
    const machine = new Machine(
      load,
      (state, reason) => told.push(`${state} ${reason}`),
      async () => (opened.push(paperGpu(opened.length + 1)), opened.at(-1)!),
    );
    expect((await machine.start(false)).name).toBe('device 1');
    const seen: string[] = [];
    const result = await machine.using(async (session) => {
      seen.push(session.backend.kind);
      if (seen.length < 3) {
        opened.at(-1)!.lose();
        throw new DeviceLostError('unknown', 'in the middle');
      }
      return 'replayed';
    }, never);
    expect(result).toBe('replayed');
    expect(seen).toEqual(['webgpu', 'webgpu', 'webgpu']);
    expect(opened).toHaveLength(3);
    expect(told).toEqual(['lost device 1 was lost', 'recovered ', 'lost device 2 was lost', 'recovered ']);
  });

  test('an error of the task itself is not repeated', async () => {
    const machine = new Machine(
      load,
      () => {},
      async () => paperGpu(1),
    );
    await machine.start(false);
    const task = vi.fn(async () => Promise.reject(new Error('wrong')));
    await expect(machine.using(task, never)).rejects.toThrow('wrong');
    expect(task).toHaveBeenCalledTimes(1);
  });

  test('a device that keeps dying is given up after three repeats', async () => {
    const opened: ReturnType<typeof paperGpu>[] = [];
    const machine = new Machine(
      load,
      () => {},
      async () => (opened.push(paperGpu(opened.length + 1)), opened.at(-1)!),
    );
    await machine.start(false);
    const task = vi.fn(async () => {
      opened.at(-1)!.lose();
      throw new DeviceLostError('unknown', 'again');
    });
    await expect(machine.using(task, never)).rejects.toMatchObject({ name: 'DeviceLostError' });
    expect(task).toHaveBeenCalledTimes(4);
  });

  test('without a GPU, and when none comes back, the processor takes over with the reason', async () => {
    let first: ReturnType<typeof paperGpu> | null = paperGpu(1);
    const told: (DeviceReport | null)[] = [];
    const machine = new Machine(
      load,
      (_, __, report) => told.push(report),
      async () => {
        if (!first)
          throw Object.assign(new Error('WebGPU is present but offers no adapter.'), { hint: 'update the driver' });
        const gpu = first;
        first = null;
        return gpu;
      },
    );
    const gpu = first!;
    await machine.start(false);
    gpu.lose();
    expect(await machine.using(async (session) => session.backend.kind, never)).toBe('cpu');
    expect(told.at(-1)).toMatchObject({ backend: 'cpu', software: true });
    expect(
      await new Machine(
        load,
        () => {},
        () => Promise.reject(new Error('none')),
      ).start(false),
    ).toMatchObject({ backend: 'cpu', why: { message: 'none' } });
  }, 10_000);
});

describe('requests', () => {
  const until = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
  function setup(run: Handlers<Requests>['run']) {
    const posted: FromWorker<Requests>[] = [];
    const dispatch = createDispatcher<Requests>(
      {
        run,
        start: () => Promise.reject(new Error('no')),
        sweep: (_, __, signal) => until(signal),
        memory: async () => ({ owners: {}, buffers: 0 }),
        lose: async () => ({}),
      },
      (message) => posted.push(message),
      newestRun,
    );
    const ask = (id: number, kind: 'run' | 'sweep') =>
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

  test('a cancelled request fails once and its late progress is not heard', async () => {
    let late: () => void = () => {};
    const { posted, dispatch, ask, settled } = setup((_, progress, signal) => {
      late = () => progress({ kind: 'status', text: 'late', fraction: null });
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
});
