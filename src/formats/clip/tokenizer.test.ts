import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import golden from '../../../training/golden-tokenizers/clip.json' with { type: 'json' };
import full from '../../../training/golden-tokenizers/clipFull.json' with { type: 'json' };
import { FormatError } from '../error.ts';
import { charOfByte } from '../tokenText.ts';
import { assertClipFits, createClipTokenizer, longestPrompt, type ClipTokenizerFiles } from './tokenizer.ts';

const utf8 = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const small = { vocab: utf8(golden.vocab), merges: utf8(golden.merges) };
const config = (more: object = {}) => utf8({ model_max_length: golden.length, ...more });
const make = (files: ClipTokenizerFiles = { ...small, config: config() }, positions = 77) =>
  createClipTokenizer(files, positions);
/** Golden ids end before the padding. */
const padded = (ids: readonly number[], length: number, pad: number) =>
  [...ids, ...Array.from({ length }, () => pad)].slice(0, length);

describe.each([
  ['vocab.json and merges.txt', small],
  ['tokenizer.json', { tokenizer: utf8(golden.tokenizer) }],
])('ids of transformers from %s', (_, files) => {
  test.each(Object.entries(golden.pads))('padded with %s', (pad, rows) => {
    const tokenizer = make({ ...files, config: config({ pad_token: pad }) });
    expect(tokenizer.length).toBe(golden.length);
    golden.texts.forEach((text, i) =>
      expect([...tokenizer.encode(text).ids], JSON.stringify(text)).toEqual(
        padded(rows[i]!, golden.length, tokenizer.pad),
      ),
    );
  });
});

/** The list of merges that CLIP was published with, unpacked: see training/golden-tokenizers/make_clip.py. */
const merges = process.env['CLIP_MERGES'];
test.runIf(merges)('ids of transformers with the full list of merges', () => {
  const lines = readFileSync(merges!, 'utf8').split('\n').slice(1, 48895);
  const bytes = [...charOfByte].sort((a, b) => Number(a > '\u00ff') - Number(b > '\u00ff') || (a < b ? -1 : 1));
  const tokens = [
    ...bytes,
    ...bytes.map((c) => `${c}</w>`),
    ...lines.map((line) => line.replace(' ', '')),
    '<|startoftext|>',
    '<|endoftext|>',
  ];
  const vocab = utf8(Object.fromEntries(tokens.map((token, id) => [token, id])));
  for (const [pad, rows] of Object.entries(full.pads)) {
    const tokenizer = make({ vocab, merges: utf8(lines.join('\n')), config: utf8({ pad_token: pad }) });
    expect(tokenizer.pad).toBe(pad === '!' ? 0 : 49407);
    golden.texts.forEach((text, i) =>
      expect([...tokenizer.encode(text).ids], text).toEqual(padded(rows[i]!, 77, tokenizer.pad)),
    );
  }
});

describe('which part of the prompt a token stands for', () => {
  const parts = (text: string, tokenizer = make(undefined)) =>
    tokenizer.encode(text).tokens.map(({ begin, end }) => text.slice(begin, end));
  test('in plain words', () => {
    expect(parts('  A  b1,c ')).toEqual(['A', 'b', '1', ',', 'c']);
    expect(parts('<|startoftext|>x')).toEqual(['<|startoftext|>', 'x']);
  });
  test('where reading changes the text', () => {
    const accents = 'e\u0301\u0323';
    const [last, ...others] = parts(`${accents}x`).reverse();
    expect([last, new Set(others)]).toEqual(['x', new Set([accents])]);
    expect(new Set(parts('🙂 İ'))).toEqual(new Set(['🙂', 'İ']));
  });
  test('of every golden text: in order, and together all that is no space', () => {
    for (const text of golden.texts) {
      const { tokens } = make().encode(text);
      let at = 0;
      let read = '';
      for (const { begin, end } of tokens) {
        expect(begin).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThan(begin);
        expect(end).toBeGreaterThanOrEqual(at);
        read += text.slice(Math.max(at, begin), end);
        at = Math.max(at, end);
      }
      expect(read.replace(/\p{White_Space}/gu, '')).toBe(text.replace(/\p{White_Space}/gu, ''));
    }
  });
});

describe('a prompt that is too long', () => {
  test('is cut after the last token that fits, and what was cut is shown as typed', () => {
    const tokenizer = make({ ...small, config: config({ model_max_length: 6 }) });
    const { ids, tokens, kept, cut } = tokenizer.encode('1 2 3 4  5 Six');
    expect([kept, cut]).toEqual([4, '5 Six']);
    expect([...ids]).toEqual([tokenizer.start, ...tokens.slice(0, 4).map((t) => t.id), tokenizer.end]);
  });
  test('that just fits loses nothing', () => {
    const { kept, cut } = make({ ...small, config: config({ model_max_length: 6 }) }).encode('1 2 3 4');
    expect([kept, cut]).toEqual([4, '']);
  });
  test('the text encoder has the last word on the length', () => {
    expect(make({ ...small, config: config({ model_max_length: 1e30 }) }).length).toBe(77);
    expect(make({ ...small, config: config() }, 9).length).toBe(9);
  });
  test('beyond all bounds is refused', () =>
    expect(() => make().encode('a'.repeat(longestPrompt + 1))).toThrow('the prompt has 10001 characters'));
});

test('of equal pairs the left one is joined; of names that begin alike the longer one is read', () => {
  const names = { 6: { content: '<x>' }, 7: { content: '<x>y' } };
  const tokenizer = make({
    vocab: utf8({ a: 0, aa: 1, 'a</w>': 2, '<|startoftext|>': 3, '<|endoftext|>': 4, 'y</w>': 5 }),
    merges: utf8('a a\n'),
    config: utf8({ added_tokens_decoder: names }),
  });
  const tokens = (text: string) => tokenizer.encode(text).tokens.map((t) => t.token);
  expect(tokens('aaaa')).toEqual(['aa', 'a', 'a</w>']);
  expect(tokens('<x>y<x>')).toEqual(['<x>y', '<x>']);
});

describe('the pad token', () => {
  const padOf = (files: object) => make({ ...small, ...files }).pad;
  const bang = golden.vocab['!'];
  const end = golden.vocab['<|endoftext|>'];
  test('an old file: special_tokens_map.json has the last word', () =>
    expect(
      padOf({ config: config({ pad_token: '<|endoftext|>' }), specials: utf8({ pad_token: { content: '!' } }) }),
    ).toBe(bang));
  test('a new file: tokenizer_config.json has', () =>
    expect(
      padOf({
        config: config({
          pad_token: '!',
          added_tokens_decoder: { [bang]: { content: '!', lstrip: false, normalized: false, special: true } },
        }),
        specials: utf8({ pad_token: '<|endoftext|>' }),
      }),
    ).toBe(bang));
  test('none named: the end', () => expect(padOf({})).toBe(end));
});

test.each<[ClipTokenizerFiles, string]>([
  [{}, 'the tokenizer needs vocab.json and merges.txt, or tokenizer.json'],
  [{ vocab: small.vocab }, 'the tokenizer needs vocab.json and merges.txt'],
  [{ ...small, vocab: utf8('[]') }, 'vocab.json must be a JSON object'],
  [{ ...small, vocab: utf8({ a: 1.5 }) }, 'vocab.json: the id of "a" must be a whole number, got 1.5'],
  [{ ...small, merges: utf8('a b c\n') }, 'merge 0 must be two tokens, got "a b c"'],
  [{ ...small, merges: utf8('q z\n') }, 'merge 0 makes "qz", which the vocabulary does not have'],
  [{ ...small, config: utf8({ pad_token: '[PAD]' }) }, 'pad_token is "[PAD]", which the vocabulary does not have'],
  [{ ...small, config: utf8({ pad_token: 3 }) }, "pad_token must be a token's text, got 3"],
  [{ ...small, config: utf8({ model_max_length: 1 }) }, 'model_max_length must be a whole number from 2'],
  [
    { ...small, config: utf8({ added_tokens_decoder: { 7: { content: '<cat>', lstrip: true } } }) },
    'the added token "<cat>" has lstrip, which is not supported',
  ],
  [
    { tokenizer: utf8({ ...golden.tokenizer, model: { ...golden.tokenizer.model, end_of_word_suffix: '' } }) },
    'the end of a word of tokenizer.json is ""; CLIP\'s is "</w>"',
  ],
  [
    { tokenizer: utf8({ ...golden.tokenizer, normalizer: { type: 'NFKC' } }) },
    'the normalizer of tokenizer.json is "NFKC"; CLIP\'s is "NFC, Replace, Lowercase"',
  ],
])('refuses files %#', (files, message) => {
  expect(() => make(files)).toThrow(message);
  expect(() => make(files)).toThrow(FormatError);
});

test('a tokenizer of another model is refused', () => {
  expect(() => assertClipFits(make(), { vocab: 623 })).toThrow(
    "the tokenizer's largest id is 623, but the text encoder has 623 rows",
  );
  assertClipFits(make(), { vocab: 624 });
});
