import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Sha256, sha256Of } from './sha256.ts';

const noise = (n: number) => Uint8Array.from({ length: n }, (_, i) => Math.imul(i + 1, 2654435761) >>> 23);
const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
afterEach(() => vi.unstubAllGlobals());

describe('SHA-256', () => {
  test('the examples of the standard', () => {
    expect(new Sha256().digest()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(new Sha256().update(new TextEncoder().encode('abc')).digest()).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
  test('every length around the block and padding borders', () => {
    for (let n = 0; n <= 260; n++)
      expect(new Sha256().update(noise(n)).digest(), `${n} bytes`).toBe(expected(noise(n)));
  });
  test('pieces of any size give what the whole gives', () => {
    const bytes = noise(5000);
    for (const piece of [1, 3, 55, 63, 64, 65, 127, 128, 1000, 4999]) {
      const hash = new Sha256();
      for (let at = 0; at < bytes.length; at += piece)
        hash.update(bytes.subarray(at, at + piece)).update(new Uint8Array(0));
      expect(hash.digest(), `pieces of ${piece}`).toBe(expected(bytes));
    }
  });
  test('without crypto.subtle the answer is the same', async () => {
    const bytes = noise(1000);
    const own = await sha256Of(bytes);
    vi.stubGlobal('crypto', {});
    expect(await sha256Of(bytes)).toBe(own);
    expect(own).toBe(expected(bytes));
  });
});
