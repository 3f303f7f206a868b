import { describe, expect, test, vi } from 'vitest';
import type { GpuContext } from '../gpu/device.ts';
import { DeviceLostError } from '../gpu/errors.ts';
import { createDevices, DeviceKeeper, type OnDevice, type Opened } from './devices.ts';

const never = new AbortController().signal;

/** A GPU of paper: can be lost, and remembers its number. */
interface PaperGpu extends OnDevice {
  lose(): void;
}
function paperGpu(number: number): PaperGpu {
  const watchers: ((error: Error) => void)[] = [];
  const ctx = {
    status: 'ready' as 'ready' | 'lost',
    number,
    buffers: { bytesByOwner: () => new Map([['weights', number]]), count: number },
    onLost: (watch: (error: Error) => void) => void watchers.push(watch),
    destroy: () => lose(),
  };
  const lose = () => {
    ctx.status = 'lost';
    for (const watch of watchers.splice(0)) watch(new Error(`device ${number} was lost`));
  };
  const report = { name: `device ${number}`, vendor: '', architecture: '', software: false, features: [] };
  return { ctx: ctx as unknown as GpuContext, report: { ...report, timestampMs: null, maxBindingBytes: 1 }, lose };
}
const numberOf = (ctx: GpuContext | null) => (ctx as unknown as { number: number } | null)?.number ?? null;

/** A keeper on paper devices; `refuse` says which of them cannot be had. */
function setup(
  refuse: (number: number) => boolean = () => false,
  opened: (ctx: GpuContext | null) => Promise<void> = async () => {},
) {
  const gpus: PaperGpu[] = [];
  const told: string[] = [];
  let last: Opened | null = null;
  let asked = 0;
  const devices = createDevices({
    onChange: (state, reason, now) => {
      told.push(`${state} ${reason}`);
      last = now;
    },
    onLost: () => void keeper.current(),
    request: async () => {
      if (refuse(++asked)) throw Object.assign(new Error('There is no adapter.'), { hint: 'Update the driver.' });
      gpus.push(paperGpu(gpus.length + 1));
      return gpus.at(-1)!;
    },
  });
  const keeper = new DeviceKeeper(devices.open, opened);
  return { gpus, told, devices, keeper, last: () => last };
}

describe('work on a device', () => {
  test('is repeated on the next one when the device is lost, and the page is told', async () => {
    const { keeper, gpus, told } = setup();
    const seen: (number | null)[] = [];
    const result = await keeper.replay(async (ctx) => {
      seen.push(numberOf(ctx));
      if (seen.length < 3) {
        gpus.at(-1)!.lose();
        throw new DeviceLostError('unknown', 'in the middle');
      }
      return 'replayed';
    }, never);
    expect(result).toBe('replayed');
    expect(seen).toEqual([1, 2, 3]);
    expect(told).toEqual(['lost device 1 was lost', 'recovered ', 'lost device 2 was lost', 'recovered ']);
  });

  test('is repeated when it failed of the loss in other words', async () => {
    const { keeper, gpus } = setup();
    const task = vi.fn(async (ctx: GpuContext | null) => {
      if (numberOf(ctx) === 2) return 'done';
      gpus.at(-1)!.lose();
      throw new Error('a buffer is gone');
    });
    expect(await keeper.replay(task, never)).toBe('done');
    expect(task).toHaveBeenCalledTimes(2);
  });

  test('is not repeated for an error of its own', async () => {
    const { keeper } = setup();
    const task = vi.fn(async () => Promise.reject(new Error('wrong')));
    await expect(keeper.replay(task, never)).rejects.toThrow('wrong');
    expect(task).toHaveBeenCalledTimes(1);
  });

  test('is given up after three repeats', async () => {
    const { keeper, gpus } = setup();
    const task = vi.fn(async () => {
      gpus.at(-1)!.lose();
      throw new DeviceLostError('unknown', 'again');
    });
    await expect(keeper.replay(task, never)).rejects.toMatchObject({ name: 'DeviceLostError' });
    expect(task).toHaveBeenCalledTimes(4);
  });

  test('ends with Cancelled when it was given up meanwhile', async () => {
    const { keeper, gpus } = setup();
    const abort = new AbortController();
    const task = vi.fn(async () => {
      abort.abort();
      gpus.at(-1)!.lose();
      throw new DeviceLostError('unknown', 'again');
    });
    await expect(keeper.replay(task, abort.signal)).rejects.toMatchObject({ name: 'Cancelled' });
    expect(task).toHaveBeenCalledTimes(1);
  });

  test('goes on with the processor when no device comes back, and the page hears why', async () => {
    const { keeper, gpus, told, last } = setup((asked) => asked > 1);
    expect(numberOf(await keeper.current())).toBe(1);
    gpus[0]!.lose();
    expect(await keeper.replay(async (ctx) => numberOf(ctx), never)).toBeNull();
    expect(told.at(-1)).toBe('failed The GPU did not come back after it was lost.');
    expect(last()).toMatchObject({ ctx: null, why: { hint: 'Update the driver.' } });
  }, 10_000);
});

describe('a device', () => {
  test('that cannot be had at the start is no loss: nothing is told, and the answer says why', async () => {
    const { keeper, told, devices } = setup(() => true);
    expect(await keeper.current()).toBeNull();
    expect(told).toEqual([]);
    expect(devices.now).toEqual({ ctx: null, why: { message: 'There is no adapter.', hint: 'Update the driver.' } });
  });

  test('is opened once for everybody who waits, and made ready before anybody has it', async () => {
    const ready: (number | null)[] = [];
    const { keeper, gpus } = setup(undefined, async (ctx) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      ready.push(numberOf(ctx));
    });
    const all = await Promise.all([keeper.current(), keeper.current(), keeper.current()]);
    expect([new Set(all).size, gpus.length, ready]).toEqual([1, 1, [1]]);
  });

  test('the processor is kept to once asked for, until the lab begins anew', async () => {
    const { keeper, devices, gpus } = setup();
    devices.reset(true);
    expect(await keeper.current()).toBeNull();
    expect(await keeper.current()).toBeNull();
    expect(devices.now).toMatchObject({ why: { message: 'The processor was asked for.' } });
    devices.reset(false);
    await keeper.forget();
    expect(numberOf(await keeper.current())).toBe(1);
    expect(gpus.length).toBe(1);
  });

  test('is asked for again each time where nothing can be done without one', async () => {
    const { devices } = setup((asked) => asked < 3);
    const keeper = new DeviceKeeper(devices.open, async () => {}, { asksAgain: true });
    expect(await keeper.current()).toBeNull();
    expect(numberOf(await keeper.current())).not.toBeNull();
  });

  test('tells what it holds while it lives', async () => {
    const { keeper } = setup();
    expect(keeper.memory()).toEqual({ owners: {}, buffers: 0 });
    await keeper.current();
    expect(keeper.memory()).toEqual({ owners: { weights: 1 }, buffers: 1 });
  });
});
