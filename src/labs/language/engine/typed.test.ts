import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../../../formats/tokenizer.ts';
import { rankOf, typedTokens } from './typed.ts';

const names = ['a', 'b', 'ab', 'Ġ', 'Ġa', 'c'];
const tokenizer = createTokenizer({
  model: { type: 'BPE', vocab: Object.fromEntries(names.map((n, i) => [n, i])), merges: ['a b', 'Ġ a'] },
  decoder: { type: 'ByteLevel' },
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
});
describe('a typed token', () => {
  test.each<[string, { token: number; of: number }[]]>([
    ['', []],
    [
      'b',
      [
        { token: 1, of: 1 },
        { token: 3, of: 2 },
      ],
    ], // and "␣b", of which the space is the first token
    [
      'a',
      [
        { token: 0, of: 1 },
        { token: 4, of: 1 },
      ],
    ],
    [' a', [{ token: 4, of: 1 }]],
    [
      'abc',
      [
        { token: 2, of: 2 },
        { token: 3, of: 3 },
      ],
    ],
    ['#5', [{ token: 5, of: 1 }]],
    ['#6', []],
  ])('%j', (text, want) => expect(typedTokens(tokenizer, text, 6)).toEqual(want));
  test('has the rank of its place among all, of equals by index', () => {
    expect([0, 1, 2, 3].map((t) => rankOf([1, 3, 3, -Infinity], t))).toEqual([2, 0, 1, 3]);
  });
});
