import { describe, expect, test } from 'vitest';
import type { FamilyInfo, KernelResult, Roofline, Tuning } from '../state/types.ts';
import { tinted } from './family/wgsl.ts';
import { domainOf, limits, pointsOf, slopes } from './roofline/points.ts';
import { counted, duration, foundFamilies, giga, groupedFamilies, percent, powers, shapeName } from './text.ts';
import { bytes } from '../../../frame/ui/format.ts';
import { colours } from './time/StepBar.tsx';
import { tuningRows } from './tuning/rows.ts';

const roofline: Roofline = {
  peakFlops: 2e10,
  matmulFlops: 5e9,
  peakFlopsF16: null,
  bandwidth: [
    { bytes: 65536, read: 8e9, copy: 6e9 },
    { bytes: 6.4e7, read: 2e9, copy: 1e9 },
  ],
  spread: 0.1,
  measuredAt: '2026-01-01T00:00:00Z',
};
const result: KernelResult = {
  family: 'matmul',
  version: '1.naive',
  shape: { m: 2 },
  because: '',
  compileMs: 1,
  work: { flops: 4e6, bytes: 1e6 },
  movedBytes: 8e6,
  flops: 1e9,
  bytesPerSecond: 2.5e8,
  roofMs: 1,
  share: 0.2,
  boundBy: 'memory',
  accuracy: { pass: true, nmse: 1e-14, maxError: 1e-6, tolerance: 1e-5, maxUlp: 3, checked: 4, count: 4, worst: null },
  timing: { medianMs: 4, lowMs: 3, highMs: 5, samples: 20, repeats: 2, source: 'timestamp', resolutionMs: 0.05 },
};
const version = (id: string, chosen = false, lacks: string[] = []) => ({ id, title: id, needs: lacks, lacks, chosen });
const family = (
  id: string,
  tunes: FamilyInfo['tunes'],
  versions: FamilyInfo['versions'],
  group: FamilyInfo['group'] = 'linear',
): FamilyInfo => ({
  id,
  group,
  title: id,
  summary: 'rows by columns',
  tunes,
  dims: [],
  shapes: [{ label: 'small', shape: {} }],
  versions,
});

describe('figures', () => {
  test('times, rates, bytes and shares have three digits and a unit', () => {
    expect([0.0000012, 0.0123, 1.234, 12.34, 123.4, 1234, 0].map(duration)).toEqual([
      '1.20 ns',
      '12.3 µs',
      '1.23 ms',
      '12.3 ms',
      '123 ms',
      '1.23 s',
      '0',
    ]);
    expect([2.5e8, 1.234e12].map(giga)).toEqual(['0.25', '1234']);
    expect([12, 1024, 1.05e6, 2e9].map(bytes)).toEqual(['12 B', '1.02 kB', '1.05 MB', '2.00 GB']);
    expect([1, 0.456, 0.0123, 0.0001].map(percent)).toEqual(['100 %', '46 %', '1.2 %', '< 0.1 %']);
    expect([counted(1, 'case'), counted(2, 'case')]).toEqual(['1 case', '2 cases']);
  });
  test('sentences of the worker have powers of ten as everything else has them; names and hexadecimals stay', () => {
    expect(powers('largest error 5.05e-16 of 1.00e-12 allowed, -4.5e-4 at 80, 5e+4')).toBe(
      'largest error 5.05·10⁻¹⁶ of 1.00·10⁻¹² allowed, −4.5·10⁻⁴ at 80, 50000',
    );
    for (const plain of ['matmul 2e', 'row_1e5', '0x1e5', '1e5f', 'v1.2e3b']) expect(powers(plain)).toBe(plain);
  });
  test('a shape has the name that its family gives it, else its numbers', () => {
    const own = {
      dims: [{ name: 'rows', label: 'rows', min: 1, max: 9 }],
      shapes: [{ label: 'tall', shape: { rows: 9 } }],
    };
    expect([{ rows: 9 }, { rows: 8 }].map((s) => shapeName(own, s))).toEqual(['tall', 'rows 8']);
  });
  test('a family is found by words of its name, group and description, in any order', () => {
    const all = [family('matmul', 'matmul', []), family('softmax', 'softmax', [], 'reduce')];
    expect(foundFamilies(all, 'columns SOFT').map((f) => f.id)).toEqual(['softmax']);
    expect(foundFamilies(all, 'linear layers').map((f) => f.id)).toEqual(['matmul']);
    expect(groupedFamilies(all).map((g) => g.group)).toEqual(['Linear layers', 'Reductions']);
  });
});

describe('WGSL in colours', () => {
  const code =
    '/* a\n /* b */ c */ fn f(x: f32) -> vec4f { // end\n  let y = 0x1fu + 1.5e-3f; return g(y); }\n@compute';
  test('nothing is lost', () =>
    expect(
      tinted(code)
        .map((l) => l.map((s) => s.text).join(''))
        .join('\n'),
    ).toBe(code));
  test('comments nest, words have their kinds', () => {
    const [first, second, third, fourth] = tinted(code);
    expect(first).toEqual([{ text: '/* a', tint: 'comment' }]);
    expect(second![0]).toEqual({ text: ' /* b */ c */', tint: 'comment' });
    expect(second!.filter((s) => s.tint !== '').map((s) => [s.text, s.tint])).toEqual([
      [' /* b */ c */', 'comment'],
      ['fn', 'keyword'],
      ['f', 'call'],
      ['f32', 'type'],
      ['vec4f', 'type'],
      ['// end', 'comment'],
    ]);
    expect(third!.filter((s) => s.tint === 'number').map((s) => s.text)).toEqual(['0x1fu', '1.5e-3f']);
    expect(fourth).toEqual([{ text: '@compute', tint: 'attribute' }]);
  });
});

describe('the roofline', () => {
  test('a point lies at flops a byte; what has no time or no arithmetic has no place', () => {
    expect(pointsOf({ a: result, b: { ...result, timing: null }, c: { ...result, flops: 0 } })).toMatchObject([
      { key: 'a', intensity: 4, moved: 0.5, flops: 1e9 },
    ]);
  });
  test('memory is the largest working set, the slope meets the peak at its ridge, and all lies inside the domain', () => {
    expect(slopes(roofline)).toEqual({ memory: 2e9, cache: 8e9, cacheBytes: 65536 });
    const points = pointsOf({ a: result });
    const { x, y } = domainOf(roofline, points);
    const lines = limits(roofline, x);
    expect(lines.map((l) => l.id)).toEqual(['memory', 'cache', 'peak', 'matmul']);
    expect(lines[0]!.ends[1]).toEqual([10, 2e10]);
    for (const { ends } of lines)
      for (const [px, py] of ends)
        expect([px >= x[0], px <= x[1], py >= y[0], py <= y[1]]).toEqual([true, true, true, true]);
    expect(points[0]!.moved).toBeGreaterThan(x[0]);
  });
});

describe('which version runs, and why', () => {
  const tuning = {
    adapter: 'x',
    appVersion: '1',
    measuredAt: '',
    choices: { softmax: '2.lanes' },
    steps: [{ family: 'softmax', shapes: [], candidates: [], chosen: '2.lanes', table: '1.tree', done: 1, of: 1 }],
  } as Tuning;
  const of = (rows: ReturnType<typeof tuningRows>, name: string) => rows.find((r) => r.family === name)!;
  test('an order wins over the search, the search over the table; an order that cannot run is not claimed', () => {
    const families = [
      family('softmax', 'softmax', [version('1.tree'), version('2.lanes', true)]),
      family('matmul', 'matmul', [
        version('1.naive'),
        version('2.tiled', true),
        version('4.subgroup', false, ['subgroups']),
      ]),
    ];
    expect(of(tuningRows(families, null, [], {}), 'softmax')).toMatchObject({
      runs: '2.lanes',
      why: 'table',
      table: '2.lanes',
    });
    expect(of(tuningRows(families, tuning, [], {}), 'softmax')).toMatchObject({
      runs: '2.lanes',
      why: 'measured',
      table: '1.tree',
    });
    expect(of(tuningRows(families, tuning, [], { softmax: '2.lanes' }), 'softmax')).toMatchObject({ why: 'override' });
    const refused = of(tuningRows(families, null, [], { matmul: '4.subgroup' }), 'matmul');
    expect(refused).toMatchObject({ runs: '2.tiled', why: 'table' });
    expect(refused.versions.find((v) => v.id === '4.subgroup')!.lacks).toEqual(['subgroups']);
  });
});

test('a kernel keeps its colour while it is among the slowest, and no two shown share one', () => {
  const part = (id: string) => ({ id, label: id, help: '', kind: 'gpu' as const, ms: 1, dispatches: 1 });
  const known = new Map<string, number>();
  const first = colours([part('a'), part('b')], known)(part('b'));
  const list = ['c', 'b', 'd', 'e', 'f', 'g', 'h'].map(part);
  const colour = colours(list, known);
  expect(colour(part('b'))).toBe(first);
  expect(new Set(list.map(colour)).size).toBe(list.length);
});
