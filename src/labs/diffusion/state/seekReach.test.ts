import { describe, expect, test } from 'vitest';
import { defaultSeek, newSeekRow } from '../config/seekSetup.ts';
import { intervalWords, notBegun, stopLine, type Told } from './seekReach.ts';
import type { Cell } from './seekSession.ts';

// Three lines: the longer plain run and two searches.
const setup = {
  ...defaultSeek('unbalanced'),
  budgets: [8, 16, 32],
  seeds: 2,
  rows: [newSeekRow('random'), newSeekRow('rbf')],
};
const cell = (line: number, budget: number, seed: number, stopped = false): Cell => ({
  ...{ line, budget, seed, score: 0, second: {}, perStep: null, after: null, stopped },
  cost: { evaluations: budget, depth: 1, work: budget, verified: 1, wallMs: 1 },
});
const all = (budget: number, seed: number) => [0, 1, 2].map((line) => cell(line, budget, seed));
const told = (cells: readonly Cell[], more: Partial<Told> = {}): Told => ({
  ...{ setup, cells, skipped: [], dropped: {}, stoppedAt: 0.21 },
  ...more,
});

describe('after a stop', () => {
  test.each<[string, Told, string]>([
    ['one seed of two', told([...all(8, 0), ...all(16, 0)]), 'Stopped at 21 %: seed 0 alone, budgets 8 and 16.'],
    [
      'a budget in part',
      told([...all(8, 0), cell(0, 16, 0), cell(1, 16, 0, true)]),
      'seed 0 alone, budgets 8 and 16 (1 of 3 searches).',
    ],
    [
      'seeds that got differently far',
      told([8, 16, 32].flatMap((b) => all(b, 0)).concat(all(8, 1))),
      'seed 0, budgets 8, 16 and 32; seed 1, budget 8.',
    ],
    ['nothing', told([cell(0, 8, 0, true)]), 'nothing was finished.'],
    [
      'what is too small, and what failed, is not missed',
      told([cell(0, 8, 0), cell(0, 16, 0)], {
        skipped: [{ line: 1, budget: 8, because: '' }],
        dropped: { 2: 'failed' },
      }),
      'seed 0 alone, budgets 8 and 16 (1 of 2 searches).',
    ],
  ])('%s', (_, of, says) => {
    expect(stopLine(of)).toContain(says);
    expect(stopLine(of)).toContain('Asked were seeds 0 and 1, budgets 8, 16 and 32.');
  });
  test('what was not begun: neither what has numbers nor what could not be had', () => {
    const of = told([...all(8, 0), cell(0, 16, 0), cell(1, 16, 0, true)], { dropped: { 2: 'failed' } });
    expect(notBegun(of).map(({ line, budget, seed }) => [line, budget, seed])).toEqual([
      [0, 32, 0],
      [1, 32, 0],
      ...[8, 16, 32].flatMap((b) => [
        [0, b, 1],
        [1, b, 1],
      ]),
    ]);
  });
  test('nothing of it before a stop, or without one', () => {
    expect([stopLine(told([], { stoppedAt: null })), notBegun(told([], { stoppedAt: null }))]).toEqual([null, []]);
    expect(stopLine(told([], { setup: null }))).toBeNull();
  });
});

test.each<[readonly number[], string]>([
  [[], 'One seed: no intervals.'],
  [[1, 1], 'One seed: no intervals.'],
  [[2, 2], 'Bars: 95 % intervals over 2 seeds.'],
  [[1, 2], 'Bars: 95 % intervals over the seeds that ran, 1 to 2; none where one ran.'],
  [[2, 3], 'Bars: 95 % intervals over the seeds that ran, 2 to 3.'],
])('bars over %j seeds', (seeds, says) => expect(intervalWords(seeds, 'Bars:')).toBe(says));
