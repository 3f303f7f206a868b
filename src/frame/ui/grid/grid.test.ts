import { describe, expect, test } from 'vitest';
import type { Spot } from '../../../experiments/grid/summary.ts';
import { compact } from '../format.ts';
import { boardHeight, boardWidth, inSight, moved, placeAt, scrollFor, type BoardSize } from './board.ts';
import { bandPath, columnReadings, lineGroups, linePath, pointsOf } from './lines.ts';
import { scaleFor, usualSize } from './scale.ts';

const size: BoardSize = { rows: 25, columns: 40, cell: { width: 60, height: 50 }, head: { width: 100, height: 30 } };
const sight = { left: 130, top: 75, width: 400, height: 230 };
const spot = (mean: number | null, half: number | null = null): Spot => ({
  mean,
  half,
  values: 4,
  cell: 0,
  without: 0,
});

describe('a board', () => {
  test('only the cells in sight are drawn, whatever their number', () => {
    expect([boardWidth(size), boardHeight(size)]).toEqual([2500, 1280]);
    expect(inSight(size, sight)).toEqual({ fromRow: 1, toRow: 5, fromColumn: 2, toColumn: 7 });
    expect(inSight(size, { ...sight, left: 1e6, top: 1e6 })).toMatchObject({ toRow: 24, toColumn: 39 });
    expect(inSight({ ...size, rows: 1, columns: 2 }, { ...sight, left: 0, top: 0 })).toEqual({
      ...{ fromRow: 0, toRow: 0, fromColumn: 0, toColumn: 1 },
    });
  });
  test('the place under the pointer, none on the heads and beside the board', () => {
    expect(placeAt(size, sight, 100, 30)).toEqual([1, 2]);
    expect(placeAt(size, sight, 150, 55)).toEqual([2, 3]);
    expect(placeAt(size, sight, 99, 40)).toBeNull();
    expect(placeAt(size, sight, 150, 29)).toBeNull();
    expect(placeAt({ ...size, columns: 3 }, sight, 390, 100)).toBeNull();
  });
  test('keys move within the board, and what they reach comes into sight', () => {
    expect(moved('ArrowDown', null, size, 4)).toEqual([0, 0]);
    expect(moved('ArrowRight', [3, 39], size, 4)).toEqual([3, 39]);
    expect(moved('PageDown', [3, 5], size, 4)).toEqual([7, 5]);
    expect(moved('End', [3, 5], size, 4)).toEqual([3, 39]);
    expect(moved('a', [3, 5], size, 4)).toBeNull();
    expect(moved('constructor', [3, 5], size, 4)).toBeNull();
    for (const place of [
      [0, 0],
      [24, 39],
      [2, 4],
      [13, 7],
    ] as const) {
      const to = { ...sight, ...scrollFor(size, sight, place) };
      const seen = inSight(size, to);
      expect(place[0]).toBeGreaterThanOrEqual(seen.fromRow);
      expect(place[0]).toBeLessThanOrEqual(seen.toRow);
      expect(place[1] * 60).toBeGreaterThanOrEqual(to.left);
      expect((place[1] + 1) * 60).toBeLessThanOrEqual(to.left + 300);
    }
    expect(scrollFor(size, sight, [2, 4])).toEqual({ left: 130, top: 75 }); // it was in sight
  });
});

describe('lines', () => {
  const plot = { top: 10, bottom: 110 };
  const at = (line: readonly Spot[]) =>
    pointsOf(
      line,
      (c) => 10 * c,
      (v) => (v > 0 ? 100 - v : NaN),
      plot,
    );
  test('points without a value leave a gap in nothing but the number of points; bands stay inside', () => {
    const points = at([spot(50, 10), spot(null), spot(20, 30), spot(30)]);
    expect(points.map((p) => [p.column, p.x, p.y, p.low, p.high])).toEqual([
      [0, 0, 50, 60, 40],
      [2, 20, 80, 110, 50],
      [3, 30, 70, null, null],
    ]);
    expect(linePath(points)).toBe('M0.0,50.0L20.0,80.0L30.0,70.0');
    expect(bandPath(points)).toBe('M0.0,40.0L20.0,50.0L20.0,110.0L0.0,60.0Z');
    expect(bandPath(at([spot(1, 1), spot(2), spot(3, 1)]))).toBe(''); // a single point has no area
    expect([linePath([]), bandPath([])]).toEqual(['', '']);
  });
  test('are drawn in groups that hold every row once', () => {
    expect([lineGroups(1), lineGroups(8), lineGroups(9), lineGroups(20)]).toEqual([[0], [0], [0, 8], [0, 8, 16]]);
  });
  test('a column reads its rows that have a number', () => {
    const names = { columns: ['4', '8'], rows: ['euler', 'heun'], x: 'Steps' };
    const said = columnReadings(
      [
        [spot(1), spot(2)],
        [spot(null), spot(3)],
      ],
      names,
      (c) => c,
      (s) => `${s.mean}, mean of 4, the best`,
    );
    expect(said.map((r) => [r.head, r.rows.map((l) => `${l.name} ${l.value} ${l.more}`)])).toEqual([
      ['Steps 4', ['euler 1 mean of 4, the best']],
      ['Steps 8', ['euler 2 mean of 4, the best', 'heun 3 mean of 4, the best']],
    ]);
  });
});

describe('the colour scale', () => {
  test('is logarithmic where it may be, and beyond the usual size where a few values are far out', () => {
    const log = scaleFor([[spot(0.01), spot(null), spot(1)]], true)!;
    expect([log.runs, log.share(0.01), log.share(0.1), log.share(1)]).toEqual(['logarithmic', 0, 0.5, 1]);
    expect(scaleFor([[spot(0), spot(1)]], true)!.runs).toBe('');
    expect(scaleFor([[spot(-1), spot(1)]], false)!.share(0)).toBe(0.5);
    const wide = scaleFor([[spot(-0.01), spot(0.02), spot(0.01), spot(170)]], false)!;
    expect(wide.runs).toBe('logarithmic far out');
    expect(wide.share(0.02) - wide.share(-0.01)).toBeGreaterThan(0.1);
    expect(scaleFor([[spot(3), spot(3)]], true)!.share(3)).toBe(0.5);
    expect(scaleFor([[spot(null)]], true)).toBeNull();
    expect(usualSize([0.1, 0.2, 0.3])).toBeNull();
    expect(usualSize([])).toBeNull();
  });
  test('numbers beyond their digits are whole ones', () => {
    expect([170.2, 1234, 99_999].map((v) => compact(v, 2))).toEqual(['170', '1200', '100000']);
    expect([1234, 12_345, 789.4, 99.96, 42].map((v) => compact(v))).toEqual(['1230', '12300', '789', '100', '42.0']);
  });
});
