import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTokenizer, assertTokenizerFits, longestText, type Tokenizer } from './tokenizer.ts';
import { FormatError } from './error.ts';

const folder = new URL('../../training/golden-tokenizers/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const strings = read('strings.json') as string[];
interface Golden {
  tokenizer: Record<string, unknown>;
  texts: [number[], number[], string][];
  ids: [number[], string, string][];
}
const kinds = [
  'gpt2',
  'gpt2-prefix',
  'smollm',
  'qwen2',
  'llama3',
  'llama2',
  'llama2-metaspace',
  'joining-gpt2',
  'joining-prefix',
  'joining-digits',
  'joining-numbers',
  'joining-qwen2',
];
const streamed = (tokenizer: Tokenizer, ids: number[]): string => {
  const text = tokenizer.incremental();
  return ids.map((id) => text.push(id)).join('') + text.flush();
};

describe.each(kinds)('a tokenizer of the kind %s', (kind) => {
  const golden = read(`${kind}.json`) as Golden;
  const tokenizer = createTokenizer(golden.tokenizer);
  it('encodes and decodes as the Python library', () => {
    expect(strings.length).toBeGreaterThanOrEqual(150);
    strings.forEach((text, i) => {
      const [ids, withSpecial, decoded] = golden.texts[i]!;
      expect([text, tokenizer.encode(text, { addSpecial: false })]).toEqual([text, ids]);
      expect([text, tokenizer.encode(text)]).toEqual([text, withSpecial]);
      expect([text, tokenizer.decode(ids)]).toEqual([text, decoded]);
      expect([text, streamed(tokenizer, ids)]).toEqual([text, decoded]);
    });
  });
  it('decodes any ids as the Python library', () => {
    for (const [ids, decoded, withoutSpecial] of golden.ids) {
      expect([ids, tokenizer.decode(ids)]).toEqual([ids, decoded]);
      expect([ids, tokenizer.decode(ids, { skipSpecial: true })]).toEqual([ids, withoutSpecial]);
      if (!decoded.includes('\ufffd')) expect([ids, streamed(tokenizer, ids)]).toEqual([ids, decoded]);
    }
  });
});

const gpt2 = (read('gpt2.json') as Golden).tokenizer;
const qwen = createTokenizer((read('qwen2.json') as Golden).tokenizer, {
  bos_token: null,
  eos_token: { content: '<|im_end|>' },
  chat_template: [
    { name: 'tool_use', template: 'no' },
    { name: 'default', template: 'yes' },
  ],
});
const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

describe('createTokenizer', () => {
  it('reads the bytes of the files', () => {
    const tokenizer = createTokenizer(bytes(gpt2), bytes({ bos_token: '<|endoftext|>' }));
    expect(tokenizer.encode('a b', { addSpecial: false })).toEqual(
      createTokenizer(gpt2).encode('a b', { addSpecial: false }),
    );
    expect([tokenizer.startToken, tokenizer.chatTemplate]).toEqual([0, null]);
  });
  it('knows its special tokens', () => {
    const [end, start, stop, tool] = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<tool>'].map((token) =>
      qwen.idOf(token)!,
    ) as [number, number, number, number];
    expect([end, start, stop, tool].map((id) => qwen.special(id))).toEqual([true, true, true, false]);
    expect([end, start, stop, tool].map((id) => qwen.isEnd(id))).toEqual([true, false, true, false]);
    expect([qwen.startToken, qwen.chatTemplate, qwen.idOf('no such token')]).toEqual([null, 'yes', null]);
    expect(qwen.encode('<|im_start|>a<tool>')).toEqual([start, ...qwen.encode('a'), tool]);
  });
  it('shows pieces', () => {
    const emoji = qwen
      .encode('😀')
      .map((id) => qwen.piece(id))
      .join('');
    expect(emoji).toMatch(/^(‹[0-9a-f]{2}›)+$/);
    expect(
      qwen
        .encode(' the fox')
        .map((id) => qwen.piece(id))
        .join(''),
    ).toBe(' the fox');
    expect([qwen.piece(qwen.idOf('Ċ')!), qwen.piece(99999), qwen.piece(qwen.idOf('<|im_end|>')!)]).toEqual([
      '\n',
      '‹99999›',
      '<|im_end|>',
    ]);
    const llama = createTokenizer((read('llama2.json') as Golden).tokenizer);
    expect(['<0x0A>', '<0xE2>', '▁the', '<s>'].map((token) => llama.piece(llama.idOf(token) ?? -1))).toEqual([
      '\n',
      '‹e2›',
      ' the',
      '<s>',
    ]);
  });
  it('decodes ids that it does not know to nothing', () => {
    expect(qwen.decode([...qwen.encode('a'), 99999, -1, 0.5, ...qwen.encode('b')])).toBe('ab');
    const text = qwen.incremental();
    expect(text.push(99999) + text.flush()).toBe('');
  });
  it('holds back unfinished characters', () => {
    const text = qwen.incremental({ skipSpecial: true });
    const ids = qwen.encode('é😀');
    const parts = ids.map((id) => text.push(id));
    expect(parts.join('')).toBe('é😀');
    expect(parts.slice(0, -1).join('')).toBe('é');
    expect([text.push(qwen.idOf('<|im_end|>')!), text.push(ids[1]!), text.flush(), text.flush()]).toEqual([
      '',
      '',
      '\ufffd',
      '',
    ]);
  });
  it('takes lone surrogates and texts up to the limit, no longer ones', () => {
    expect(qwen.decode(qwen.encode('a\ud800b'))).toBe('a\ufffdb');
    expect(() => qwen.encode('a'.repeat(longestText + 1))).toThrow(/1048577 characters/);
  });
  it('fits models with as many rows or more', () => {
    assertTokenizerFits(qwen, { vocab: qwen.vocabSize });
    assertTokenizerFits(qwen, { vocab: qwen.vocabSize + 100 });
    expect(() => assertTokenizerFits(qwen, { vocab: qwen.vocabSize - 1 })).toThrow(
      `largest id is ${qwen.vocabSize - 1}, but the model's vocabulary has ${qwen.vocabSize - 1} rows`,
    );
  });

  const tiny = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] };
  const file = (changes: object): unknown => ({
    model: tiny,
    decoder: { type: 'ByteLevel' },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    added_tokens: [],
    ...changes,
  });
  const model = (changes: object): unknown => file({ model: { ...tiny, ...changes } });
  it('reads the smallest tokenizer', () => {
    expect(createTokenizer(file({})).encode('abab b')).toEqual([2, 2, 1]);
    expect(
      createTokenizer(
        JSON.parse(
          '{"model":{"type":"BPE","vocab":{"__proto__":0,"constructor":1},"merges":[]},"decoder":{"type":"ByteLevel"}}',
        ),
      ).decode([0, 1]),
    ).toBe('__proto__constructor');
  });
  const split = (Regex: string): unknown =>
    file({ pre_tokenizer: { type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false } });
  const refused: [string, unknown, RegExp][] = [
    ['that is not JSON', bytes('{"model": '), /not valid JSON/],
    ['that is a list', bytes('[]'), /must be a JSON object/],
    ['that is nothing', null, /must be an object, got null/],
    ['nested too deep', bytes('['.repeat(1e6)), /nested 1000000 levels/],
    ['without a model', {}, /model must be an object, got undefined/],
    [
      'of another model',
      file({ model: { type: 'Neural', vocab: [['a', 0]] } }),
      /model is "Neural"; supported are BPE, Unigram, WordPiece and WordLevel/,
    ],
    ['of no model', file({ model: {} }), /model is undefined; supported are BPE/],
    ['with a list for a vocabulary', model({ vocab: [] }), /vocabulary must be an object/],
    ['without tokens', model({ vocab: {}, merges: [] }), /vocabulary has 0 tokens/],
    ['with a negative id', model({ vocab: { a: -1 }, merges: [] }), /id of "a" must be a whole number/],
    ['with a huge id', model({ vocab: { a: 4e9 }, merges: [] }), /id of "a" must be a whole number below/],
    ['with a text for an id', model({ vocab: { a: '0' }, merges: [] }), /id of "a"/],
    ['with two tokens of one id', model({ vocab: { a: 0, b: 0, ab: 1 } }), /"a" and "b" have the same id 0/],
    ['with a missing id', model({ vocab: { a: 0, b: 1, ab: 3 } }), /no token has the id 2/],
    ['with merges that are no list', model({ merges: 'a b' }), /merges must be a list/],
    ['with a merge of three', model({ merges: ['a b c'] }), /merge 0 must be two tokens, got "a b c"/],
    ['with a merge of numbers', model({ merges: [[1, 2]] }), /merge 0 must be two tokens/],
    ['with a merge of unknown tokens', model({ merges: [['b', 'a']] }), /merge 0 of "b" and "a" needs a token/],
    ['with a merge from the prototype', model({ merges: [['to', 'String']] }), /needs a token/],
    ['with an unknown unknown', model({ unk_token: '?' }), /unknown characters, "\?", is not in the vocabulary/],
    ['that drops merges', model({ dropout: 0.1 }), /dropout 0.1/],
    ['with word endings', model({ end_of_word_suffix: '</w>' }), /end_of_word_suffix/],
    ['with wrong flags', model({ byte_fallback: 'yes' }), /byte_fallback must be true or false/],
    ['without a decoder', file({ decoder: null }), /no decoder/],
    ['with another decoder', file({ decoder: { type: 'CTC' } }), /decoder "CTC" is not supported/],
    [
      'that strips before it joins',
      file({
        decoder: { type: 'Sequence', decoders: [{ type: 'Strip', content: ' ', start: 1, stop: 0 }, { type: 'Fuse' }] },
      }),
      /decoder "Strip" is not supported/,
    ],
    ['with another normalizer', file({ normalizer: { type: 'Rot13' } }), /normalizer "Rot13" is not supported/],
    [
      'with another pre-tokenizer',
      file({ pre_tokenizer: { type: 'UnicodeScripts' } }),
      /pre-tokenizer "UnicodeScripts" is not supported/,
    ],
    [
      'with another split',
      file({ pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'Merged' } }),
      /behaviour "Merged" is not supported; supported are Removed, Isolated/,
    ],
    [
      'with another post-processor',
      file({ post_processor: { type: 'Sandwich' } }),
      /post-processor "Sandwich" is not supported/,
    ],
    [
      'with a template of unknown tokens',
      file({
        post_processor: { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '<s>' } }], special_tokens: {} },
      }),
      /special token "<s>" of the template must be an object/,
    ],
    [
      'with a template beyond the tokens',
      file({
        post_processor: {
          type: 'TemplateProcessing',
          single: [{ SpecialToken: { id: '<s>' } }],
          special_tokens: { '<s>': { ids: [3] } },
        },
      }),
      /"<s>" has the id 3, beyond the 3 tokens/,
    ],
    [
      'with sequences in sequences',
      file({
        normalizer: Array.from({ length: 9 }).reduce<unknown>((inner) => ({ type: 'Sequence', normalizers: [inner] }), {
          type: 'NFC',
        }),
      }),
      /nested too deep/,
    ],
    [
      'with endless steps',
      file({ normalizer: { type: 'Sequence', normalizers: Array(17).fill({ type: 'NFC' }) } }),
      /at most 16 entries/,
    ],
    ['with a token added under two ids', file({ added_tokens: [{ id: 3, content: 'a' }] }), /"a" has the ids 0 and 3/],
    [
      'with an added token in the place of another',
      file({ added_tokens: [{ id: 0, content: 'x' }] }),
      /"a" and "x" have the same id 0/,
    ],
    ['with an added token of no text', file({ added_tokens: [{ id: 3, content: '' }] }), /no text/],
    ['with a pattern that is none', split('(a'), /cannot be built: .*Invalid regular expression/],
    ['with a pattern that repeats a repetition', split('(a+)+$'), /repeats a group/],
    ['with a pattern that repeats a choice', split('(?:a|a)*b'), /repeats a group/],
    ['with a pattern that repeats a repetition by count', split('((?:a{2,}b)){20}'), /repeats a group/],
    ['with a pattern that refers back', split('(a)\\1'), /refers back/],
    ['with a pattern of many repetitions', split('a*'.repeat(25)), /more than 24 repetitions/],
    ['with a pattern without end', split('a'.repeat(5000)), /has 5000 characters/],
  ];
  it.each(refused)('refuses a file %s', (_, source, message) => {
    let error: unknown;
    try {
      createTokenizer(source);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toMatch(message);
  });
  it('refuses files that are too large, and settings of the wrong kind', () => {
    expect(() => createTokenizer(new Uint8Array(64 * 2 ** 20 + 1))).toThrow(/67108865 bytes/);
    expect(() => createTokenizer(gpt2, [])).toThrow(/tokenizer_config.json must be an object/);
    expect(() => createTokenizer(gpt2, { eos_token: 3 })).toThrow(/eos_token of tokenizer_config.json/);
    expect(() => createTokenizer(gpt2, { chat_template: 3 })).toThrow(/chat_template/);
  });
  it('accepts the patterns of the known families in little time', () => {
    const o200k =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    expect(createTokenizer(split(o200k)).encode('ab')).toEqual([2]);
    for (const text of [' '.repeat(20_000), `${'\n '.repeat(10_000)}x`, '1'.repeat(20_000)])
      expect(qwen.decode(qwen.encode(text))).toBe(text);
  });
});
