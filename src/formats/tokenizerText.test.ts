// tokenizer.json rewritten word for word, step by step: what the library is given, what is refused.

import { describe, expect, test } from 'vitest';
import { gpt2Pattern } from './tokenPattern.ts';
import type { TokenDecoder } from './tokenText.ts';
import { checkTokenizer } from './tokenizerJson.ts';
import { tokenizerLimits } from './tokenizerValues.ts';

const tiny = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] };
const base = { model: tiny, decoder: { type: 'ByteLevel' } };
const read = (some: object) => checkTokenizer({ ...base, ...some });
const library = (some: object) => read(some).forLibrary as Record<string, never>;
const isolated = (Regex: string) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false });

describe('what the library is given', () => {
  test('of the smallest file', () =>
    expect(checkTokenizer(base)).toEqual({
      tokens: ['a', 'b', 'ab'],
      special: new Set(),
      before: [],
      after: [],
      decoder: { kind: 'byteLevel' },
      forLibrary: {
        normalizer: null,
        pre_tokenizer: null,
        post_processor: null,
        decoder: null,
        added_tokens: [],
        model: {
          type: 'BPE',
          vocab: tiny.vocab,
          merges: [['a', 'b']],
          unk_token: null,
          fuse_unk: false,
          byte_fallback: false,
          ignore_merges: false,
        },
      },
    }));
  test('models: flags, unknown tokens, merges in both forms, no type named', () => {
    const model = (some: object) => library({ model: { ...tiny, ...some } })['model'];
    expect(
      model({ unk_token: 'b', fuse_unk: true, byte_fallback: true, ignore_merges: true, merges: [['a', 'b']] }),
    ).toMatchObject({
      unk_token: 'b',
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: true,
      merges: [['a', 'b']],
    });
    expect(
      model({ type: undefined, dropout: 0, continuing_subword_prefix: '', end_of_word_suffix: null }),
    ).toMatchObject({ type: 'BPE' });
    for (const key of ['continuing_subword_prefix', 'end_of_word_suffix'])
      expect(() => model({ [key]: 'x' })).toThrow(`the model's ${key} "x" is not supported`);
    for (const key of ['fuse_unk', 'byte_fallback', 'ignore_merges'])
      expect(() => model({ [key]: 1 })).toThrow(`${key} must be true or false, got 1`);
    expect(() => model({ merges: [['a', 'a']] })).toThrow('merge 0 of "a" and "a" needs a token');
    expect(() => model({ merges: ['a b', 'b'] })).toThrow('merge 1 must be two tokens');
  });
  test.each<[string, object, unknown[]]>([
    ...['NFC', 'NFD', 'NFKC', 'NFKD'].map((type): [string, object, unknown[]] => [type, { type }, [{ type }]]),
    ['Prepend', { type: 'Prepend', prepend: '▁' }, [{ type: 'Prepend', prepend: '▁' }]],
    [
      'Replace a text',
      { type: 'Replace', pattern: { String: 'a.b-[$]' }, content: '$1' },
      [{ type: 'Replace', pattern: { Regex: 'a\\.b\\-\\[\\$\\]' }, content: '$$1' }],
    ],
    [
      'Replace a pattern',
      { type: 'Replace', pattern: { Regex: 'a+' }, content: '' },
      [{ type: 'Replace', pattern: { Regex: 'a+' }, content: '' }],
    ],
    [
      'Strip left',
      { type: 'Strip', strip_left: true, strip_right: false },
      [{ type: 'Replace', pattern: { Regex: '\\A\\s+' }, content: '' }],
    ],
    [
      'Strip right',
      { type: 'Strip', strip_right: true },
      [{ type: 'Replace', pattern: { Regex: '\\s+\\z' }, content: '' }],
    ],
  ])('normalizer %s', (_, step, want) => {
    expect(library({ normalizer: step })['normalizer']).toEqual({ type: 'Sequence', normalizers: want });
    expect(
      library({
        normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Sequence', normalizers: [step] }] },
      })['normalizer'],
    ).toEqual({
      type: 'Sequence',
      normalizers: [{ type: 'NFC' }, ...want],
    });
  });
  test.each<[string, object, unknown[]]>([
    ['Split', { type: 'Split', pattern: { Regex: 'x' }, behavior: 'Isolated' }, [isolated('x')]],
    [
      'Split, inverted',
      { type: 'Split', pattern: { Regex: 'x' }, behavior: 'Isolated', invert: true },
      [isolated('x')],
    ],
    [
      'Split that removes the rest',
      { type: 'Split', pattern: { String: '.' }, behavior: 'Removed', invert: true },
      [{ type: 'Split', pattern: { Regex: '\\.' }, behavior: 'Removed', invert: true }],
    ],
    [
      'ByteLevel',
      { type: 'ByteLevel' },
      [isolated(gpt2Pattern), { type: 'ByteLevel', add_prefix_space: false, use_regex: false }],
    ],
    [
      'ByteLevel without its pattern',
      { type: 'ByteLevel', use_regex: false },
      [{ type: 'ByteLevel', add_prefix_space: false, use_regex: false }],
    ],
    [
      'ByteLevel with a space before',
      { type: 'ByteLevel', add_prefix_space: true },
      [
        { type: 'Metaspace', replacement: ' ', prepend_scheme: 'always' },
        isolated(gpt2Pattern),
        { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
      ],
    ],
    ['Digits', { type: 'Digits' }, [isolated('\\p{N}+')]],
    ['Digits one by one', { type: 'Digits', individual_digits: true }, [isolated('\\p{N}')]],
    [
      'Metaspace',
      { type: 'Metaspace' },
      [{ type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' }, isolated('▁[^▁]*|[^▁]+')],
    ],
    [
      'Metaspace, older',
      { type: 'Metaspace', replacement: '.', add_prefix_space: false },
      [{ type: 'Metaspace', replacement: '.', prepend_scheme: 'never' }, isolated('\\.[^\\.]*|[^\\.]+')],
    ],
    [
      'Metaspace, first, whole',
      { type: 'Metaspace', replacement: '_', prepend_scheme: 'first', split: false },
      [{ type: 'Metaspace', replacement: '_', prepend_scheme: 'first' }],
    ],
  ])('pre-tokenizer %s', (_, step, want) =>
    expect(library({ pre_tokenizer: step })['pre_tokenizer']).toEqual({ type: 'Sequence', pretokenizers: want }),
  );
  test.each<[string, object, string]>([
    [
      'removing what matches',
      { pre_tokenizer: { type: 'Split', pattern: { Regex: 'x' }, behavior: 'Removed' } },
      'behaviour "Removed" is not supported',
    ],
    [
      'contiguous, inverted',
      { pre_tokenizer: { type: 'Split', pattern: { Regex: 'x' }, behavior: 'Contiguous', invert: true } },
      'behaviour "Contiguous", inverted, is not',
    ],
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
    const want = { id: 3, content: 'x', special: false, lstrip: false, rstrip: false, normalized: true };
    expect(added({}).forLibrary['added_tokens']).toEqual([want]);
    expect(added({ special: true, lstrip: true }).forLibrary['added_tokens']).toEqual([
      { ...want, special: true, lstrip: true, normalized: false },
    ]);
    expect(added({ special: true, rstrip: true, normalized: true }).forLibrary['added_tokens']).toEqual([
      { ...want, special: true, rstrip: true },
    ]);
    expect(added({ normalized: false }).forLibrary['added_tokens']).toEqual([{ ...want, normalized: false }]);
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
