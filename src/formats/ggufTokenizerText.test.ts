// The tokenizer in a GGUF file, rewritten word for word: both kinds, every pre-tokenizer by name, kinds of tokens, the
// order of merges; and the number types by ggml's numbers.
import { describe, expect, test } from 'vitest';
import type { GgufValue } from './gguf.ts';
import { bytesOf, dequantise, ggufTypeOf, ggufTypes } from './ggufDequantise.ts';
import { ggufTokenizer, mergesOf } from './ggufTokenizer.ts';
import { gpt2Pattern } from './tokenPattern.ts';

const of = (some: Record<string, GgufValue>, template?: GgufValue) =>
  ggufTokenizer(
    new Map([
      ...Object.entries(some).map(([k, v]): [string, GgufValue] => [`tokenizer.ggml.${k}`, v]),
      ...(template === undefined ? [] : ([['tokenizer.chat_template', template]] as [string, GgufValue][])),
    ]),
  );
const bytes = { model: 'gpt2', pre: 'gpt-2', tokens: ['a', 'b', 'ab', '<s>', '</s>'], merges: ['a b'] };
const pieces = {
  model: 'llama',
  tokens: ['<unk>', '<s>', 'a', 'b', 'ab', '<0x0A>'],
  token_type: Int32Array.of(2, 3, 1, 1, 1, 6),
  scores: Float32Array.of(0, 0, -1, -2, -3, 0),
};
const modern = (digits: string) =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
const split = (Regex: string) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false });
const processor = (before: object[], after: object[], special: object) => ({
  type: 'TemplateProcessing',
  single: [...before, { Sequence: { id: 'A', type_id: 0 } }, ...after],
  special_tokens: special,
});

describe('byte-level', () => {
  const json = (patterns: readonly string[], some: { nfc?: boolean; ignore?: boolean } = {}) => ({
    model: {
      vocab: { a: 0, b: 1, ab: 2, '<s>': 3, '</s>': 4 },
      type: 'BPE',
      ignore_merges: some.ignore ?? false,
      merges: ['a b'],
    },
    normalizer: some.nfc ? { type: 'NFC' } : null,
    decoder: { type: 'ByteLevel' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [...patterns.map(split), { type: 'ByteLevel', add_prefix_space: false, use_regex: false }],
    },
    added_tokens: [],
    post_processor: processor([], [], {}),
  });
  test.each<[string, readonly string[], { nfc?: boolean; ignore?: boolean }?]>([
    ...['gpt-2', 'olmo', 'mpt'].map((n): [string, string[]] => [n, [gpt2Pattern]]),
    ...['smollm', 'starcoder', 'refact', 'command-r', 'codeshell'].map((n): [string, string[]] => [
      n,
      ['\\p{N}', gpt2Pattern],
    ]),
    ...['llama-bpe', 'llama3', 'llama-v3'].map((n): [string, string[], object] => [
      n,
      [modern('\\p{N}{1,3}')],
      { ignore: true },
    ]),
    ...['smaug-bpe', 'dbrx'].map((n): [string, string[]] => [n, [modern('\\p{N}{1,3}')]]),
    ...['qwen2', 'deepseek-r1-qwen'].map((n): [string, string[], object] => [n, [modern('\\p{N}')], { nfc: true }]),
    ['stablelm2', [modern('\\p{N}')]],
    ['default', ['[\\p{P}\\$\\+<=>\\^~\\|]+', gpt2Pattern, '\\p{N}+', '[0-9][0-9][0-9]']],
  ])('%s', (pre, patterns, some = {}) => {
    expect(of({ ...bytes, pre })).toEqual({
      tokenizerJson: json(patterns, some),
      tokenizerConfig: { bos_token: null, eos_token: null },
      chatTemplate: null,
      notices: [],
    });
  });
  test('without a name the default; strangers are refused', () => {
    const without = (key: string) =>
      Object.fromEntries(Object.entries(bytes).filter(([k]) => k !== key)) as Record<string, GgufValue>;
    expect(of(without('pre'))).toEqual(of({ ...bytes, pre: 'default' }));
    for (const pre of ['nope', 'toString', 3]) expect(() => of({ ...bytes, pre })).toThrow('the pre-tokenizer');
    expect(() => of({ ...bytes, model: 'rwkv' })).toThrow('the tokenizer "rwkv" is not supported');
    expect(() => of({ ...bytes, model: 'toString' })).toThrow('the tokenizer "toString" is not supported');
    expect(() => of(without('merges'))).toThrow('the file has no merges (tokenizer.ggml.merges)');
    expect(() => of({ ...bytes, merges: 'a b' })).toThrow('tokenizer.ggml.merges must be a list of texts');
  });
  test('tokens around a text: Llama 3 begins with one, others when they say so', () => {
    const named = { bos_token_id: 3, eos_token_id: 4 };
    const special = {
      '<s>': { id: '<s>', ids: [3], tokens: ['<s>'] },
      '</s>': { id: '</s>', ids: [4], tokens: ['</s>'] },
    };
    const start = [{ SpecialToken: { id: '<s>', type_id: 0 } }];
    const end = [{ SpecialToken: { id: '</s>', type_id: 0 } }];
    const post = (some: Record<string, GgufValue>) =>
      of({ ...bytes, ...named, ...some }).tokenizerJson['post_processor'];
    expect(post({})).toEqual(processor([], [], special));
    expect(post({ pre: 'llama-bpe' })).toEqual(processor(start, [], special));
    expect(post({ pre: 'llama-bpe', add_bos_token: false })).toEqual(processor([], [], special));
    expect(post({ pre: 'smaug-bpe' })).toEqual(processor([], [], special));
    expect(post({ add_bos_token: true, add_eos_token: true })).toEqual(processor(start, end, special));
    expect(of({ ...bytes, pre: 'llama-bpe' }).tokenizerJson['post_processor']).toEqual(processor([], [], {}));
    expect(of({ ...bytes, ...named }, 't')).toMatchObject({
      tokenizerConfig: { bos_token: '<s>', eos_token: '</s>', chat_template: 't' },
      chatTemplate: 't',
    });
    expect(() => of({ ...bytes, add_bos_token: 1 })).toThrow(
      'tokenizer.ggml.add_bos_token must be true or false, got 1',
    );
    expect(() => of(bytes, 3)).toThrow('tokenizer.chat_template must be a text, got 3');
    for (const id of [5, -1, 2 ** 32 - 2, 0.5, 2n ** 60n])
      expect(() => of({ ...bytes, bos_token_id: id })).toThrow(
        `tokenizer.ggml.bos_token_id is ${typeof id === 'bigint' ? `"${id}"` : id}, not one of the 5 tokens`,
      );
  });
  test('kinds of tokens: control and unknown are special, those of the user are added', () => {
    const kinds = (list: Int32Array | Uint32Array) => of({ ...bytes, token_type: list }).tokenizerJson['added_tokens'];
    const added = (id: number, content: string, special: boolean) => ({ id, content, special, normalized: false });
    const want = [added(1, 'b', true), added(2, 'ab', true), added(3, '<s>', false)];
    expect(kinds(Int32Array.of(1, 2, 3, 4, 5))).toEqual(want);
    expect(kinds(Uint32Array.of(1, 2, 3, 4, 5))).toEqual(want);
    expect(() => of({ ...bytes, token_type: Int32Array.of(1) })).toThrow('there are 5 tokens but 1 token types');
    expect(() => of({ ...bytes, token_type: Float32Array.of(1, 1, 1, 1, 1) })).toThrow(
      'must be a list of whole numbers',
    );
    expect(() => of({ ...bytes, tokens: [] })).toThrow('the file has no tokens');
    expect(() => of({ model: 'gpt2', merges: [] })).toThrow('the file has no tokens');
    expect(() => of({ ...bytes, tokens: ['a', 'b', 'a'] })).toThrow('the tokens 0 and 2 are both "a"');
  });
});

describe('SentencePiece', () => {
  test('with and without a space before the text', () => {
    const spaces = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
    const steps = [
      { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
    ];
    const model = {
      vocab: { '<unk>': 0, '<s>': 1, a: 2, b: 3, ab: 4, '<0x0A>': 5 },
      type: 'BPE',
      ignore_merges: false,
      merges: [['a', 'b']],
      byte_fallback: true,
      fuse_unk: true,
      unk_token: null,
    };
    expect(of(pieces).tokenizerJson).toMatchObject({
      model,
      normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, spaces] },
      pre_tokenizer: null,
      decoder: { type: 'Sequence', decoders: [...steps, { type: 'Strip', content: ' ', start: 1, stop: 0 }] },
    });
    expect(
      of({ ...pieces, add_space_prefix: false, unknown_token_id: 0, pre: 'anything' }).tokenizerJson,
    ).toMatchObject({
      model: { ...model, unk_token: '<unk>' },
      normalizer: spaces,
      decoder: { type: 'Sequence', decoders: steps },
    });
    expect(of({ ...pieces, bos_token_id: 1 }).tokenizerJson['post_processor']).toMatchObject({
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A' } }],
    });
  });
  test('what cannot be followed', () => {
    expect(() => of({ ...pieces, scores: Float64Array.of(0) })).toThrow('must be a list of float32 numbers');
    expect(() => of({ ...pieces, scores: Float32Array.of(0) })).toThrow('there are 6 tokens but 1 scores');
    expect(() => of({ ...pieces, scores: Float32Array.of(0, 0, NaN, 0, 0, 0) })).toThrow(
      'a score of the tokenizer is not a number',
    );
    expect(() => of({ ...pieces, precompiled_charsmap: 'x' })).toThrow('precompiled_charsmap must be a list of bytes');
    const own = (some: object) => of({ ...pieces, ...some }).tokenizerJson['normalizer'];
    const none = { type: 'SentencePiece', precompiled_charsmap: null, add_dummy_prefix: true };
    expect(own({ remove_extra_whitespaces: true })).toEqual({ ...none, remove_extra_whitespaces: true });
    expect(own({ precompiled_charsmap: Int8Array.of(-1), add_space_prefix: false })).toEqual({
      ...none,
      precompiled_charsmap: '/w==',
      add_dummy_prefix: false,
      remove_extra_whitespaces: false,
    });
    expect(own({ precompiled_charsmap: new Uint8Array() })).toEqual(own({}));
    expect(of({ ...pieces, remove_extra_whitespaces: false })).toEqual(of(pieces));
    expect(of({ ...bytes, remove_extra_whitespaces: true })).toEqual(of(bytes)); // of the other kind it says nothing
  });
  const merges = (tokens: string[], scores: number[], kinds: number[] = tokens.map(() => 1)) =>
    mergesOf({ tokens, kinds: Int32Array.from(kinds), ids: new Map(tokens.map((t, i) => [t, i])) }, scores).map((p) =>
      p.join('+'),
    );
  test('merges by score, then the longer left part, then the longer right part', () => {
    // abc = a + bc or ab + c; abcd has three splits.
    const tokens = ['a', 'b', 'c', 'd', 'ab', 'bc', 'cd', 'abc', 'bcd', 'abcd'];
    expect(merges(tokens, [0, 0, 0, 0, -2, -1, -3, -3, -4, -5])).toEqual([
      'b+c',
      'a+b',
      'ab+c',
      'a+bc',
      'c+d',
      'bc+d',
      'b+cd',
      'abc+d',
      'ab+cd',
      'a+bcd',
    ]);
    // As good and as long on the left: the longer right part first.
    expect(merges(['x', 'y', 'z', 'w', 'xy', 'yz', 'zw', 'xyz', 'yzw'], [0, 0, 0, 0, -9, -9, -9, -1, -1])).toEqual([
      'xy+z',
      'yz+w',
      'x+yz',
      'y+zw',
      'x+y',
      'y+z',
      'z+w',
    ]);
    expect(merges(['a', 'b', 'c', 'ab', 'cabc', 'abc'], [0, 0, 0, -1, -1, -1])).toEqual(['ab+c', 'c+abc', 'a+b']);
    expect(merges(['a', 'b', 'ab'], [0, 0, 0], [1, 1, 4])).toEqual([]); // only normal tokens are merged
    expect(merges(['a', '𝄞', 'a𝄞'], [0, 0, 0])).toEqual(['a+𝄞']); // by characters, not by halves of one
  });
});

describe('number types', () => {
  test('by ggml’s numbers, with their blocks', () => {
    expect(Object.entries(ggufTypes).map(([name, t]) => [t.id, name, t.block, t.bytes])).toEqual([
      [0, 'F32', 1, 4],
      [1, 'F16', 1, 2],
      [2, 'Q4_0', 32, 18],
      [3, 'Q4_1', 32, 20],
      [6, 'Q5_0', 32, 22],
      [7, 'Q5_1', 32, 24],
      [8, 'Q8_0', 32, 34],
      [10, 'Q2_K', 256, 84],
      [11, 'Q3_K', 256, 110],
      [12, 'Q4_K', 256, 144],
      [13, 'Q5_K', 256, 176],
      [14, 'Q6_K', 256, 210],
      [20, 'IQ4_NL', 32, 18],
      [23, 'IQ4_XS', 256, 136],
      [30, 'BF16', 1, 2],
      [39, 'MXFP4', 32, 17],
    ]);
    for (const [name, { id }] of Object.entries(ggufTypes)) expect(ggufTypeOf(id, 'x')).toBe(name);
  });
  test.each(
    Object.entries({
      9: 'Q8_1',
      15: 'Q8_K',
      16: 'IQ2_XXS',
      17: 'IQ2_XS',
      18: 'IQ3_XXS',
      19: 'IQ1_S',
      21: 'IQ3_S',
      22: 'IQ2_S',
      24: 'I8',
      25: 'I16',
      26: 'I32',
      27: 'I64',
      28: 'F64',
      29: 'IQ1_M',
      34: 'TQ1_0',
      35: 'TQ2_0',
      40: 'NVFP4',
      4: '4',
      31: '31',
      99: '99',
    }),
  )('number %s is refused as %s', (id, name) =>
    expect(() => ggufTypeOf(Number(id), 'it')).toThrow(`it has the number type ${name}; this app reads F32, F16, Q4_0`),
  );
  test('bytes of whole blocks only, into room enough', () => {
    expect([bytesOf('F32', 0), bytesOf('Q4_0', 64), bytesOf('Q6_K', 256)]).toEqual([0, 36, 210]);
    for (const count of [-32, 33, 0.5, 2 ** 54])
      expect(() => bytesOf('Q4_0', count)).toThrow('do not fill whole Q4_0 blocks of 32');
    const out = new Float32Array(2);
    expect(() => dequantise('F16', new Uint8Array(3), 2, out)).toThrow('2 F16 weights take 4 bytes, but 3 are given');
    expect(() => dequantise('F16', new Uint8Array(6), 3, out)).toThrow('3 weights do not fit 2 places');
    dequantise('F16', Uint8Array.of(0, 60, 0, 192), 2, out);
    expect([...out]).toEqual([1, -2]);
    const untouched = new Float32Array(3).fill(9);
    dequantise('BF16', Uint8Array.of(0, 64, 128, 191), 2, untouched);
    expect([...untouched]).toEqual([2, -1, 9]);
    const words = new Float32Array([7, 7, 7]);
    dequantise('F32', Uint8Array.of(0, 0, 192, 63), 1, words);
    expect([...words]).toEqual([1.5, 7, 7]);
  });
});
