import { describe, expect, test } from 'vitest';
import { Cancelled } from '../core/cancel.ts';
import {
  CHUNK,
  failure,
  hub,
  load,
  models,
  never,
  once,
  readAll,
  source,
  waits,
  weights,
  WEIGHTS,
  weightsFile,
} from './hubSetup.ts';

describe('a download that is cut', () => {
  const cuts = Array.from({ length: 5 }, (_, i) => [i * CHUNK, i * CHUNK + 1, i * CHUNK + 499])
    .flat()
    .filter((c) => c < WEIGHTS);
  test.each(cuts)('after %i bytes: what arrived whole is kept, the rest is fetched later', async (cut) => {
    const chunk = Math.floor(cut / CHUNK);
    // From here on the network is gone, in the middle of a chunk.
    hub.fault = (a) => {
      if (!weightsFile(a)) return undefined;
      const at = Number(/=(\d+)/.exec(a.range!)![1]);
      if (at < chunk * CHUNK) return undefined;
      return { cutAfter: at === chunk * CHUNK ? cut - at : 0 };
    };
    const files = await models().open(source(), null, never);
    expect((await failure(readAll(files))).message).toMatch(/model\.safetensors of owner\/model/);
    await files.close();
    expect(await models().storedBytes(source())).toBe(chunk * CHUNK);
    hub.fault = () => undefined;
    hub.asked.length = 0;
    expect(await load()).toMatchObject({ network: WEIGHTS + 14 - chunk * CHUNK, store: chunk * CHUNK });
    expect(
      hub
        .ranges()
        .filter((r) => r.startsWith('model'))
        .every((r) => Number(/=(\d+)/.exec(r)![1]) >= chunk * CHUNK),
    ).toBe(true);
  });

  test('once: it goes on in the middle of the chunk, by itself', async () => {
    once((a) => weightsFile(a) && a.range === 'bytes=1000-1999', { cutAfter: 400 });
    expect(await load()).toMatchObject({ network: WEIGHTS + 14 });
    expect(hub.ranges()).toContain('model.safetensors bytes=1400-1999');
    expect(waits).toEqual([500]);
  });

  test('four times in a row: an error after waits that grow', async () => {
    hub.fault = (a) => (weightsFile(a) ? { status: 503 } : undefined);
    const files = await models().open(source(), null, never);
    expect((await failure(readAll(files))).message).toMatch(/HTTP 503/);
    expect(waits).toEqual([500, 1500, 4000]);
    hub.fault = () => undefined;
    expect(await readAll(files), 'the next read tries again').toEqual(weights);
    await files.close();
  });

  test('by the reader: the fetch ends, whole chunks stay, another reader is not disturbed', async () => {
    const abort = new AbortController();
    const both = models();
    const mine = await both.open(source(), null, abort.signal);
    const other = await both.open(source(), null, never);
    await mine.read('model.safetensors', 0, 1000, abort.signal);
    let let_go = () => {};
    const asked = new Promise<void>((resolve) => (let_go = resolve));
    hub.fault = (a) => (weightsFile(a) && a.range === 'bytes=1000-1999' ? (let_go(), { hang: true }) : undefined);
    const waiting = mine.read('model.safetensors', 1000, 2000, abort.signal);
    await asked;
    abort.abort();
    await expect(waiting).rejects.toBeInstanceOf(Cancelled);
    await mine.close();
    expect(await other.read('model.safetensors', 2000, 3000, never)).toEqual(weights.slice(2000, 3000));
    const stuck = other.read('model.safetensors', 1000, 2000, never);
    await other.close();
    await expect(stuck, 'the last reader’s leaving ends the fetch').rejects.toBeInstanceOf(Cancelled);
    hub.fault = () => undefined;
    expect((await load()).store).toBeGreaterThanOrEqual(2000);
    await expect(models().open(source(), null, AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled);
  });
});
