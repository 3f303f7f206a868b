import { describe, expect, test } from 'vitest';
import { departure, differing, pairs, pairTitle, settingGroups, settingPairs } from './difference.ts';
import { contestant, saved } from './testing.ts';

const ids = (a: readonly string[], b: readonly string[]) =>
  pairs(
    a.map((id) => contestant(id)),
    b.map((id) => contestant(id)),
  ).map((p) => [p.a?.id ?? null, p.b?.id ?? null]);

describe('who is compared with whom', () => {
  test('equals first, wherever they stand', () =>
    expect(ids(['euler:8', 'heun:8'], ['heun:8', 'euler:8'])).toEqual([
      ['euler:8', 'euler:8'],
      ['heun:8', 'heun:8'],
    ]));
  test('then those of one kind, in their order', () =>
    expect(ids(['euler:8', 'euler:16', 'heun:8'], ['heun:4', 'euler:16', 'euler:32'])).toEqual([
      ['euler:8', 'euler:32'],
      ['euler:16', 'euler:16'],
      ['heun:8', 'heun:4'],
    ]));
  test('then whoever is left; what has no partner stands alone', () => {
    expect(ids(['euler:8'], ['heun:8', 'rk4:8'])).toEqual([
      ['euler:8', 'heun:8'],
      [null, 'rk4:8'],
    ]);
    expect(ids(['euler:8', 'rk4:8'], ['rk4:8'])).toEqual([
      ['euler:8', null],
      ['rk4:8', 'rk4:8'],
    ]);
  });
  test('an equal one is not taken by an earlier one of its kind', () =>
    expect(ids(['euler:8', 'euler:8'], ['euler:9', 'euler:8'])).toEqual([
      ['euler:8', 'euler:8'],
      ['euler:8', 'euler:9'],
    ]));
  test('their titles say what stands in whose place', () => {
    const [a, b] = [contestant('euler'), contestant('heun')];
    expect(pairTitle({ a, b })).toBe('euler → heun');
    expect(pairTitle({ a, b: a })).toBe('euler');
    expect(pairTitle({ a, b: null })).toBe('euler (only in A)');
    expect(pairTitle({ a: null, b })).toBe('heun (only in B)');
  });
});

const row = (field: string, value: string) => ({ field, value });
describe('settings side by side', () => {
  test('by field, with what only one of them has', () =>
    expect(settingPairs([row('Seed', '1'), row('Class', 'all')], [row('Steps', '4'), row('Seed', '1')])).toEqual([
      { field: 'Seed', a: '1', b: '1', differs: false },
      { field: 'Class', a: 'all', b: null, differs: true },
      { field: 'Steps', a: null, b: '4', differs: true },
    ]));
  test('only what differs, group by group', () => {
    const a = saved('a');
    const b = saved('b', { settings: [row('Model', 'Two moons'), row('Seed', '7')] });
    expect(differing(settingGroups(a, b))).toEqual([
      { head: '', rows: [{ field: 'Seed', a: '3', b: '7', differs: true }] },
    ]);
    expect(settingGroups(a, b)).toHaveLength(2);
    expect(differing(settingGroups(a, a))).toEqual([]);
  });
});

test('a departure in a few words', () => {
  const from = saved('a');
  const to = saved('b', {
    settings: [row('Model', 'Ring'), row('Seed', '7')],
    contenders: [contestant('heun:8', { settings: [row('Sampler', 'heun'), row('Steps', '8')] })],
  });
  expect(departure(from, from)).toBe('');
  expect(departure(from, { ...from, settings: [row('Model', 'Two moons'), row('Seed', '7')] })).toBe('Seed 7');
  expect(departure(from, to)).toBe('Model Ring, Seed 7 + 2');
});
