import { expect, test, vi } from 'vitest';
import type { Progress } from '../experiments/search/search.ts';
import { searchNews, type SearchProgress } from './searchNews.ts';

type One = { readonly key: string };
test('runs are counted between decisions, four times a second at most, and time left follows from them', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  const events: SearchProgress<One>[] = [];
  const news = searchNews<One>(10, (event) => events.push(event));
  for (const ms of [100, 200, 300, 400]) {
    clock.mockReturnValue(ms);
    news.ran();
  }
  expect(events.map((e) => [e.progress.spent, e.remainingMs])).toEqual([[3, 700]]);
  const decided: Progress<One> = { stage: 'moving', rung: 1, spent: 5, runs: 10, standings: [] };
  clock.mockReturnValue(500);
  news.told(decided);
  expect(events.at(-1)).toEqual({ kind: 'progress', progress: decided, remainingMs: 500 });
  clock.mockReturnValue(900);
  for (let k = 0; k < 8; k++) news.ran();
  // A first rung that costs more than all runs may: nothing below zero is left.
  expect(events.at(-1)).toMatchObject({ progress: { stage: 'moving', spent: 6 }, remainingMs: 600 });
  clock.mockReturnValue(1300);
  news.ran();
  expect(events.at(-1)).toMatchObject({ progress: { spent: 14 }, remainingMs: 0 });
  clock.mockRestore();
});
