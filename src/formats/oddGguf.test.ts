// Tokenizers from a GGUF file's metadata on the thousand odd strings: every pre-tokenizer against the Python library with the
// split that the model's own tokenizer has, SentencePiece's kinds against `sentencepiece` itself, BERT's against the Python library.
import { describe, expect, it } from 'vitest';
import type { GgufValue } from './gguf.ts';
import { ggufTokenizer } from './ggufTokenizer.ts';
import { idsDigest, readOdd, wrong } from './oddStrings.ts';
import { createTokenizer } from './tokenizer.ts';

const build = (some: Record<string, GgufValue | undefined>) => {
  const entries = Object.entries(some).flatMap(([key, value]): [string, GgufValue][] =>
    value === undefined ? [] : [[`tokenizer.ggml.${key}`, value]],
  );
  const { tokenizerJson, tokenizerConfig } = ggufTokenizer(new Map(entries));
  return createTokenizer(tokenizerJson, tokenizerConfig);
};

const { vocab, merges, cases } = readOdd('odd-splits.json') as {
  vocab: string[];
  merges: string[];
  cases: Record<string, { ids: string; ggml: string[] }>;
};
const names = Object.values(cases).flatMap(({ ids, ggml }) => ggml.map((pre) => [pre, ids] as const));
const tested = new Map<string, string>();
it.each(names.filter(([pre]) => pre !== 'modern-bert'))('cuts as the own tokenizer of %s', (pre, ids) => {
  const made = ggufTokenizer(
    new Map<string, GgufValue>([
      ['tokenizer.ggml.model', 'gpt2'],
      ['tokenizer.ggml.pre', pre],
      ['tokenizer.ggml.tokens', vocab],
      ['tokenizer.ggml.merges', merges],
    ]),
  );
  // Names of one split are read alike, so its strings are compared once.
  const { model, normalizer, pre_tokenizer } = made.tokenizerJson as Record<string, Record<string, unknown>>;
  const steps = JSON.stringify([normalizer, pre_tokenizer, ids]);
  if (tested.has(steps)) return;
  tested.set(steps, pre);
  const tokenizer = createTokenizer({ ...made.tokenizerJson, model: { ...model, ignore_merges: false } });
  expect(wrong(ids, (text) => idsDigest(tokenizer.encode(text, { addSpecial: false })))).toEqual([]);
});

interface Pieces {
  readonly model: string;
  readonly tokens: string[];
  readonly scores: number[];
  readonly token_type: number[];
  readonly precompiled_charsmap: string;
  readonly add_space_prefix: boolean;
  readonly remove_extra_whitespaces: boolean;
  readonly ids: string;
}
const pieces = readOdd('odd-pieces.json') as Record<string, Pieces>;
describe.each(Object.keys(pieces))('SentencePiece: %s', (name) => {
  const { model, tokens, scores, token_type, precompiled_charsmap: map, ids, ...flags } = pieces[name]!;
  const tokenizer = build({
    model,
    tokens,
    scores: Float32Array.from(scores),
    token_type: Int32Array.from(token_type),
    precompiled_charsmap: map === '' ? undefined : new Uint8Array(Buffer.from(map, 'base64')),
    add_space_prefix: flags.add_space_prefix,
    remove_extra_whitespaces: flags.remove_extra_whitespaces,
    unknown_token_id: 0,
    bos_token_id: 1,
    eos_token_id: 2,
  });
  it('encodes every string as SentencePiece itself', () => {
    // (Which of ours would be special tokens; and what make_odd.py leaves out for pieces of the user's.)
    const left = name === 'gemma' ? /▁/g : /(?!)/g;
    const plain = (text: string) =>
      text.replace(/<s>/g, '').replace(/<\/s>/g, '').replace(/<unk>/g, '').replace(/<pad>/g, '').replace(left, '');
    expect(wrong(ids, (text) => idsDigest(tokenizer.encode(plain(text), { addSpecial: false })))).toEqual([]);
    expect(tokenizer.encode('')).toEqual(model === 't5' ? [2] : [1]);
    expect(tokenizer.decode(tokenizer.encode('the fox', { addSpecial: false }))).toBe('the fox');
  });
});

describe('BERT', () => {
  const golden = (readOdd('odd-models.json') as Record<string, { tokenizer: unknown; ids: string; around: number[] }>)[
    'bert-uncased'
  ]!;
  const { vocab } = (golden.tokenizer as { model: { vocab: Record<string, number> } }).model;
  // As llama.cpp's converter writes the pieces: ▁ before what begins a word, nothing before what goes on.
  const tokens = Object.keys(vocab)
    .sort((a, b) => vocab[a]! - vocab[b]!)
    .map((token) => {
      if (/^\[.*\]$/.test(token)) return token;
      return token.startsWith('##') ? token.slice(2) : `▁${token}`;
    });
  it('encodes every string as the Python library', () => {
    const ids = { unknown_token_id: vocab['[UNK]'], cls_token_id: vocab['[CLS]'], seperator_token_id: vocab['[SEP]'] };
    for (const some of [ids, {}]) {
      const tokenizer = build({ model: 'bert', tokens, ...some });
      const others = wrong(golden.ids, (text) => idsDigest(tokenizer.encode(text, { addSpecial: false })), 1000);
      // A piece ##▁ and the beginning of a word are one and the same in the file.
      expect(others.filter((text) => !text.includes('▁'))).toEqual([]);
      expect(tokenizer.encode('')).toEqual(golden.around);
      expect(tokenizer.decode(tokenizer.encode('The FOX!'), { skipSpecial: true })).toBe('the fox!');
    }
  });
  it('keeps capitals where the file says so, and refuses what it cannot read', () => {
    const few = { model: 'bert', tokens: ['[UNK]', '▁É', '▁E', '▁e', 'e', '▁é'] };
    const encode = (some: Record<string, GgufValue>) => build({ ...few, ...some }).encode('ÉE', { addSpecial: false });
    expect(build(few).encode('É', { addSpecial: false })).toEqual([3]);
    expect(build({ ...few, 'normalizer.strip_accents': false }).encode('É', { addSpecial: false })).toEqual([5]);
    expect(build({ ...few, 'normalizer.lowercase': false }).encode('É', { addSpecial: false })).toEqual([1]);
    expect(encode({})).toEqual([3, 4]);
    expect(() => build({ model: 'bert', tokens: ['▁a'] })).toThrow('names no token for unknown words');
    expect(() => build({ model: 'bert', tokens: ['[UNK]', 'a', '▁##a'] })).toThrow('the tokens 1 and 2 are both "##a"');
  });
});
