// Unigram, WordPiece and WordLevel by hand: which pieces win, what is unknown, what is refused.
import { describe, expect, test } from 'vitest';
import { checkTokenizer } from './tokenizerJson.ts';

const read = (some: object) => checkTokenizer({ decoder: { type: 'WordPiece' }, ...some });
describe('models', () => {
  test('Unigram takes the best sum, the first of two equal ones, and ten below the least for what it has not', () => {
    const vocab = [
      ['<unk>', 0],
      ['a', -1],
      ['b', -2],
      ['ab', -3],
      ['bc', -30],
      ['c', -20.5],
    ];
    const model = (some: object) => read({ model: { type: 'Unigram', unk_id: 0, vocab, ...some } }).model;
    expect(model({})('ab')).toEqual([3]); // −3 either way: the piece that begins first
    expect(model({ vocab: vocab.map(([p, s]) => [p, p === 'ab' ? -3.1 : s]) })('ab')).toEqual([1, 2]);
    expect([model({})('bc'), model({})('xyab'), model({})('axb')]).toEqual([
      [2, 5],
      [0, 3],
      [1, 0, 2],
    ]);
    // SentencePiece's own: pieces that no text becomes neither match nor set the least score.
    expect(model({ unmatched: [0, 4, 5] })('bc')).toEqual([2, 0]);
    const refused: [object, string][] = [
      [{ vocab: [['a', 'x']] }, 'piece 0 must be a text with a score, got ["a","x"]'],
      [
        {
          vocab: [
            ['a', 0],
            ['a', 1],
          ],
        },
        'the tokens 0 and 1 are both "a"',
      ],
      [{ vocab: [['a'.repeat(1025), 0]] }, 'piece 0 has 1025 characters; at most 1024'],
      [{ unk_id: 6 }, 'piece for unknown characters is 6, none of its 6'],
      [{ unk_id: null }, 'piece for unknown characters is null'],
    ];
    for (const [some, because] of refused) expect(() => model(some)).toThrow(because);
  });
  test('WordPiece and WordLevel', () => {
    const vocab = { '?': 0, un: 1, unaff: 2, '##aff': 3, '##able': 4, '#able': 5, '##a': 6 };
    const model = (some: object) =>
      read({ model: { type: 'WordPiece', unk_token: '?', continuing_subword_prefix: '##', vocab, ...some } }).model;
    expect([model({})('unaffable'), model({})('un'), model({})('unx'), model({})('un'.repeat(51))]).toEqual([
      [2, 4],
      [1],
      [0],
      [0],
    ]);
    expect(model({ max_input_chars_per_word: 8 })('unaffable')).toEqual([0]);
    expect(model({ max_input_chars_per_word: 9 })('unaffable')).toEqual([2, 4]);
    expect(model({ continuing_subword_prefix: '#' })('unable')).toEqual([1, 5]);
    expect(() => model({ max_input_chars_per_word: 10_001 })).toThrow('at most 10000 are read');
    expect(() => model({ unk_token: null })).toThrow('names no token for unknown words');
    const levels = read({ model: { type: 'WordLevel', unk_token: '?', vocab } }).model;
    expect([levels('un'), levels('u')]).toEqual([[1], [0]]);
  });
});
