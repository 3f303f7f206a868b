// Patterns at the edge of what is safe: one more repetition, one deeper, one longer is refused.

import { describe, expect, test } from 'vitest';
import { assertSafePattern } from './tokenPattern.ts';

describe('patterns that are safe', () => {
  test.each([
    ['a{16}', 'a repetition of 16 does not count'],
    ['(a{16})+', 'nor inside a group that is repeated'],
    ['(a)+', 'a plain group may be repeated'],
    ['(?:a)*b', 'without a number too'],
    ['(a?)+', 'a question mark is no repetition'],
    ['([a*|+])+', 'signs in a class are characters'],
    ['([]*])+', 'a bracket first in its class is one'],
    ['([^]*])+', 'behind the ^ too'],
    ['([[:alpha:]|])+', 'classes in classes'],
    ['(\\*\\|)+', 'escaped signs'],
    ['(\\p{L})+', 'properties'],
    ['[\\1]', 'a digit in a class'],
    ['a*'.repeat(24), 'as many repetitions as may be'],
    ['a'.repeat(4096), 'as long as may be'],
    ['(a|b)c', 'a choice that is not repeated'],
    ['(a+)b', 'a repetition that is not repeated'],
    ['(a+)?', 'or only once'],
    ['\\0', 'a null is no reference'],
  ])('%s: %s', (pattern) => expect(() => assertSafePattern(pattern)).not.toThrow());
  test.each([
    ['(a{17})+', 'repeats a group'],
    ['(a{0,17})+', 'repeats a group'],
    ['(a{2,})+', 'repeats a group'],
    ['(a)+'.replace('a', 'a+'), 'repeats a group'],
    ['((a|b))*', 'repeats a group'],
    ['(a(b*)c){17}', 'repeats a group'],
    ['(a*)*', 'repeats a group'],
    ['(a|b)+', 'repeats a group'],
    ['(x(a|b)y)+', 'repeats a group'],
    ['(\\p{L}+)+', 'repeats a group'],
    ['([a]*)+', 'repeats a group'],
    ['(a)\\1', 'refers back'],
    ['(a)\\9', 'refers back'],
    ['(?<n>a)\\k<n>', 'refers back'],
    ['(a)\\g1', 'refers back'],
    ['a*'.repeat(25), 'more than 24 repetitions'],
    ['a'.repeat(4097), 'has 4097 characters; at most 4096'],
  ])('%s %s', (pattern, because) => expect(() => assertSafePattern(pattern)).toThrow(because));
});

test('a quantifier is read to its end: leading zeros hide no nested repetition', () => {
  for (const zeros of [0, 20, 21, 24, 200])
    expect(() => assertSafePattern(`(a{${'0'.repeat(zeros)}2,})+$`), `${zeros} zeros`).toThrow(
      'repeats a group that holds a repetition',
    );
  expect(() => assertSafePattern(`a{${'0'.repeat(200)}2,}b`)).not.toThrow();
});
