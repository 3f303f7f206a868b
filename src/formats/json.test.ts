import { expect, it } from 'vitest';
import { shown } from './error.ts';
import { duplicateKey, nesting } from './json.ts';

it('duplicateKey: the same key in one object, not in neighbours, strings or lists', () => {
  expect(
    [
      '{}',
      '{"a":1,"b":{"a":1}}',
      '[{"a":1},{"a":2}]',
      '{"a":"a","b":["a","a"]}',
      '{"a\\"":1,"a":",\\"a\\":"}',
      '"a"',
    ].map(duplicateKey),
  ).toEqual([null, null, null, null, null, null]);
  expect(
    [
      '{"a":1,"a":1}',
      '{"x":[{"b":1, "b" :2}]}',
      '{"a":{},"b":[1,2],"a":3}',
      '{"\\u0061":1,"a":2}',
      '{"__proto__":1,"__proto__":2}',
    ].map(duplicateKey),
  ).toEqual(['a', 'b', 'a', 'a', '__proto__']);
});

it('nesting ignores brackets in strings', () => {
  expect([nesting('{}'), nesting('{"a": [1, {"[[[": "\\"[[["}]}'), nesting('1')]).toEqual([1, 3, 0]);
});

it('shown keeps messages short and printable', () => {
  expect(shown('x'.repeat(100)).length).toBe(58);
  expect(shown('a\u2028b')).toBe('"a·b"');
  expect(shown(undefined)).toBe('undefined');
});
