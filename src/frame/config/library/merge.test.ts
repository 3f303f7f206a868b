import { describe, expect, test } from 'vitest';
import { applied, freeName, merged } from './merge.ts';
import { saved } from './testing.ts';
import { LIMITS } from './types.ts';

describe('what comes in', () => {
  test('is added where it is new, and counted where it is here already', () => {
    const here = [saved('a'), saved('b')];
    // The same entry, its keys in another order.
    const same = Object.fromEntries(Object.entries(saved('b')).reverse()) as never;
    const out = merged(here, [same, saved('c')]);
    expect(out).toMatchObject({ added: 1, same: 1, conflicts: [], refused: [] });
    expect(out.put.map((s) => s.id)).toEqual(['c']);
    expect(applied(here, out).map((s) => s.id)).toEqual(['a', 'b', 'c']);
  });
  test('of two forms of one the later is kept, and that is said', () => {
    const here = [saved('a', { name: 'Mine', changedAt: 5 })];
    const newer = merged(here, [saved('a', { name: 'Theirs', changedAt: 6 })]);
    expect(newer.put.map((s) => s.name)).toEqual(['Theirs']);
    expect(newer.conflicts).toEqual([
      '“Mine” was changed later in the file, where it is called “Theirs”: the file’s form is kept.',
    ]);
    for (const changedAt of [4, 5]) {
      const older = merged(here, [saved('a', { name: 'Theirs', changedAt })]);
      expect(older.put).toEqual([]);
      expect(older.conflicts[0]).toContain('the form here is kept');
    }
    expect(applied(here, newer).map((s) => s.name)).toEqual(['Theirs']);
  });
  test('a difference deep in the results is one', () => {
    const other = saved('a', { contenders: [{ ...saved('a').contenders[0]!, figures: [] }] });
    expect(merged([saved('a')], [other])).toMatchObject({ same: 0, put: [] });
  });
  test('finds room for as many as are kept, the rest is named', () => {
    const here = Array.from({ length: LIMITS.saved - 1 }, (_, i) => saved(`h${i}`));
    const out = merged(here, [saved('x'), saved('y'), saved('h0', { changedAt: 9999 })]);
    expect(out.put.map((s) => s.id)).toEqual(['x', 'h0']);
    expect(out.refused).toHaveLength(1);
    expect(out.refused[0]).toContain('“Name of y” found no room');
  });
});

test('a change removes and replaces by id', () => {
  const out = applied([saved('a'), saved('b')], { put: [saved('b', { name: 'B' })], remove: ['a'] });
  expect(out.map((s) => [s.id, s.name])).toEqual([['b', 'B']]);
});

test('a name that is taken gets a number, within its length', () => {
  expect(freeName(' a  b ', [])).toBe('a b');
  expect(freeName('a', ['a'])).toBe('a (2)');
  expect(freeName('a', ['a', 'a (2)'])).toBe('a (3)');
  const long = 'x'.repeat(LIMITS.name);
  expect(freeName(long, [long])).toBe(`${'x'.repeat(LIMITS.name - 4)} (2)`);
});
