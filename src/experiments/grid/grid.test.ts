import { describe, expect, test } from 'vitest';
import { cellAt, cellKey, cellsOf, combinations, hash32, inShard, MAX_CELLS, readShard, refuseGrid } from './cells.ts';
import { leavesOut, readRules, writeRules } from './rules.ts';
import { readValues, writeValues } from './values.ts';
import type { GridSpec } from './types.ts';

describe('values of an axis', () => {
  test.each([
    ['euler', ['euler']],
    ['1, 2, .., 5', ['1', '2', '3', '4', '5']],
    ['10, 8, .., 4', ['10', '8', '6', '4']],
    ['0.1, 0.2, .., 0.5', ['0.1', '0.2', '0.3', '0.4', '0.5']],
    ['1, 1.25, .., 2', ['1', '1.25', '1.5', '1.75', '2']],
    ['1e-3, 2e-3, .., 4e-3', ['1e-3', '2e-3', '0.003', '4e-3']],
    ['-1, 0, .., 2', ['-1', '0', '1', '2']],
    ['1, 2, .., 3', ['1', '2', '3']],
    ['1, 2, .., 4, 8', ['1', '2', '3', '4', '8']],
    ['1, 2, .., 4, 6, .., 10', ['1', '2', '3', '4', '6', '8', '10']],
    ['4, 8, ..*, 64', ['4', '8', '16', '32', '64']],
    ['100, 10, ..*, 0.1', ['100', '10', '1', '0.1']],
    [
      'dpmpp_2m_sde(eta=.5,s_noise=1):karras:10, euler:karras:10',
      ['dpmpp_2m_sde(eta=.5,s_noise=1):karras:10', 'euler:karras:10'],
    ],
    ['a face, happy || a face, sad', ['a face, happy', 'a face, sad']],
  ])('%s', (text, values) => {
    expect(readValues(text)).toEqual({ values });
  });
  test.each([
    ['', 'No values are given.'],
    ['1,, 2', 'Value 2 is empty.'],
    ['1, .., 4', 'two before it and one after'],
    ['a, b, .., c', 'two before it and one after'],
    ['1, 2, ..', 'two before it and one after'],
    ['1, 3, .., 6', 'misses 6: it passes 5 and 7'],
    ['4, 8, ..*, 60', 'misses 60: it passes 32 and 64'],
    ['1, 2, .., -4', 'runs away from -4'],
    ['2, 2, .., 4', 'does not move'],
    ['-2, 2, ..*, 4', 'does not move'],
    ['1, 2, .., 100000', 'has 99998 values; an axis takes at most 1000'],
    ['1, 2, 1', "'1' is given twice"],
  ])('%s is refused: %s', (text, words) => {
    expect((readValues(text) as { refused: string }).refused).toContain(words);
  });
  test('what is written reads the same', () => {
    for (const values of [['1', '2'], ['a, b', 'c'], ['f(a,b)', 'g'], ['a, b'], [':-)', 'ok'], ['a(', 'b)']])
      expect(readValues(writeValues(values))).toEqual({ values });
  });
});

describe('rules', () => {
  const read = (text: string) => readRules(text, ['steps', 'sampler', 'nfe']);
  test('conditions of numbers and texts, joined by and; a line or a semicolon each', () => {
    const rules = read('steps > 20 and sampler = rk4; nfe>=100\n sampler != euler AND steps <= 3');
    if ('refused' in rules) throw new Error(rules.refused);
    const out = (cell: Record<string, string>) => leavesOut(rules.rules, (f) => cell[f]);
    expect(out({ steps: '21', sampler: 'rk4' })).toBe(true);
    expect(out({ steps: '20', sampler: 'rk4' })).toBe(false);
    expect(out({ steps: '21', sampler: 'euler' })).toBe(false);
    expect(out({ steps: '9', sampler: 'euler', nfe: '100' })).toBe(true);
    expect(out({ steps: '3.0', sampler: 'heun' })).toBe(true);
    expect(out({ steps: '4', sampler: 'heun' })).toBe(false);
    expect(writeRules(rules.rules)).toBe('steps > 20 and sampler = rk4; nfe >= 100; sampler != euler and steps <= 3');
    expect(read(writeRules(rules.rules))).toEqual(rules);
  });
  test('a text is on neither side of a number', () => {
    const rules = read('sampler > 3; sampler <= 3');
    expect('rules' in rules && leavesOut(rules.rules, () => 'euler')).toBe(false);
  });
  test.each([
    ['steps', 'is no condition'],
    ['steps > ', 'is no condition'],
    ['size = 3', "'size' is not an axis of this grid; there are steps, sampler, nfe"],
  ])('%s: %s', (text, words) => {
    expect((read(text) as { refused: string }).refused).toContain(words);
  });
});

describe('cells', () => {
  const spec: GridSpec = {
    axes: [
      { field: 'sampler', values: ['euler', 'heun'] },
      { field: 'steps', values: ['4', '8', '16'] },
    ],
    skip: [
      [
        { field: 'sampler', is: '=', value: 'heun' },
        { field: 'steps', is: '>', value: '8' },
      ],
    ],
  };
  test('the last axis is fastest; skipped cells keep their numbers', () => {
    expect(combinations(spec)).toBe(6);
    expect([...cellsOf(spec)].map((c) => [c.index, c.values['sampler'], c.values['steps']])).toEqual([
      [0, 'euler', '4'],
      [1, 'euler', '8'],
      [2, 'euler', '16'],
      [3, 'heun', '4'],
      [4, 'heun', '8'],
    ]);
    const dear = { ...spec, skip: [[{ field: 'nfe', is: '>', value: '15' } as const]] };
    const nfe = ({ values: { sampler, steps } }: { values: Readonly<Record<string, string>> }) =>
      String(Number(steps) * (sampler === 'heun' ? 2 : 1));
    expect([...cellsOf(dear, nfe)].map((c) => c.index)).toEqual([0, 1, 3]);
  });
  test('a cell has one text, whatever the order of the axes', () => {
    const turned = { ...spec, axes: spec.axes.toReversed() };
    expect(cellKey(cellAt(spec, 4))).toBe('sampler=heun&steps=8');
    expect(new Set([...cellsOf(turned)].map(cellKey))).toEqual(new Set([...cellsOf(spec)].map(cellKey)));
    expect(cellKey({ index: 0, values: { a: '1&b=2' } })).not.toBe(cellKey({ index: 0, values: { a: '1', b: '2' } }));
  });
  test('hash: published values of FNV-1a and of the finaliser, and the same on every machine', () => {
    // FNV-1a of "" is 0x811c9dc5 and of "a" 0xe40c292c (RFC 9923)
    expect(hash32('')).toBe(fmix32(0x811c9dc5));
    expect(hash32('a')).toBe(fmix32(0xe40c292c));
    expect(hash32('sampler=heun&steps=8')).toBe(hash32('sampler=heun&steps=8'));
  });
  test('every cell is in exactly one shard, and shards are about equal', () => {
    const large: GridSpec = {
      axes: [{ field: 'seed', values: Array.from({ length: 900 }, (_, i) => String(i)) }],
      skip: [],
    };
    const counts = [1, 2, 3].map((part) => [...cellsOf(large)].filter((c) => inShard(c, { part, of: 3 })).length);
    expect(counts.reduce((a, b) => a + b)).toBe(900);
    for (const n of counts) expect(Math.abs(n - 300)).toBeLessThan(60); // 4 deviations of a binomial
    for (const cell of cellsOf(large))
      expect([1, 2, 3].filter((part) => inShard(cell, { part, of: 3 })).length).toBe(1);
  });
  test('shards as text', () => {
    expect(readShard('2/3')).toEqual({ part: 2, of: 3 });
    for (const text of ['0/3', '4/3', '1', '1/0', 'a/b', '-1/3', '1/3/2']) expect(readShard(text)).toBeUndefined();
  });
  test.each<[string, GridSpec, string]>([
    ['none', { axes: [], skip: [] }, 'no axis'],
    ['twice', { axes: [spec.axes[0]!, spec.axes[0]!], skip: [] }, "Two axes set 'sampler'"],
    ['empty', { axes: [{ field: 'seed', values: [] }], skip: [] }, "'seed' has no values"],
    [
      'a million',
      {
        axes: ['a', 'b'].map((field) => ({ field, values: Array.from({ length: 1000 }, (_, i) => String(i)) })),
        skip: [],
      },
      '1,000,000 cells; at most 10,000',
    ],
    ['seven axes', { axes: [...'abcdefg'].map((field) => ({ field, values: ['1'] })), skip: [] }, '7 axes; at most 6'],
  ])('%s is refused', (_, bad, words) => {
    expect(refuseGrid(bad)).toContain(words);
    expect(refuseGrid(spec)).toBeUndefined();
    expect(MAX_CELLS).toBe(10_000);
  });
});

/** MurmurHash3's finaliser on BigInts: products cut to 32 bits by hand. */
function fmix32(value: number): number {
  const cut = (v: bigint) => v & 0xffffffffn;
  let h = BigInt(value);
  h ^= h >> 16n;
  h = cut(h * 0x85ebca6bn);
  h ^= h >> 13n;
  h = cut(h * 0xc2b2ae35n);
  h ^= h >> 16n;
  return Number(h);
}
