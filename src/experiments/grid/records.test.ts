import { describe, expect, test } from 'vitest';
import { studentQuantile } from '../../math/studentT.ts';
import { cellAt, cellsOf, inShard, type Shard } from './cells.ts';
import {
  costsTold,
  differs,
  gridCsv,
  gridJson,
  headOf,
  journalHead,
  journalRow,
  mergeJournals,
  readJournal,
  rowOf,
  type CellRow,
  type GridHead,
} from './records.ts';
import { face } from './summary.ts';
import type { GridSpec } from './types.ts';

const spec: GridSpec = {
  axes: [
    { field: 'sampler', values: ['euler', 'heun'] },
    { field: 'steps', values: ['4', '8', '16'] },
    { field: 'seed', values: ['0', '1', '2'] },
  ],
  skip: [[{ field: 'steps', is: '=', value: '16' }]],
};
const head = headOf(spec, 'model=ring8', ['sw1', 'nll'], 'processor');
const rows = [...cellsOf(spec)].map((cell) =>
  rowOf(cell, { nfe: 4, passes: 4, metrics: [cell.index / 7, null] }, head),
);
const indexesOf = (h: GridHead, shard: Shard) => [...cellsOf(h)].filter((c) => inShard(c, shard)).map((c) => c.index);
const journal = (part: number, of: number, kept: readonly CellRow[] = rows) =>
  journalHead(head, { part, of }) +
  kept
    .filter((r) => inShard(cellAt(spec, r.index), { part, of }))
    .map(journalRow)
    .join('');
const parts = (texts: readonly string[]) =>
  texts.map((text, i) => ({ name: `shard${i + 1}`, journal: readJournal(text, `shard${i + 1}`) }));

describe('merging', () => {
  test.each([1, 2, 3, 5])('%i shards in any order give what one process writes, byte for byte', (of) => {
    const texts = Array.from({ length: of }, (_, i) => journal(i + 1, of, rows.toReversed()));
    const merged = mergeJournals(parts(texts).reverse(), indexesOf);
    expect(gridJson(merged.head, merged.rows)).toBe(gridJson(head, rows));
    expect(gridCsv(merged.head, merged.rows)).toBe(gridCsv(head, rows));
    expect(JSON.parse(gridJson(head, rows))).toEqual({ head, cells: rows });
  });
  test('what is missing, twice or foreign is named', () => {
    const [a, b, c] = [journal(1, 3), journal(2, 3), journal(3, 3)];
    const merge = (texts: readonly string[]) => () => mergeJournals(parts(texts), indexesOf);
    expect(merge([])).toThrow('There is nothing to merge.');
    expect(merge([a, c])).toThrow('Missing: shard 2/3.');
    expect(merge([a, b, a])).toThrow('shard3 and shard1 are both shard 1/3.');
    expect(merge([a, journal(2, 2)])).toThrow('shard2 is one of 2 shards, shard1 one of 3.');
    expect(merge([a, b.trimEnd().split('\n').slice(0, -1).join('\n') + '\n', c])).toThrow(
      /shard2 is not finished: 1 of its \d+ cells are missing. Run shard 2\/3 again/,
    );
    const stray = a + journal(2, 3).split('\n')[1]! + '\n';
    expect(merge([stray, b, c])).toThrow(/shard1 has cell \d+, which is not of shard 1\/3/);
    const other = journalHead({ ...head, link: 'model=spiral' }, { part: 2, of: 3 });
    expect(merge([a, other, c])).toThrow('shard2 is of another experiment than shard1.');
  });
  test('heads differ by whatever changes a number', () => {
    expect(differs(head, head)).toBeUndefined();
    expect(differs(head, { ...head, device: 'SwiftShader' })).toBe('another device (SwiftShader)');
    expect(differs(head, { ...head, skip: [] })).toBe('other cells left out (none)');
    expect(differs(head, { ...head, metrics: ['sw1'] })).toBe('other metrics');
    expect(differs(head, { ...head, axes: head.axes.toReversed() })).toBe('other axes');
  });
});

describe('costs', () => {
  const costs = { work: 4, depth: 4, bytes: 0, reads: 0 };
  const with_ = (further: Partial<typeof costs>, index = 0, nfe = 4, passes = 4) =>
    rowOf(cellAt(spec, index), { nfe, passes, costs: { ...costs, ...further }, metrics: [0.5, null] }, head);
  test('a column is there for each that says something in any row, and for no other', () => {
    const columns = (of: readonly CellRow[]) => gridCsv(head, of).split('\r\n')[0]!;
    expect(columns([with_({})])).toBe('cell,sampler,steps,seed,nfe,passes,sw1,nll,failed');
    const [names, first, second] = gridCsv(head, [with_({}), with_({ depth: 2, bytes: 64 }, 1)]).split('\r\n');
    expect(names).toBe('cell,sampler,steps,seed,nfe,passes,depth,bytes,sw1,nll,failed');
    expect([first, second]).toEqual(['0,euler,4,0,4,4,4,0,0.5,,', '1,euler,4,1,4,4,2,64,0.5,,']);
    expect(columns([with_({ work: 8 }, 0, 4, 8)])).not.toContain('work'); // guided: two whole passes an evaluation
    expect(columns([with_({ work: 4.5, reads: 1 }, 0, 4, 8)])).toContain('nfe,passes,work,reads,sw1');
  });
  test('any of them is a metric of a face; an older row has evaluations and passes alone', () => {
    const of = (id: string, some: readonly CellRow[]) =>
      face(head, some, id, { x: 'steps', y: null, held: { sampler: 'euler' } })[0]![0]!.mean;
    const some = [with_({ depth: 2, work: 0.5 }), with_({ depth: 3, work: 1 }, 1)];
    expect(['nfe', 'passes', 'work', 'depth', 'bytes', 'reads'].map((id) => of(id, some))).toEqual([
      4, 4, 0.75, 2.5, 0, 0,
    ]);
    expect(['nfe', 'passes', 'work', 'toString'].map((id) => of(id, rows.slice(0, 3)))).toEqual([4, 4, null, null]);
    expect(costsTold(some)).toEqual(['nfe', 'work', 'depth']);
    expect(costsTold(rows)).toEqual(['nfe']);
  });
  test('shards that hold them merge to the bytes of one process; older and newer rows stand side by side', () => {
    const many = [...cellsOf(spec)].map((cell) =>
      with_({ depth: 1 + (cell.index % 3), work: cell.index / 7 }, cell.index),
    );
    const mixed = many.map((row, i) => (i < 4 ? rows[i]! : row));
    for (const held of [many, mixed]) {
      const merged = mergeJournals(parts([1, 2, 3].map((part) => journal(part, 3, held))), indexesOf);
      expect(gridJson(merged.head, merged.rows)).toBe(gridJson(head, held));
      expect(gridCsv(merged.head, merged.rows)).toBe(gridCsv(head, held));
    }
    expect(gridCsv(head, mixed).split('\r\n')[1]).toBe('0,euler,4,0,4,4,,,0,,');
  });
  test.each([{ depth: 1.5 }, { work: -1 }, { reads: '0' }, { bytes: null }])('%o is no count', (bad) => {
    const line = journalRow({ ...with_({}), costs: { ...costs, ...bad } as unknown as typeof costs });
    expect(() => readJournal(journalHead(head, { part: 1, of: 1 }) + line, 'a')).toThrow(/line 2 is not a cell/);
  });
});

describe('journals', () => {
  test('a last line that was cut short is forgotten, wherever it was cut', () => {
    const text = journal(1, 1);
    const all = readJournal(text, 'a').rows;
    const start = text.lastIndexOf('\n', text.length - 2) + 1;
    for (let cut = start; cut < text.length; cut++)
      expect(readJournal(text.slice(0, cut), 'a').rows).toEqual(all.slice(0, -1));
  });
  test.each<[string, (text: string) => string, RegExp]>([
    ['nothing', () => '', /does not begin/],
    ['not JSON', () => 'hello\n', /does not begin/],
    ['another version', (t) => t.replace('"version":1', '"version":2'), /does not begin/],
    ['a line of junk', (t) => `${t}{}\n`, /line 14 is not a cell/],
    ['a cell out of range', (t) => t.replace('"index":1,', '"index":99,'), /line 3 is not a cell/],
    ['a value that is not of its axis', (t) => t.replace('"seed":"1"}', '"seed":"7"}'), /is not a cell/],
    ['a number as text', (t) => t.replace('"nfe":4', '"nfe":"4"'), /line 2 is not a cell/],
    ['two results', (t) => t + t.split('\n')[1]!.replace('[0,', '[5,') + '\n', /two different results for cell 0/],
    [
      'too many cells',
      (t) =>
        t.replace('"seed","values":[', `"seed","values":[${Array.from({ length: 2000 }, (_, i) => `"x${i}"`).join()},`),
      /12,018 cells/,
    ],
  ])('%s: refused by name', (_, spoil, words) => {
    expect(() => readJournal(spoil(journal(1, 1)), 'part.jsonl')).toThrow(words);
    expect(() => readJournal(spoil(journal(1, 1)), 'part.jsonl')).toThrow(/^part.jsonl/);
  });
  test('a failed cell has its reason and no numbers; what is not finite is no number', () => {
    const failed = rowOf(cellAt(spec, 0), { failed: 'out of memory' }, head);
    expect(failed).toMatchObject({ nfe: null, metrics: [null, null], failed: 'out of memory' });
    expect(rowOf(cellAt(spec, 0), { nfe: 1, passes: 1, metrics: [NaN, Infinity] }, head).metrics).toEqual([null, null]);
    expect(gridCsv(head, [failed])).toContain('0,euler,4,0,,,,,out of memory');
  });
});

test('a face: means with intervals over what is averaged, and what was held', () => {
  const seen = face(head, rows, 'sw1', { x: 'steps', y: 'sampler', held: {} });
  expect(seen.map((line) => line.length)).toEqual([3, 3]);
  expect(seen[0]![0]).toMatchObject({ mean: 1 / 7, values: 3, cell: 0, without: 0 });
  // three values a seventh apart: deviation 1/7, t₂(.975)·sd/√3
  expect(seen[0]![0]!.half).toBeCloseTo((studentQuantile(0.975, 2) * (1 / 7)) / Math.sqrt(3), 12);
  expect(seen[1]![2]).toEqual({ mean: null, half: null, values: 0, cell: null, without: 0 }); // left out by the rule
  const one = face(head, rows, 'sw1', { x: 'seed', y: null, held: { sampler: 'heun', steps: '8' } });
  expect(one.map((line) => line.map((s) => s.cell))).toEqual([[12, 13, 14]]);
  expect(one[0]![1]).toMatchObject({ mean: 13 / 7, half: null });
  expect(face(head, rows, 'nll', { x: 'steps', y: null, held: {} })[0]![0]).toMatchObject({ mean: null, without: 6 });
});
