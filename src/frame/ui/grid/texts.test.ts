import { describe, expect, test } from 'vitest';
import { readValues } from '../../../experiments/grid/values.ts';
import { joinLines, linesOf } from './texts.ts';

describe('sentences as values of an axis, one a line', () => {
  test.each([
    ['a cat', 'a cat'],
    ['a cat, sitting', 'a cat, sitting ||'],
    ['a cat, sitting\na dog, (brown, small)', 'a cat, sitting || a dog, (brown, small)'],
    ['one\n\n  two  \n', 'one, two'],
    ['1, 2, .., 10', '1, 2, .., 10 ||'],
    ['', ''],
  ])('%j is %j', (lines, values) => {
    expect(joinLines(lines)).toBe(values);
    const kept = lines
      .split('\n')
      .map((l) => l.trim())
      .filter((l) => l !== '');
    if (kept.length > 0) expect(readValues(values)).toEqual({ values: kept });
    expect(linesOf(values)).toBe(kept.join('\n'));
  });
  test('a link’s own writing is shown a line each, also one that cannot be read', () => {
    expect(linesOf('a, b')).toBe('a\nb');
    expect(linesOf('a || b || a')).toBe('a\nb\na'); // given twice: refused, and there to be mended
  });
});
