import { expect, test } from 'vitest';
import { BufferPool } from './buffers.ts';
import { OutOfMemoryError } from './errors.ts';

/** A device whose driver refuses; real exhaustion would take the test machine down with it. */
function refusing(how: 'memory' | 'throw') {
  const log: string[] = [];
  const device = {
    limits: { maxBufferSize: 2 ** 40, maxStorageBufferBindingSize: 2 ** 40 },
    pushErrorScope: (filter: string) => log.push(`push ${filter}`),
    // Scopes pop in reverse: validation first.
    popErrorScope: () =>
      Promise.resolve(log.push('pop') === 4 || how === 'throw' ? null : { message: 'driver says no' }),
    createBuffer: () => {
      if (how === 'throw') throw new RangeError('createBuffer failed');
      return { destroy: () => log.push('destroy') };
    },
  } as unknown as GPUDevice;
  const counters = { buffersCreated: 0, pipelinesCreated: 0, bindGroupsCreated: 0, submits: 0, maps: 0, dispatches: 0 };
  return { pool: new BufferPool(device, counters), counters, log };
}

test.each(['memory', 'throw'] as const)(
  'a refusal by the driver (%s) names what did not fit, and leaves nothing behind',
  async (how) => {
    const { pool, counters, log } = refusing(how);
    const request = pool.create({ label: 'kv cache', owner: 'transformer', bytes: 3 * 2 ** 30 });
    await expect(request).rejects.toThrow(OutOfMemoryError);
    await expect(request).rejects.toThrow(
      /kv cache of transformer \(3072.0 MiB\): .*(driver says no|createBuffer failed)/,
    );
    expect([pool.liveBytes, counters.buffersCreated]).toEqual([0, 0]);
    expect(log.filter((l) => l.startsWith('push'))).toHaveLength(log.filter((l) => l === 'pop').length);
    if (how === 'memory') expect(log.at(-1)).toBe('destroy');
  },
);

test("a buffer past the adapter's limit is refused before the driver is asked", async () => {
  const { pool, log } = refusing('memory');
  await expect(pool.create({ label: 'weights', owner: 'dit', bytes: 2 ** 41 })).rejects.toThrow(
    'one buffer may hold 1099511627776 bytes',
  );
  expect(log).toEqual([]);
});
