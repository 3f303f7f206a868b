import { describe, expect, test } from 'vitest';
import { headOf, rowOf, type CellRow } from '../../../experiments/grid/records.ts';
import { cellAt, cellsOf } from '../../../experiments/grid/cells.ts';
import type { Axis, GridSpec } from '../../../experiments/grid/types.ts';
import { FIRST_LOOK, indexOf, laid, repeatsOf, scaleOf, shownSpots, spotIndex } from './face.ts';
import { rankSpots } from './ranking.ts';

const spec: GridSpec = {
  axes: [
    { field: 'sampler', values: ['euler', 'heun', 'dpmpp_2m'] },
    { field: 'nfe', values: ['4', '8'] },
    { field: 'seed', values: ['0', '1', '2', '3'] },
  ],
  skip: [],
};
const head = headOf(spec, 'model=grid4', ['sw1', 'nll'], 'processor');
const rows = [...cellsOf(spec)].map((cell): CellRow =>
  rowOf(cell, { nfe: 4, passes: 4, metrics: [cell.index, null] }, head),
);

describe('laying out', () => {
  test('evaluations go across, what is compared goes down, seeds are averaged; a choice is kept where it fits', () => {
    const first = laid(head, FIRST_LOOK);
    expect(first.face).toEqual({ x: 'nfe', y: 'sampler', held: {} });
    expect(first.others.map((o) => [o.axis.field, o.at])).toEqual([['seed', null]]);
    const other = laid(head, { ...FIRST_LOOK, x: 'seed', y: 'sampler' });
    expect(other.face).toEqual({ x: 'seed', y: 'sampler', held: { nfe: '4' } });
    const kept = laid(head, { ...FIRST_LOOK, x: 'seed', held: { nfe: '8', sampler: 'gone' } });
    expect(kept.face).toEqual({ x: 'seed', y: 'sampler', held: { nfe: '8' } });
    expect(laid({ axes: [spec.axes[2]!] }, FIRST_LOOK).face).toEqual({ x: 'seed', y: null, held: {} });
    expect(laid(head, { ...FIRST_LOOK, x: 'nfe', y: 'nfe' }).face.y).toBe('sampler');
    const [samplers, , seeds] = spec.axes as [Axis, Axis, Axis];
    const single = {
      axes: [
        { field: 'model', values: ['a'] },
        samplers,
        { field: 'w', values: ['1', '2'] },
        { field: 'nfe', values: ['4'] },
        seeds,
      ],
    };
    expect(laid(single, FIRST_LOOK).face).toEqual({ x: 'w', y: 'sampler', held: { model: 'a', nfe: '4' } });
    expect(laid({ axes: [{ field: 'nfe', values: ['4'] }, seeds] }, FIRST_LOOK).face).toMatchObject({
      x: 'nfe',
      y: null,
    });
  });
  test('a cell is found by its values, and a spot by its place', () => {
    for (let i = 0; i < 24; i++) expect(indexOf(head, cellAt(spec, i).values)).toBe(i);
    const at = laid(head, FIRST_LOOK);
    expect(spotIndex(head, at, 2, 1)).toBe(2 * 8 + 4);
    expect(spotIndex(head, laid(head, { ...FIRST_LOOK, x: 'seed', held: { nfe: '8' } }), 1, 3)).toBe(8 + 4 + 3);
  });
  test('the picture of a spot is of the first cell that ended well; repeats stand in one order', () => {
    const at = laid(head, FIRST_LOOK);
    const failed = rowOf(cellAt(spec, 0), { failed: 'out of memory' }, head);
    const mixed = [failed, ...rows.slice(1)].toReversed();
    expect(shownSpots(head, mixed, 'sw1', at).cells[0]).toEqual([1, 4]);
    expect(shownSpots(head, [failed], 'sw1', at).cells[0]).toEqual([0, null]);
    expect(repeatsOf(head, rows.toReversed(), 'sw1', at)![0]).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
    expect(repeatsOf(head, mixed, 'sw1', at)).toBeNull(); // one seed is missing of one spot
    expect(repeatsOf(head, rows, 'sw1', laid(head, { ...FIRST_LOOK, held: { seed: '1' } }))).toBeNull();
  });
  test('numbers that rise are a scale, logarithmic where it is wide; names and seeds stand at their places', () => {
    expect(scaleOf({ field: 'nfe', values: ['4', '8', '32'] })).toEqual({ at: [4, 8, 32], kind: 'log' });
    expect(scaleOf({ field: 'guidance', values: ['0', '1', '5'] })).toEqual({ at: [0, 1, 5], kind: 'linear' });
    for (const axis of [spec.axes[0]!, { field: 'seed', values: ['3', '7'] }, { field: 'nfe', values: ['8', '4'] }])
      expect(scaleOf(axis).kind).toBe('place');
  });
});

describe('ranking', () => {
  const metric = { better: 'lower', log: false } as const;
  const spotsOf = (repeats: number[][][]) =>
    repeats.map((line) =>
      line.map((v) => ({
        mean: v.length === 0 ? null : v.reduce((a, b) => a + b, 0) / v.length,
        half: null,
        values: v.length,
        cell: 0,
        without: 0,
      })),
    );
  test('what differs by less than its noise is not distinguishable, also when its mean is the larger', () => {
    const repeats = [
      [
        [1, 3, 2, 4],
        [1.2, 2.7, 2.3, 4.1],
      ],
      [[11, 13, 12, 14], []],
    ];
    const ranked = rankSpots(spotsOf(repeats), repeats, metric);
    expect(ranked.verdicts).toEqual([
      ['best', 'tied'],
      ['worse', 'unknown'],
    ]);
    expect([ranked.best, ranked.tied, ranked.rated, ranked.unmarked]).toEqual([[0, 0], 1, 3, null]);
    expect(rankSpots(spotsOf(repeats), repeats, { better: 'higher', log: true }).best).toEqual([1, 0]);
  });
  test('few repeats, or none, mark nobody and say so', () => {
    const few = [
      [
        [1, 2],
        [3, 4],
      ],
    ];
    const ranked = rankSpots(spotsOf(few), few, metric);
    expect(ranked.verdicts).toEqual([['unknown', 'unknown']]);
    expect(ranked.unmarked).toMatch(/Fewer than 4 repeats/);
    expect(rankSpots(spotsOf(few), null, metric)).toMatchObject({
      best: [0, 0],
      unmarked: expect.stringMatching(/evenly/),
    });
  });
});
