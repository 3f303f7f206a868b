// tokenizer.json step by step, by hand: what each does to a text, what is refused.

import { describe, expect, test } from 'vitest';
import type { TokenDecoder } from './tokenText.ts';
import { checkTokenizer } from './tokenizerJson.ts';
import { tokenizerLimits } from './tokenizerValues.ts';

const tiny = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] };
const base = { model: tiny, decoder: { type: 'ByteLevel' } };
const read = (some: object) => checkTokenizer({ ...base, ...some });
/** The pieces that a pre-tokenizer cuts a text into, joined by |. */
const cut = (pre_tokenizer: object, given: string): string =>
  read({ pre_tokenizer })
    .pieces([{ text: given, first: true }])
    .map((piece) => piece.text)
    .join('|');

describe('the steps', () => {
  test('of the smallest file', () => {
    const { tokens, special, before, after, decoder, added, normalize, pieces, model } = checkTokenizer(base);
    expect({ tokens, special, before, after, decoder, added }).toEqual({
      tokens: ['a', 'b', 'ab'],
      special: new Set(),
      before: [],
      after: [],
      decoder: { kind: 'byteLevel' },
      added: [],
    });
    expect(normalize('É x')).toBe('É x');
    expect(pieces([{ text: 'É x', first: true }])).toEqual([{ text: 'É x', first: true }]);
    expect([model('ab'), model('abba'), model('x')]).toEqual([[2], [2, 1, 0], []]);
  });
  test('models: flags, unknown tokens, merges in both forms, no type named', () => {
    const model = (some: object) => read({ model: { ...tiny, ...some } }).model;
    expect(model({ unk_token: 'b', merges: [['a', 'b']] })('xxab')).toEqual([1, 1, 2]);
    expect(model({ unk_token: 'b', fuse_unk: true })('xxab')).toEqual([1, 2]);
    expect(model({ ignore_merges: true, merges: [] })('ab')).toEqual([2]);
    expect(model({ ignore_merges: false, merges: [] })('ab')).toEqual([0, 1]);
    const bytes = { a: 0, b: 1, ab: 2, '<0xC3>': 3, '<0xA9>': 4 };
    expect(model({ vocab: bytes, byte_fallback: true, unk_token: 'b' })('éaü')).toEqual([3, 4, 0, 1]);
    expect(model({ vocab: bytes, unk_token: 'b' })('éa')).toEqual([1, 0]);
    expect(
      model({ type: undefined, dropout: 0, continuing_subword_prefix: '', end_of_word_suffix: null })('ab'),
    ).toEqual([2]);
    for (const key of ['continuing_subword_prefix', 'end_of_word_suffix'])
      expect(() => model({ [key]: 'x' })).toThrow(`the model's ${key} "x" is not supported`);
    for (const key of ['fuse_unk', 'byte_fallback', 'ignore_merges'])
      expect(() => model({ [key]: 1 })).toThrow(`${key} must be true or false, got 1`);
    expect(() => model({ merges: [['a', 'a']] })).toThrow('merge 0 of "a" and "a" needs a token');
    expect(() => model({ merges: ['a b', 'b'] })).toThrow('merge 1 must be two tokens');
  });
  test.each<[object, string, string]>([
    [{ type: 'NFC' }, 'e\u0301', 'é'],
    [{ type: 'NFD' }, 'é', 'e\u0301'],
    [{ type: 'NFKC' }, 'ﬁé', 'fié'],
    [{ type: 'NFKD' }, 'ﬁé', 'fie\u0301'],
    [{ type: 'Prepend', prepend: '▁' }, 'a', '▁a'],
    [{ type: 'Prepend', prepend: '▁' }, '', ''],
    [{ type: 'Replace', pattern: { String: 'a.b-[$]' }, content: '$1' }, 'xa.b-[$]aab-[$]', 'x$1aab-[$]'],
    [{ type: 'Replace', pattern: { Regex: 'a+' }, content: '$&' }, 'baaa', 'b$&'],
    [{ type: 'Strip', strip_left: true, strip_right: false }, '\u0085 a ', 'a '],
    [{ type: 'Strip', strip_right: true }, ' a \u2003', ' a'],
    [{ type: 'Lowercase' }, 'ΣΑΣ', 'σασ'],
    [{ type: 'StripAccents' }, 'e\u0301é', 'eé'],
    [{ type: 'Nmt' }, 'a\u0001\tb\u200b', 'a b '],
    [{ type: 'ByteLevel' }, 'é ', 'Ã©Ġ'],
    [
      { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
      'É\u0000\t中',
      'e  中 ',
    ],
    [{ type: 'BertNormalizer', lowercase: true, strip_accents: false }, 'É\u0000', 'é\u0000'],
    [{ type: 'BertNormalizer', lowercase: false, strip_accents: true }, 'É', 'E'],
  ])('normalizer %j', (step, given, want) => {
    expect(read({ normalizer: step }).normalize(given)).toBe(want);
    const nested = { type: 'Sequence', normalizers: [{ type: 'Sequence', normalizers: [step] }] };
    expect(read({ normalizer: nested }).normalize(given)).toBe(want);
  });
  test.each<[object, string, string]>([
    [{ type: 'Split', pattern: { Regex: 'x' }, behavior: 'Isolated' }, 'axxb', 'a|x|x|b'],
    [{ type: 'Split', pattern: { Regex: 'x' }, behavior: 'Isolated', invert: true }, 'axxb', 'a|x|x|b'],
    [{ type: 'Split', pattern: { String: '.' }, behavior: 'Removed', invert: true }, 'a.b.', '.|.'],
    [{ type: 'Split', pattern: { String: '.' }, behavior: 'Removed' }, 'a.b.', 'a|b'],
    [{ type: 'Split', pattern: { Regex: 'x' }, behavior: 'MergedWithPrevious' }, 'xaxxb', 'x|ax|x|b'],
    [{ type: 'Split', pattern: { Regex: 'x' }, behavior: 'MergedWithNext' }, 'axxbx', 'a|x|xb|x'],
    [{ type: 'Split', pattern: { Regex: 'x' }, behavior: 'Contiguous' }, 'axxbx', 'a|xx|b|x'],
    [{ type: 'ByteLevel' }, "a  b'll", "a|Ġ|Ġb|'ll"],
    [{ type: 'ByteLevel', use_regex: false }, 'a b', 'aĠb'],
    [{ type: 'ByteLevel', add_prefix_space: true }, 'a b', 'Ġa|Ġb'],
    [{ type: 'Digits' }, 'a12٣', 'a|12٣'],
    [{ type: 'Digits', individual_digits: true }, 'a12', 'a|1|2'],
    [{ type: 'Metaspace' }, 'a  b', '▁a|▁|▁b'],
    [{ type: 'Metaspace', replacement: '.', add_prefix_space: false }, 'a b', 'a|.b'],
    [{ type: 'Metaspace', replacement: '_', prepend_scheme: 'first', split: false }, 'a b', '_a_b'],
    [{ type: 'Punctuation' }, 'a.!b', 'a|.|!|b'],
    [{ type: 'Punctuation', behavior: 'Contiguous' }, 'a.$b', 'a|.$|b'],
    [{ type: 'BertPreTokenizer' }, 'a.b c', 'a|.|b|c'],
    [{ type: 'Whitespace' }, 'a_b.! c', 'a_b|.!|c'],
    [{ type: 'WhitespaceSplit' }, ' a.b\u2003c', 'a.b|c'],
    [{ type: 'CharDelimiterSplit', delimiter: '|' }, 'a|b||', 'a|b'],
  ])('pre-tokenizer %j', (step, given, want) => expect(cut(step, given)).toBe(want));
  test('only what begins the text is first', () => {
    const first = (...pretokenizers: object[]) => cut({ type: 'Sequence', pretokenizers }, 'a b');
    const mark = { type: 'Metaspace', prepend_scheme: 'first' };
    expect([first({ type: 'WhitespaceSplit' }, mark), first(mark)]).toEqual(['▁a|b', '▁a|▁b']);
    expect(cut({ type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, mark] }, ' a')).toBe('a');
  });
  test.each<[string, object, string]>([
    ['a mark of two', { pre_tokenizer: { type: 'Metaspace', replacement: '__' } }, 'must be one character, got "__"'],
    [
      'an odd scheme',
      { pre_tokenizer: { type: 'Metaspace', prepend_scheme: 'last' } },
      'must be always, first or never, got "last"',
    ],
    [
      'a decoder of an empty text',
      { decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '' }, content: 'x' }] } },
      'the decoder replaces an empty text',
    ],
    [
      'a decoder that replaces after joining',
      {
        decoder: {
          type: 'Sequence',
          decoders: [{ type: 'Fuse' }, { type: 'Replace', pattern: { String: 'x' }, content: 'y' }],
        },
      },
      'the decoder "Replace"',
    ],
    [
      'a decoder that strips the end',
      {
        decoder: { type: 'Sequence', decoders: [{ type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 1 }] },
      },
      'the decoder "Strip"',
    ],
    [
      'a decoder that strips letters',
      { decoder: { type: 'Sequence', decoders: [{ type: 'Fuse' }, { type: 'Strip', content: 'x', start: 1 }] } },
      'the decoder "Strip"',
    ],
  ])('%s is refused', (_, some, because) => expect(() => read(some)).toThrow(because));
  test('decoders', () => {
    const decoder = (...decoders: object[]) => read({ decoder: { type: 'Sequence', decoders } }).decoder;
    const plain: TokenDecoder = { kind: 'text', replace: [], byteFallback: false, strip: 0, firstDropsMark: null };
    expect(decoder({ type: 'ByteLevel' })).toEqual({ kind: 'byteLevel' });
    expect(decoder({ type: 'WordPiece' })).toEqual({ kind: 'words', prefix: '##', cleanup: true });
    expect(decoder({ type: 'WordPiece', prefix: '', cleanup: false })).toEqual({
      kind: 'words',
      prefix: '',
      cleanup: false,
    });
    expect(
      decoder(
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ),
    ).toEqual({
      ...plain,
      replace: [['▁', ' ']],
      byteFallback: true,
      strip: 1,
    });
    expect(
      decoder({ type: 'Fuse' }, { type: 'Strip', content: ' ', start: 2 }, { type: 'Strip', content: ' ', start: 1 }),
    ).toEqual({ ...plain, strip: 3 });
    expect(decoder({ type: 'Metaspace' })).toEqual({ ...plain, replace: [['▁', ' ']], firstDropsMark: '▁' });
    expect(decoder({ type: 'Metaspace', replacement: '_', prepend_scheme: 'never' })).toEqual({
      ...plain,
      replace: [['_', ' ']],
    });
    expect(decoder({ type: 'Metaspace', add_prefix_space: false })).toEqual({ ...plain, replace: [['▁', ' ']] });
  });
  test('added tokens, and tokens around a text', () => {
    const added = (token: object) => read({ added_tokens: [{ id: 3, content: 'x', ...token }] });
    const want = {
      id: 3,
      content: 'x',
      special: false,
      lstrip: false,
      rstrip: false,
      singleWord: false,
      normalized: true,
    };
    expect(added({}).added).toEqual([want]);
    expect(added({ single_word: true }).added).toEqual([{ ...want, singleWord: true }]);
    expect(added({ special: true, lstrip: true }).added).toEqual([
      { ...want, special: true, lstrip: true, normalized: false },
    ]);
    expect(added({ special: true, rstrip: true, normalized: true }).added).toEqual([
      { ...want, special: true, rstrip: true },
    ]);
    expect(added({ normalized: false }).added).toEqual([{ ...want, normalized: false }]);
    expect([added({ special: true }).special, added({}).special, added({}).tokens]).toEqual([
      new Set([3]),
      new Set(),
      ['a', 'b', 'ab', 'x'],
    ]);
    const special_tokens = { s: { ids: [0, 1] }, e: { ids: [2] } };
    const [start, end] = [{ SpecialToken: { id: 's' } }, { SpecialToken: { id: 'e' } }];
    const single = [start, end, { Sequence: { id: 'A' } }, end, start];
    expect(
      read({
        post_processor: {
          type: 'Sequence',
          processors: [{ type: 'ByteLevel' }, { type: 'TemplateProcessing', single, special_tokens }],
        },
      }),
    ).toMatchObject({ before: [0, 1, 2], after: [2, 0, 1] });
    for (const type of ['BertProcessing', 'RobertaProcessing']) {
      const around = (sep: unknown) => () => read({ post_processor: { type, cls: ['a', 0], sep } });
      expect(around(['b', 1])()).toMatchObject({ before: [0], after: [1] });
      expect(around(['b', 3])).toThrow('the post-processor\'s "b" has the id 3, beyond the 3 tokens');
      expect(around('b')).toThrow('sep of the post-processor must be a list');
    }
    const template = (ids: unknown) => () =>
      read({ post_processor: { type: 'TemplateProcessing', single, special_tokens: { s: { ids }, e: { ids: [] } } } });
    expect(template([2])().before).toEqual([2]);
    expect(template([3])).toThrow('has the id 3, beyond the 3 tokens');
    expect(template(new Array(17).fill(0))).toThrow('ids must be a list of at most 16 entries, got 17 of them');
  });
  test('limits', () => {
    expect(tokenizerLimits).toEqual({
      fileBytes: 67108864,
      tokens: 1000000,
      merges: 2000000,
      tokenLength: 65536,
      steps: 16,
    });
    const long = (n: number) => () => read({ added_tokens: [{ id: 3, content: 'x'.repeat(n) }] });
    expect(long(65536)).not.toThrow();
    expect(long(65537)).toThrow('the text of an added token must be a text');
    const steps =
      (...groups: number[]) =>
      () =>
        read({
          normalizer: {
            type: 'Sequence',
            normalizers: groups.map((n) => ({ type: 'Sequence', normalizers: new Array(n).fill({ type: 'NFC' }) })),
          },
        });
    expect(steps(8, 8)).not.toThrow();
    expect(steps(8, 9)).toThrow('the normalizer has 17 steps; at most 16');
    const nested = (n: number): object =>
      n === 0 ? { type: 'NFC' } : { type: 'Sequence', normalizers: [nested(n - 1)] };
    expect(() => read({ normalizer: nested(4) })).not.toThrow();
    expect(() => read({ normalizer: nested(5) })).toThrow('the normalizer is nested too deep');
    expect(() => read({ model: { ...tiny, vocab: { a: 1000000 }, merges: [] } })).toThrow(
      'must be a whole number below 1000000, got 1000000',
    );
  });
});
