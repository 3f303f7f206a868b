import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError } from './error.ts';
import { parseGgufHeader, type GgufValue } from './gguf.ts';
import { ggufTokenizer } from './ggufTokenizer.ts';
import { assertTokenizerFits, createTokenizer } from './tokenizer.ts';

const folder = new URL('../../training/golden-gguf/', import.meta.url);
interface Golden {
  vocab: number;
  merges: [string, string][] | null;
  texts: [string, number[]][];
}
const { models } = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as {
  models: Record<string, Golden>;
};
const strings = JSON.parse(readFileSync(new URL('../golden-tokenizers/strings.json', folder), 'utf8')) as string[];
const metadata = (name: string): ReadonlyMap<string, GgufValue> => {
  const file = new Uint8Array(readFileSync(new URL(`${name}.gguf`, folder)));
  return parseGgufHeader(file, file.length).metadata;
};
/** With some entries replaced, or removed if undefined. */
function changed(name: string, changes: Record<string, GgufValue | undefined>): ReadonlyMap<string, GgufValue> {
  const map = new Map(metadata(name));
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) map.delete(`tokenizer.ggml.${key}`);
    else map.set(`tokenizer.ggml.${key}`, value);
  }
  return map;
}

describe('ggufTokenizer', () => {
  it('takes the id 2³²−1 for a token that the model does not have', () => {
    const none = 2 ** 32 - 1;
    const plain = ggufTokenizer(metadata('gpt2'));
    expect(plain.notices).toEqual([]);
    const { tokenizerConfig, tokenizerJson, notices } = ggufTokenizer(changed('gpt2', { bos_token_id: none }));
    expect(tokenizerConfig).toEqual({ ...plain.tokenizerConfig, bos_token: null });
    expect(notices).toEqual([`The file says that it has no start token (tokenizer.ggml.bos_token_id is ${none}).`]);
    const text = 'state of the';
    expect(createTokenizer(tokenizerJson, tokenizerConfig).encode(text)).toEqual(
      createTokenizer(plain.tokenizerJson, plain.tokenizerConfig).encode(text),
    );
    expect(ggufTokenizer(changed('llama-spm', { bos_token_id: none, add_bos_token: undefined })).notices).toHaveLength(
      1,
    );
  });
  it('refuses to put such a token before every text', () => {
    expect(() => ggufTokenizer(changed('gpt2', { bos_token_id: 2 ** 32 - 1, add_bos_token: true }))).toThrow(
      'add_bos_token asks for a token around every text, but tokenizer.ggml.bos_token_id is 4294967295: none',
    );
    expect(() => ggufTokenizer(changed('gpt2', { eos_token_id: 2 ** 32 - 1, add_eos_token: true }))).toThrow(
      'add_eos_token',
    );
  });
  it.each(Object.keys(models))('encodes as the original tokenizer of %s', (name) => {
    const { tokenizerJson, tokenizerConfig, chatTemplate } = ggufTokenizer(metadata(name));
    const tokenizer = createTokenizer(tokenizerJson, tokenizerConfig);
    for (const [text, ids] of models[name]!.texts) {
      expect([text, tokenizer.encode(text, { addSpecial: false })]).toEqual([text, ids]);
      expect(tokenizer.decode(ids)).toBe(text);
    }
    expect(models[name]!.texts.length).toBeGreaterThan(5);
    expect(chatTemplate).toBe(name === 'llama-spm' ? null : '{% for m in messages %}{{ m.content }}{% endfor %}');
    assertTokenizerFits(tokenizer, models[name]!);
  });
  it.each([
    ['gpt2', 'gpt2'],
    ['llama-bpe', 'llama3'],
    ['qwen2', 'qwen2'],
  ])('gives %s the ids of its tokenizer.json for every awkward text', (name, kind) => {
    const { texts } = JSON.parse(readFileSync(new URL(`../golden-tokenizers/${kind}.json`, folder), 'utf8')) as {
      texts: [number[], number[], string][];
    };
    const { tokenizerJson, tokenizerConfig } = ggufTokenizer(metadata(name));
    const tokenizer = createTokenizer(tokenizerJson, tokenizerConfig);
    strings.forEach((text, i) => expect([text, tokenizer.encode(text)]).toEqual([text, texts[i]![1]]));
  });
  it('finds the merges that transformers finds', () => {
    const { model } = ggufTokenizer(metadata('llama-spm')).tokenizerJson as { model: { merges: [string, string][] } };
    expect(models['llama-spm']!.merges!.length).toBeGreaterThan(250);
    expect(model.merges).toEqual(models['llama-spm']!.merges);
  });
  it('puts the start token where the metadata want it', () => {
    const build = (map: ReadonlyMap<string, GgufValue>) =>
      createTokenizer(ggufTokenizer(map).tokenizerJson, ggufTokenizer(map).tokenizerConfig);
    expect(build(metadata('llama-spm')).encode('')).toEqual([1]);
    expect(build(changed('llama-spm', { add_bos_token: undefined })).encode('')).toEqual([1]);
    expect(build(changed('llama-spm', { add_bos_token: false, add_eos_token: true })).encode('')).toEqual([2]);
    expect(build(metadata('gpt2')).encode('')).toEqual([]);
    expect(build(changed('gpt2', { add_bos_token: true })).encode('')).toEqual([0]);
    expect(build(changed('llama-spm', { add_space_prefix: false })).decode([0])).toBe('<unk>');
    const bare = build(changed('llama-spm', { add_space_prefix: false }));
    expect(bare.decode(bare.encode(' the fox', { addSpecial: false }))).toBe(' the fox');
  });

  const tokens = metadata('gpt2').get('tokenizer.ggml.tokens') as string[];
  const refused: [string, ReadonlyMap<string, GgufValue>, RegExp][] = [
    ['no tokenizer', new Map(), /tokenizer undefined is not supported/],
    [
      'another kind',
      changed('gpt2', { model: 'rwkv' }),
      /tokenizer "rwkv" is not supported; supported are gpt2 .*bert/,
    ],
    [
      'another pre-tokenizer',
      changed('gpt2', { pre: 'chameleon' }),
      /pre-tokenizer "chameleon" is not supported; supported are gpt-2, /,
    ],
    ['a pre-tokenizer from the prototype', changed('gpt2', { pre: 'toString' }), /pre-tokenizer "toString"/],
    ['no tokens', changed('gpt2', { tokens: undefined }), /no tokens/],
    [
      'tokens that are numbers',
      changed('gpt2', { tokens: Float32Array.of(1) }),
      /tokenizer.ggml.tokens must be a list of texts/,
    ],
    ['a token twice', changed('gpt2', { tokens: [...tokens.slice(0, -1), tokens[5]!] }), /tokens 5 and 519 are both/],
    ['fewer types than tokens', changed('gpt2', { token_type: Int32Array.of(1, 1) }), /520 tokens but 2 token types/],
    ['types that are texts', changed('gpt2', { token_type: 'x' }), /token_type must be a list of whole numbers/],
    ['no merges', changed('gpt2', { merges: undefined }), /no merges/],
    ['merges that are a number', changed('gpt2', { merges: 3 }), /tokenizer.ggml.merges must be a list of texts/],
    [
      'a start token beyond the tokens',
      changed('gpt2', { bos_token_id: 520 }),
      /bos_token_id is 520, not one of the 520 tokens/,
    ],
    ['a huge start token', changed('gpt2', { bos_token_id: 2n ** 63n }), /not one of the 520 tokens/],
    ['a start token that is a text', changed('gpt2', { bos_token_id: 'length' }), /bos_token_id is "length"/],
    ['a wrong flag', changed('gpt2', { add_bos_token: 1 }), /add_bos_token must be true or false/],
    ['no scores', changed('llama-spm', { scores: undefined }), /scores must be a list of float32/],
    ['fewer scores', changed('llama-spm', { scores: Float32Array.of(1) }), /638 tokens but 1 scores/],
    ['scores that are no numbers', changed('llama-spm', { scores: new Float32Array(638).fill(NaN) }), /not a number/],
    [
      'a table that is a text',
      changed('llama-spm', { precompiled_charsmap: 'x' }),
      /charsmap must be a list of bytes, got "x"/,
    ],
    [
      'endless pieces',
      changed('llama-spm', {
        tokens: ['a'.repeat(15_000)],
        scores: Float32Array.of(1),
        token_type: undefined,
        bos_token_id: 0,
        eos_token_id: 0,
      }),
      /too long and too many/,
    ],
    [
      'a template that is a number',
      new Map([...metadata('gpt2'), ['tokenizer.chat_template', 3]]),
      /chat_template must be a text/,
    ],
  ];
  it.each(refused)('refuses %s', (_, map, message) => {
    expect(() => ggufTokenizer(map)).toThrow(message);
    expect(() => ggufTokenizer(map)).toThrow(FormatError);
  });
  it('leaves a merge of unknown tokens to the tokenizer, which refuses it', () => {
    const { tokenizerJson } = ggufTokenizer(changed('gpt2', { merges: ['Ġ nosuch'] }));
    expect(() => createTokenizer(tokenizerJson)).toThrow(/merge 0 of "Ġ" and "nosuch" needs a token/);
  });
});
