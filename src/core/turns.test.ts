import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('work is done one piece at a time, in the order in which it was asked for', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const piece = (name: string, ms: number) =>
    turns.take(async () => {
      seen.push(`${name} begins`);
      await later(ms);
      seen.push(`${name} ends`);
      return name;
    });
  expect(await Promise.all([piece('a', 12), piece('b', 1), piece('c', 5)])).toEqual(['a', 'b', 'c']);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a piece that fails keeps nobody waiting, and its error is its own', async () => {
  const turns = new Turns();
  const bad = turns.take(() => Promise.reject(new Error('bad')));
  const good = turns.take(() => Promise.resolve(7));
  await expect(bad).rejects.toThrow('bad');
  expect(await good).toBe(7);
});

test('idle waits for what was asked for before it, not for what comes after', async () => {
  const turns = new Turns();
  let ended = false;
  void turns.take(() => later(10).then(() => void (ended = true)));
  const idle = turns.idle();
  void turns.take(() => new Promise(() => {}));
  await idle;
  expect(ended).toBe(true);
});
