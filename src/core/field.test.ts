import { expect, test } from 'vitest';
import { textField } from './field.ts';

test('a text field takes what its grammar takes, at most maxLength of it, and says why not', () => {
  const field = textField({
    label: 'Bias',
    help: '',
    default: '',
    maxLength: 5,
    refuse: (text) => (/^[a-z]*$/.test(text) ? null : `"${text}" is not in small letters.`),
  });
  expect(field.parse('abc')).toBe('abc');
  expect(field.parse('')).toBe('');
  expect(field.parse('ABC')).toBeUndefined();
  expect(field.refuse('ABC')).toBe('"ABC" is not in small letters.');
  expect(field.parse('abcdef')).toBeUndefined();
  expect(field.refuse('abcdef')).toBe('The text has 6 characters; at most 5 are read.');
});
