// Tokens as text, whole and one by one; which tokens end and start a text; templates.

import { describe, expect, test } from 'vitest';
import { byteLevelBytes, charOfByte, decodeTokens, incrementalText, pieceOf, type TokenDecoder } from './tokenText.ts';
import { createTokenizer } from './tokenizer.ts';

const tiny = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] };
const base = { model: tiny, decoder: { type: 'ByteLevel' } };

describe('tokens as text', () => {
  test('GPT-2’s characters of bytes', () => {
    expect(charOfByte).toHaveLength(256);
    expect([0, 9, 10, 32, 33, 126, 127, 160, 161, 172, 173, 174, 255].map((b) => charOfByte[b])).toEqual([
      'Ā',
      'ĉ',
      'Ċ',
      'Ġ',
      '!',
      '~',
      'ġ',
      'ł',
      '¡',
      '¬',
      'Ń',
      '®',
      'ÿ',
    ]);
    expect(new Set(charOfByte).size).toBe(256);
    expect([...byteLevelBytes('ĠÃ©')]).toEqual([32, 195, 169]);
    expect([...byteLevelBytes('é 中')]).toEqual([...new TextEncoder().encode('é 中')]); // an added token stands for itself
  });
  const bytes: TokenDecoder = { kind: 'byteLevel' };
  const text: TokenDecoder = {
    kind: 'text',
    replace: [
      ['▁', ' '],
      ['x', '$&'],
    ],
    byteFallback: true,
    strip: 1,
    firstDropsMark: null,
  };
  test('whole', () => {
    expect(decodeTokens(['Ġa', 'Ã', '©', 'Ã'], bytes)).toBe(' aé\ufffd');
    expect(decodeTokens(['▁▁a', 'x', '<0xC3>', '<0xa9>', '▁b'], text)).toBe(' a$&é b');
    expect(decodeTokens(['<0xC3>', '<0x41>', 'a', '<0xE2>'], text)).toBe('\ufffd\ufffda\ufffd');
    expect(decodeTokens(['<0xC3>', '<0xA9>'], { ...text, byteFallback: false })).toBe('<0$&C3><0$&A9>');
    for (const token of ['<0xG0>', '<0x4>', '<0x411>', ' <0x41>', '<0x41> '])
      expect(decodeTokens([token], { ...text, replace: [], strip: 0 })).toBe(token);
    expect(decodeTokens(['▁a', '▁b'], { ...text, strip: 0, firstDropsMark: '▁' })).toBe('a b');
    expect(decodeTokens([' ', ' ', ' a'], { ...text, strip: 2 })).toBe(' a');
  });
  test('one by one, the same text', () => {
    const stream = (tokens: readonly string[], decoder: TokenDecoder) => {
      const incremental = incrementalText((id) => tokens[id] ?? null, decoder);
      const parts = tokens.map((_, id) => incremental.push(id));
      const all = [...parts, incremental.flush()];
      const again = [...tokens.map((_, id) => incremental.push(id)), incremental.flush()];
      expect(again).toEqual(all); // a new text begins
      expect(incremental.push(99)).toBe('');
      return all;
    };
    expect(stream(['Ġa', 'Ã', '©', 'Ã'], bytes)).toEqual([' a', '', 'é', '', '\ufffd']);
    expect(stream(['▁', '▁a', '<0xC3>', '<0xA9>', 'b', '<0xE2>'], text)).toEqual([
      '',
      ' a',
      '',
      'é',
      'b',
      '',
      '\ufffd',
    ]);
    expect(stream(['<0xC3>', 'a'], { ...text, strip: 0 })).toEqual(['', '\ufffda', '']);
    expect(stream(['▁a', '▁b'], { ...text, strip: 0, firstDropsMark: '▁' })).toEqual(['a', ' b', '']);
    expect(stream([' ', '  ', ' a'], { ...text, strip: 2 })).toEqual(['', ' ', ' a', '']);
  });
  test('for a reader', () => {
    expect([pieceOf('ĠÃ', bytes), pieceOf('Ã©Ċ', bytes), pieceOf('â', bytes), pieceOf('ð', bytes)]).toEqual([
      ' ‹c3›',
      'é\n',
      '‹e2›',
      '‹f0›',
    ]);
    expect([pieceOf('▁a', text), pieceOf('<0x0A>', text), pieceOf('<0x80>', text)]).toEqual([' a', '\n', '‹80›']);
    expect(pieceOf('▁a', { ...text, firstDropsMark: '▁' })).toBe(' a');
  });
});

describe('ends, starts and templates', () => {
  const named = [
    '</s>',
    '<|endoftext|>',
    '<|end_of_text|>',
    '<|im_end|>',
    '<|eot_id|>',
    '<|eom_id|>',
    '<|end|>',
    '<end_of_turn>',
  ];
  const make = (added: readonly (readonly [string, boolean])[], config: object = {}) =>
    createTokenizer(
      { ...base, added_tokens: added.map(([content, special], i) => ({ id: 3 + i, content, special })) },
      config,
    );
  test('tokens that end a text wherever they are special, and the one that is named', () => {
    expect(make(named.map((n) => [n, true] as const)).endTokens).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(make(named.map((n) => [n, false] as const)).endTokens).toEqual([]);
    expect(make([['<x>', true]], { eos_token: '<x>' }).endTokens).toEqual([3]);
    expect(make([['<x>', true]], { eos_token: { content: 'b' }, bos_token: { content: '<x>' } })).toMatchObject({
      endTokens: [1],
      startToken: 3,
    });
    expect(make([], { eos_token: 'nowhere', bos_token: 'nowhere' })).toMatchObject({ endTokens: [], startToken: null });
    expect(() => make([], { bos_token: 3 })).toThrow(
      "bos_token of tokenizer_config.json must be a token's text, got 3",
    );
    expect(() => make([], { eos_token: 'x'.repeat(1001) })).toThrow('eos_token');
    expect(make([], { eos_token: 'x'.repeat(1000) }).endTokens).toEqual([]);
  });
  test('templates: the one, the default of several, else the first', () => {
    const template = (chat_template: unknown) => make([], { chat_template }).chatTemplate;
    expect([template(undefined), template(null), template('t')]).toEqual([null, null, 't']);
    expect(
      template([
        { name: 'tool', template: 'x' },
        { name: 'default', template: 'y' },
      ]),
    ).toBe('y');
    expect(
      template([
        { name: 'tool', template: 'x' },
        { name: 'other', template: 'y' },
      ]),
    ).toBe('x');
    for (const bad of [3, [], [{ name: 'default' }], ['x']])
      expect(() => template(bad)).toThrow('chat_template of tokenizer_config.json must be');
  });
  test('tokens around a text only when they are asked for', () => {
    const around = createTokenizer({
      ...base,
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ SpecialToken: { id: 's' } }, { Sequence: {} }, { SpecialToken: { id: 'e' } }],
        special_tokens: { s: { ids: [1] }, e: { ids: [0] } },
      },
    });
    expect([around.encode('ab'), around.encode('ab', { addSpecial: false }), around.encode('')]).toEqual([
      [1, 2, 0],
      [2],
      [1, 0],
    ]);
    expect([
      around.vocabSize,
      around.idOf('ab'),
      around.idOf('x'),
      around.piece(7),
      around.special(0),
      around.isEnd(0),
    ]).toEqual([3, 2, null, '‹7›', false, false]);
  });
});
