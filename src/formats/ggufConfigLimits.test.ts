// What a GGUF file says of a model, at the edges: what is filled in when a key is missing, every number at its ends and
// beyond, rotary positions under all their names.
import { describe, expect, test } from 'vitest';
import type { GgufHeader, GgufTensor, GgufValue } from './gguf.ts';
import { ggufConfig, ropeFactorsEntry } from './ggufConfig.ts';

describe('the configuration in it', () => {
  const base: Record<string, GgufValue> = {
    'general.architecture': 'llama',
    'llama.embedding_length': 64,
    'llama.block_count': 2,
    'llama.feed_forward_length': 96,
    'llama.context_length': 128,
    'llama.attention.head_count': 4,
    'llama.attention.layer_norm_rms_epsilon': 0.25,
  };
  const entry = (name: string, ...shape: number[]): GgufTensor => ({ name, dtype: 'F32', shape, begin: 0, end: 0 });
  const of = (
    some: Record<string, GgufValue | undefined> = {},
    tensors: readonly GgufTensor[] = [],
    factors: number[] | null = null,
  ) => {
    const all = Object.entries({ ...base, ...some }).filter((e): e is [string, GgufValue] => e[1] !== undefined);
    const header: GgufHeader = {
      metadata: new Map(all),
      tensors: [entry('token_embd.weight', 100, 64), ...tensors],
      headerBytes: 0,
    };
    return ggufConfig(header, factors);
  };
  const plain = (base_: number, factor = 1) => Array.from({ length: 8 }, (_, j) => 1 / base_ ** (j / 8) / factor);

  test('what is filled in', () => {
    expect(of()).toEqual({
      architecture: 'llama',
      vocab: 100,
      width: 64,
      heads: 4,
      kvHeads: 4,
      headDim: 16,
      context: 128,
      layers: 2,
      hidden: 96,
      norm: { kind: 'rmsnorm', epsilon: 0.25 },
      position: { kind: 'rope', inverseFrequencies: plain(10000).map((v) => expect.closeTo(v, 15)), scaling: 'none' },
      mlp: 'swiglu',
      bias: { qkv: false, output: false, mlp: false },
      qkNorm: false,
      tied: true,
      slidingWindow: null,
      endTokens: [],
      startToken: null,
    });
    expect(
      of({ 'llama.attention.head_count_kv': 1, 'llama.attention.key_length': 2, 'llama.attention.value_length': 2 }),
    ).toMatchObject({ kvHeads: 1, headDim: 2 });
    expect(of({}, [entry('output.weight'), entry('blk.0.attn_q.bias'), entry('blk.0.attn_output.bias')])).toMatchObject(
      {
        tied: false,
        bias: { qkv: true, output: true, mlp: false },
      },
    );
    expect(ropeFactorsEntry({ metadata: new Map(), tensors: [], headerBytes: 0 })).toBeNull();
  });
  test('rotary positions: base, linear under both names, divisors', () => {
    const rope = (some: Record<string, GgufValue>, factors: number[] | null = null) => of(some, [], factors).position;
    const near = (values: number[]) => values.map((v) => expect.closeTo(v, 15));
    expect(rope({ 'llama.rope.freq_base': 100 })).toEqual({
      kind: 'rope',
      inverseFrequencies: near(plain(100)),
      scaling: 'none',
    });
    expect(rope({ 'llama.rope.scale_linear': 4 })).toEqual({
      kind: 'rope',
      inverseFrequencies: near(plain(10000, 4)),
      scaling: 'linear',
    });
    const named = { 'llama.rope.scaling.type': 'linear', 'llama.rope.scaling.factor': 2, 'llama.rope.scale_linear': 4 };
    expect(rope(named)).toEqual({ kind: 'rope', inverseFrequencies: near(plain(10000, 2)), scaling: 'linear' });
    expect(rope({ 'llama.rope.scaling.type': 'none', 'llama.rope.scaling.factor': 2 })).toMatchObject({
      scaling: 'none',
    });
    expect(rope({ 'llama.rope.scale_linear': 1 })).toMatchObject({ scaling: 'none' });
    const factors = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(rope({}, factors)).toEqual({
      kind: 'rope',
      inverseFrequencies: near(plain(10000).map((v, j) => v / factors[j]!)),
      scaling: 'llama3',
    });
    for (const bad of [
      [0, 2, 3, 4, 5, 6, 7, 8],
      [1, 2, 3, 4, 5, 6, 7, Infinity],
      [-1, 2, 3, 4, 5, 6, 7, 8],
    ])
      expect(() => rope({}, bad)).toThrow('rope_freqs.weight');
    expect(() => rope({}, [1])).toThrow('rope_freqs.weight has 1 divisors; heads of 16 need 8');
    expect(() => of({}, [entry('rope_freqs.weight', 8)])).toThrow('were not read before');
    expect(() => rope({ 'llama.rope.scaling.type': 'yarn' })).toThrow('llama.rope.scaling.factor must be');
    expect(() => rope({ 'llama.rope.dimension_count': 8 })).toThrow('rotates 8 of the 16');
    expect(rope({ 'llama.rope.dimension_count': 16 })).toMatchObject({ scaling: 'none' });
  });
  test.each<[string, number, number]>([
    ['llama.embedding_length', 1, 65536],
    ['llama.attention.head_count', 1, 1024],
    ['llama.block_count', 1, 1024],
    ['llama.feed_forward_length', 1, 2 ** 20],
    ['llama.context_length', 1, 2 ** 27],
    ['llama.attention.key_length', 0, 4096],
    ['llama.attention.value_length', 0, 4096],
    ['llama.attention.head_count_kv', 0, 1024],
    ['llama.attention.sliding_window', 0, 2 ** 31 - 1],
    ['llama.rope.dimension_count', 1, 65536],
    ['tokenizer.ggml.eos_token_id', 0, 99],
  ])('%s is a whole number from %i to %i', (key, min, max) => {
    for (const bad of [min - 1, max + 1, min + 0.5])
      expect(() => of({ 'llama.attention.key_length': 16, [key]: bad })).toThrow(
        `${key} must be a whole number from ${min} to ${max}`,
      );
    const said = (v: number) => {
      try {
        of({ 'llama.attention.key_length': 16, [key]: v });
        return '';
      } catch (error) {
        return String(error);
      }
    };
    for (const good of [min, max]) expect(said(good)).not.toContain('whole number from');
  });
  test.each<[string, number, number, Record<string, GgufValue>]>([
    ['llama.attention.layer_norm_rms_epsilon', 0, 1, {}],
    ['llama.rope.freq_base', 1, 1e12, {}],
    ['llama.rope.scaling.factor', 1e-6, 1e6, { 'llama.rope.scaling.type': 'linear' }],
  ])('%s is a number from %f to %f', (key, min, max, some) => {
    for (const good of [min, max]) expect(() => of({ ...some, [key]: good })).not.toThrow();
    for (const bad of [min - 1e-9, max * 1.0001])
      expect(() => of({ ...some, [key]: bad })).toThrow(`${key} must be a number from ${min} to ${max}`);
  });
  test('heads, windows and tokens', () => {
    expect(() => of({ 'llama.attention.head_count_kv': 0 })).toThrow(
      '4 query heads cannot share 0 key and value heads',
    );
    expect(() => of({ 'llama.attention.head_count_kv': 3 })).toThrow('4 query heads cannot share 3');
    expect(() => of({ 'llama.attention.head_count': 5 })).toThrow('heads of 12.8 numbers (width 64, 5 heads)');
    expect(() => of({ 'llama.attention.head_count': 64 })).toThrow('heads of 1 numbers');
    expect(() => of({ 'llama.attention.key_length': 3 })).toThrow('heads of 3 numbers');
    expect(() => of({ 'llama.attention.key_length': 0 })).toThrow('heads of 0 numbers');
    expect(() => of({ 'llama.attention.value_length': 8 })).toThrow('values of 8 numbers beside keys of 16');
    expect(() => of({ 'llama.expert_count': 1 })).toThrow('llama.expert_used_count must be a whole number from 1 to 1');
    for (const part of ['gate', 'up', 'down'])
      expect(() => of({}, [entry(`blk.0.ffn_${part}.bias`)])).toThrow('biases in its feed-forward blocks');
    expect([0, 1, 127, 128, 129].map((w) => of({ 'llama.attention.sliding_window': w }).slidingWindow)).toEqual([
      null,
      1,
      127,
      null,
      null,
    ]);
    const ends = {
      'tokenizer.ggml.eos_token_id': 7,
      'tokenizer.ggml.eot_token_id': 9,
      'tokenizer.ggml.eom_token_id': 7,
      'tokenizer.ggml.bos_token_id': 3,
    };
    expect(of(ends)).toMatchObject({ endTokens: [7, 9], startToken: null });
    const start = (some: Record<string, GgufValue>) => of({ ...ends, ...some }).startToken;
    expect(start({ 'tokenizer.ggml.model': 'llama' })).toBe(3);
    expect(start({ 'tokenizer.ggml.model': 'gpt2' })).toBeNull();
    expect(start({ 'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.pre': 'llama-bpe' })).toBe(3);
    expect(start({ 'tokenizer.ggml.model': 'llama', 'tokenizer.ggml.add_bos_token': false })).toBeNull();
    expect(start({ 'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.add_bos_token': true })).toBe(3);
    expect(of({ 'tokenizer.ggml.add_bos_token': true }).startToken).toBeNull();
  });
  test('other architectures, and names of 60 characters', () => {
    expect(() => of({ 'general.architecture': 'a'.repeat(60) })).toThrow('is not supported');
    expect(() => of({ 'general.architecture': 'a'.repeat(61) })).toThrow('text of at most 60');
    for (const key of ['tokenizer.ggml.model', 'tokenizer.ggml.pre', 'llama.rope.scaling.type'])
      expect(() => of({ [key]: 'a'.repeat(61) })).toThrow(`${key} must be text of at most 60`);
    for (const key of ['tokenizer.ggml.model', 'tokenizer.ggml.pre'])
      expect(() => of({ [key]: 'a'.repeat(60) })).not.toThrow();
    const gpt2 = Object.fromEntries(Object.entries(base).map(([k, v]) => [k.replace('llama.', 'gpt2.'), v]));
    const header = (metadata: Record<string, GgufValue>, shape: number[]): GgufHeader => ({
      metadata: new Map(Object.entries(metadata)),
      tensors: [entry('token_embd.weight', ...shape)],
      headerBytes: 0,
    });
    const said = { ...gpt2, 'general.architecture': 'gpt2', 'gpt2.attention.layer_norm_epsilon': 0.5 };
    expect(ggufConfig(header(said, [9, 64]))).toMatchObject({
      architecture: 'gpt2',
      vocab: 9,
      norm: { kind: 'layernorm', epsilon: 0.5 },
      position: { kind: 'learned' },
      mlp: 'gelu',
      bias: { qkv: true, output: true, mlp: true },
    });
    expect(() => ggufConfig(header(said, [64]))).toThrow('it has one of shape [64]');
    expect(() => ggufConfig({ ...header(said, [9, 64]), tensors: [] })).toThrow('it has none');
  });
});
