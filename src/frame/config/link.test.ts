import { describe, expect, test } from 'vitest';
import { booleanField, choiceField, numberField } from '../../core/field.ts';
import { encodeLink, readLink, readScalars, usualInstead, writtenScalars } from './link.ts';

const grammar = { keys: ['seed', 'n'], lists: ['c'], longest: 60, otherwise: 'the usual' } as const;
const read = (hash: string, plusIsSpace = false) => readLink(hash, { ...grammar, plusIsSpace });

describe('pairs', () => {
  test('with or without the #, in any order; a key without a value is empty', () => {
    for (const hash of ['#seed=1&c=a&n&c=b', '?seed=1&c=a&n&c=b', 'seed=1&&c=a&n&c=b&']) {
      const { given, lists, refusals } = read(hash);
      expect([[...given], lists, refusals]).toEqual([
        [
          ['seed', '1'],
          ['n', ''],
        ],
        { c: ['a', 'b'] },
        [],
      ]);
    }
  });
  test('escapes are read, broken ones kept, a second = belongs to the value', () => {
    const { given, lists } = read('seed=%C3%A9&n=%zz&c=a=b%3Dc&c=x+y');
    expect([given.get('seed'), given.get('n'), lists.c]).toEqual(['é', '%zz', ['a=b=c', 'x+y']]);
    expect(read('c=x+y', true).lists.c).toEqual(['x y']);
    expect(read('c=x%2By', true).lists.c).toEqual(['x+y']);
  });
  test('strangers and repetitions are refused, and the first of two is taken', () => {
    const { given, refusals } = read('seed=1&zzz=2&seed=3');
    expect(given.get('seed')).toBe('1');
    expect(refusals).toEqual([
      { where: 'link', value: 'zzz=2', because: "'zzz' means nothing here", used: 'left out' },
      { where: 'seed', value: '3', because: 'it is given twice', used: '1' },
    ]);
  });
  test('__proto__ is a stranger like any other', () => {
    expect(read('__proto__=1&constructor=2').refusals.map((r) => r.value)).toEqual(['__proto__=1', 'constructor=2']);
  });
  test('60 characters are read, 61 are not', () => {
    const hash = `c=${'x'.repeat(58)}`;
    expect(read(hash).lists.c[0]).toHaveLength(58);
    expect(read(`${hash}x`)).toMatchObject({
      lists: { c: [] },
      refusals: [{ value: '61 characters', because: 'a link has at most 60 characters', used: 'the usual' }],
    });
  });
  test('of a refused value 80 characters are shown', () => {
    const { refusals, refuse } = readLink('', { ...grammar, longest: 1000 });
    refuse('here', 'v'.repeat(90), 'it is long', 'less');
    expect(refusals[0]!.value).toBe('v'.repeat(80));
  });
});

describe('scalars', () => {
  const fields = {
    seed: numberField({ label: 'Seed', help: '', default: 0, min: 0, max: 9, integer: true }),
    size: numberField({ label: 'Size', help: '', default: 1.5, min: -2, max: 3 }),
    fast: booleanField({ label: 'Fast', help: '', default: false }),
    kind: choiceField({
      label: 'Kind',
      help: '',
      default: 'a',
      options: [
        ['a', 'A'],
        ['b', 'B'],
      ],
    }),
  };
  const keys = [
    ['s', 'seed'],
    ['size', 'size'],
    ['fast', 'fast'],
    ['k', 'kind'],
  ] as const;
  const scalarsOf = (hash: string) => {
    const link = readLink(hash, { keys: keys.map(([key]) => key), lists: [], longest: 99, otherwise: '' });
    return { values: readScalars(link, keys, fields), refusals: link.refusals };
  };
  test('are their fields’ values, defaults where nothing is given', () => {
    expect(scalarsOf('s=3&fast=1&k=b').values).toEqual({ seed: 3, size: 1.5, fast: true, kind: 'b' });
    expect(scalarsOf('').values).toEqual({ seed: 0, size: 1.5, fast: false, kind: 'a' });
  });
  test('each refusal says what is taken', () => {
    const { values, refusals } = scalarsOf('s=10&size=4&fast=yes&k=c');
    expect(values).toEqual({ seed: 0, size: 1.5, fast: false, kind: 'a' });
    expect(refusals.map((r) => [r.where, r.value, r.because, r.used])).toEqual([
      ['Seed', '10', 'it must be a whole number from 0 to 9', '0'],
      ['Size', '4', 'it must be a number from -2 to 3', '1.5'],
      ['Fast', 'yes', 'it must be 1 or 0', '0'],
      ['Kind', 'c', 'it is not one of the choices', 'a'],
    ]);
  });
  test('are written in link order, without defaults', () => {
    const values = { seed: 3, size: 1.5, fast: true, kind: 'b' };
    expect(writtenScalars(keys, fields, values)).toEqual([
      ['s', '3'],
      ['fast', '1'],
      ['k', 'b'],
    ]);
  });
});

test('what a reader can read stays readable, the rest is escaped', () => {
  expect(encodeLink('a:b,c=d&e f/é', ':,=')).toBe('a:b,c=d%26e%20f%2F%C3%A9');
  expect(encodeLink('a:b', '/')).toBe('a%3Ab');
});

test('where no contender could be read it is said what is there instead: of a lone one in its own refusal', () => {
  const own = { where: 'contender 1', value: 'nope', because: 'it is none', used: 'left out' };
  const usual = 'the usual contenders of the model';
  const one = [own];
  usualInstead(['nope'], one);
  expect(one).toEqual([{ ...own, used: usual }]);
  const two = [own, own];
  usualInstead(['nope', '?'], two);
  const all = { where: 'contenders', value: 'nope, ?', because: 'none of the 2 could be read', used: usual };
  expect(two).toEqual([own, own, all]);
});
