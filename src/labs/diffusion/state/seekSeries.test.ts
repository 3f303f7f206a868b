import { describe, expect, test } from 'vitest';
import { meanHalfWidth } from '../../../metrics/intervals.ts';
import { defaultSeek, newSeekRow } from '../config/seekSetup.ts';
import { seekCsv, seekJson } from './seekFiles.ts';
import { seekSeries, seekTable, shownCell, stepBars, type Reading } from './seekSeries.ts';
import type { Cell } from './seekSession.ts';

const cell = (line: number, budget: number, seed: number, more: Partial<Cell> = {}): Cell => ({
  line,
  budget,
  seed,
  score: -line - seed,
  second: { sw1: 0.1 * (seed + 1) },
  cost: { evaluations: budget - 1, depth: 10, work: budget - 1, verified: 2, wallMs: 5 + seed },
  perStep: null,
  after: null,
  stopped: false,
  ...more,
});
const picture = { kind: 'points', data: new Float32Array(2) } as const;
const cells: readonly Cell[] = [
  cell(0, 20, 0, { after: picture }),
  cell(1, 20, 0, { perStep: [4, 16] }),
  cell(0, 20, 1),
  cell(1, 20, 1, { perStep: [4, 12] }),
  cell(1, 80, 0, { stopped: true, score: 99, after: picture }),
];

describe('cells of noise searches', () => {
  test('as a curve: means over seeds at what was spent, with intervals; what was stopped is in none', () => {
    const [first, second] = seekSeries(cells, 2, [20, 80], 'score');
    expect(first!.points).toEqual([
      {
        steps: 20,
        words: 'budget 20, 2 seeds',
        seeds: 2,
        x: 19,
        y: -0.5,
        low: -0.5 - meanHalfWidth([0, -1]),
        high: -0.5 + meanHalfWidth([0, -1]),
      },
    ]);
    expect(second).toMatchObject({ slot: 1, points: [{ y: -1.5 }] });
    expect(seekSeries(cells.slice(0, 1), 1, [20], 'sw1')[0]!.points).toMatchObject([{ y: 0.1, low: 0.1, high: 0.1 }]);
    expect(seekSeries([cell(0, 20, 0, { score: NaN })], 1, [20], 'score')[0]!.points).toEqual([]);
    // An interval ends where the metric does; a score, and a metric that may be negative, have no such end.
    const wide = [0.001, 0.2].map((v, seed) =>
      cell(0, 20, seed, { score: v, second: { mode_weights: v, energy: v, accuracy: 1 - v } }),
    );
    const ends = (of: Reading) => {
      const { y, low, high } = seekSeries(wide, 1, [20], of)[0]!.points[0]!;
      return [low, high, y];
    };
    const half = meanHalfWidth([0.001, 0.2]);
    expect(half).toBeGreaterThan(0.2);
    expect(ends('mode_weights')[0]).toBe(0);
    expect(ends('accuracy')[1]).toBe(1);
    expect(ends('energy')[0]).toBeCloseTo(0.1005 - half, 12);
    expect(ends('score')[0]).toBeCloseTo(0.1005 - half, 12);
  });
  test('as a table row a line', () => {
    const [first, second] = seekTable(cells, 2, 20, ['score', 'sw1', 'fd']);
    expect(first!.readings).toEqual({
      score: { mean: -0.5, half: meanHalfWidth([0, -1]) },
      sw1: { mean: expect.closeTo(0.15, 12) as number, half: meanHalfWidth([0.1, 0.2]) },
    });
    expect(second!.cost).toEqual({ evaluations: 19, depth: 10, work: 19, verified: 2, wallMs: 5.5 });
    expect(seekTable(cells, 2, 80, ['score']).map((r) => r.cost)).toEqual([null, null]);
  });
  test('as pictures of the first seed, or of what was stopped', () => {
    expect(shownCell(cells, 0, 20)).toBe(cells[0]);
    expect(shownCell(cells, 1, 20)).toBeNull();
    expect(shownCell(cells, 1, 80)).toBe(cells[4]);
  });
  test('as bars of those that choose step by step', () =>
    expect(stepBars(cells, 2, 20)).toEqual([{ line: 1, perStep: [4, 14] }]));
});

describe('files of noise searches', () => {
  const setup = { ...defaultSeek('unbalanced'), rows: [newSeekRow('rbf', { starts: 3 })] };
  const told = {
    setup,
    cells,
    skipped: [{ line: 1, budget: 5, because: 'too small' }],
    before: null,
    dropped: {},
    stoppedAt: null,
  };
  test('a row a search, budget and seed', () => {
    const lines = seekCsv(told).trim().split(/\r?\n/);
    expect(lines).toHaveLength(1 + cells.length);
    expect(lines[0]).toBe(
      'search,budget,seed,evaluations,depth,work,verifier_calls,wall_ms,stopped,log_p,sw1,per_step',
    );
    expect(lines[2]).toBe('rbf(starts=3),20,0,19,10,19,2,5,0,-1,0.1,4 16');
    expect(lines[5]).toContain(',1,99,');
  });
  test('what a stop kept from beginning has a row without numbers', () => {
    const asked = { ...told, setup: { ...setup, budgets: [20, 80], seeds: 2 }, stoppedAt: 0.6 };
    const lines = seekCsv(asked).trim().split(/\r?\n/);
    const absent = lines.slice(1 + cells.length);
    expect(absent).toHaveLength(3);
    expect(absent.at(-1)).toBe('rbf(starts=3),80,1,,,,,,1,,,');
    expect(absent.every((l) => l.split(',').length === lines[0]!.split(',').length)).toBe(true);
    const made = JSON.parse(seekJson(asked, { link: '', adapter: '', version: '' })) as Record<string, unknown>;
    expect(made['stopped']).toMatch(/^Stopped at 60 %/);
    expect(made['notBegun']).toContainEqual({ search: 'rbf(starts=3)', budget: 80, seed: 1 });
  });
  test('all of it with link and setup, without pictures', () => {
    const made = JSON.parse(seekJson(told, { link: 'x#y', adapter: 'none', version: '1' })) as Record<string, unknown>;
    expect(made).toMatchObject({
      format: 'stepscope-noise-search',
      link: 'x#y',
      setup: { model: 'unbalanced' },
      skipped: [{ search: 'rbf(starts=3)', budget: 5, because: 'too small' }],
    });
    expect((made['results'] as object[])[1]).toEqual({
      search: 'rbf(starts=3)',
      budget: 20,
      seed: 0,
      score: -1,
      second: { sw1: 0.1 },
      cost: { evaluations: 19, depth: 10, work: 19, verified: 2, wallMs: 5 },
      perStep: [4, 16],
      stopped: false,
    });
  });
});
