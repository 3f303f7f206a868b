// The kinds of fields, word for word: what they fill in, what they read and what they write.
import { expect, test } from 'vitest';
import { booleanField, choiceField, defaults, numberField, textField } from '../core/field.ts';

const words = { label: 'L', help: 'H.' };

test('numbers: what is not said is filled in; a whole number is one step of 1, another a hundredth of the range', () => {
  const { parse, format, ...real } = numberField({ ...words, default: 2, min: -1, max: 4 });
  expect(real).toEqual({
    kind: 'number',
    ...words,
    default: 2,
    min: -1,
    max: 4,
    step: 0.05,
    integer: false,
    log: false,
  });
  expect(numberField({ ...words, default: 2, min: 0, max: 4, integer: true })).toMatchObject({
    step: 1,
    integer: true,
  });
  expect(numberField({ ...words, default: 2, min: 0, max: 4, integer: true, step: 2 }).step).toBe(2);
  expect(numberField({ ...words, default: 2, min: 0, max: 4, log: true, unit: 'bits' })).toMatchObject({
    log: true,
    unit: 'bits',
  });
  expect('unit' in real).toBe(false);
  for (const [text, value] of [
    ['-1', -1],
    ['4', 4],
    ['1e-3', 0.001],
    [' 2 ', 2],
    ['-0', -0],
    ['+3', 3],
  ] as const)
    expect(parse(text), text).toBe(value);
  for (const text of ['', ' ', '-1.0000001', '4.0000001', 'NaN', 'Infinity', '-Infinity', '2x', 'x', '1,5', '--1'])
    expect(parse(text), text).toBeUndefined();
  expect([format(0.1), format(1e21), format(-0)]).toEqual(['0.1', '1e+21', '0']);
  const whole = numberField({ ...words, default: 1, min: 0, max: 9, integer: true });
  expect(['0', '9', '3.0', '3.5', '10', '-1'].map((t) => whole.parse(t))).toEqual([
    0,
    9,
    3,
    undefined,
    undefined,
    undefined,
  ]);
  const open = numberField({ ...words, default: 1, min: -Infinity, max: Infinity });
  expect(['1e400', '-1e400', '1e300'].map((t) => open.parse(t))).toEqual([undefined, undefined, 1e300]);
});

test('choices: the words of the list and no other', () => {
  const field = choiceField({
    ...words,
    default: 'b',
    options: [
      ['a', 'A'],
      ['b', 'B'],
      ['c', 'C'],
    ],
  });
  expect(field).toMatchObject({ kind: 'choice', ...words, default: 'b' });
  expect(field.options).toEqual([
    { value: 'a', label: 'A' },
    { value: 'b', label: 'B' },
    { value: 'c', label: 'C' },
  ]);
  expect(['a', 'b', 'c', 'A', '', 'ab'].map((t) => field.parse(t))).toEqual([
    'a',
    'b',
    'c',
    undefined,
    undefined,
    undefined,
  ]);
  expect(field.format('c')).toBe('c');
});

test('switches: 1 and 0', () => {
  const field = booleanField({ ...words, default: true });
  expect(field).toMatchObject({ kind: 'boolean', ...words, default: true });
  expect(['1', '0', '', '2', 'true', '10', ' 1'].map((t) => field.parse(t))).toEqual([
    true,
    false,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect([field.format(true), field.format(false)]).toEqual(['1', '0']);
});

test('texts: as long as may be, and one more; the length is judged before the grammar', () => {
  const field = textField({
    ...words,
    default: 'x',
    maxLength: 3,
    refuse: (t) => (t.includes('!') ? 'No shouting.' : null),
  });
  expect(field).toMatchObject({ kind: 'text', ...words, default: 'x', maxLength: 3 });
  expect(['', 'abc', 'abcd', 'a!', 'abc!'].map((t) => field.parse(t))).toEqual([
    '',
    'abc',
    undefined,
    undefined,
    undefined,
  ]);
  expect(['abc', 'a!', 'abc!'].map((t) => field.refuse(t))).toEqual([
    null,
    'No shouting.',
    'The text has 4 characters; at most 3 are read.',
  ]);
  expect(field.format('a')).toBe('a');
});

test('the defaults of a table, by key', () =>
  expect(
    defaults<{ a: number; b: boolean }>({
      a: numberField({ ...words, default: 2, min: 0, max: 4 }),
      b: booleanField({ ...words, default: false }),
    }),
  ).toEqual({ a: 2, b: false }));
