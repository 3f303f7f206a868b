// config.json at the edges: what is filled in when a key is missing, the largest and smallest value of every key and one
// beyond.
import { describe, expect, test } from 'vitest';
import { parseConfigJson } from './configJson.ts';
import { inverseFrequencies } from './rope.ts';

type Loose = Record<string, unknown>;
const llama: Loose = {
  model_type: 'llama',
  vocab_size: 32000,
  hidden_size: 512,
  head_dim: 64,
  num_hidden_layers: 2,
  num_attention_heads: 8,
  num_key_value_heads: 1,
  intermediate_size: 1024,
  max_position_embeddings: 2048,
};
const gpt2: Loose = { model_type: 'gpt2', vocab_size: 50257, n_embd: 1024, n_head: 16, n_layer: 2, n_positions: 1024 };
const mistral: Loose = { ...llama, model_type: 'mistral' };
const qwen2: Loose = { ...llama, model_type: 'qwen2' };
const qwen3: Loose = { ...llama, model_type: 'qwen3' };
const without = (base: Loose, ...keys: string[]) =>
  Object.fromEntries(Object.entries(base).filter(([k]) => !keys.includes(k)));

describe('what is filled in', () => {
  const plain = (base: number) => inverseFrequencies(64, base, { kind: 'none' });
  test('GPT-2', () =>
    expect(parseConfigJson(gpt2)).toEqual({
      architecture: 'gpt2',
      vocab: 50257,
      width: 1024,
      heads: 16,
      headDim: 64,
      kvHeads: 16,
      layers: 2,
      hidden: 4096,
      context: 1024,
      norm: { kind: 'layernorm', epsilon: 1e-5 },
      position: { kind: 'learned' },
      mlp: 'gelu',
      bias: { qkv: true, output: true, mlp: true },
      qkNorm: false,
      tied: true,
      slidingWindow: null,
      endTokens: [50256],
      startToken: 50256,
    }));
  const rest = {
    vocab: 32000,
    width: 512,
    heads: 8,
    headDim: 64,
    kvHeads: 1,
    layers: 2,
    hidden: 1024,
    context: 2048,
    norm: { kind: 'rmsnorm', epsilon: 1e-6 },
    position: { kind: 'rope', inverseFrequencies: plain(10000), scaling: 'none' },
    mlp: 'swiglu',
    bias: { qkv: false, output: false, mlp: false },
    qkNorm: false,
    tied: false,
    slidingWindow: null,
  };
  test.each<[string, Loose, object]>([
    ['Llama', llama, { ...rest, architecture: 'llama', endTokens: [2], startToken: 1 }],
    ['Mistral', mistral, { ...rest, architecture: 'mistral', endTokens: [2], startToken: 1, slidingWindow: 4096 }],
    [
      'Qwen 2',
      qwen2,
      {
        ...rest,
        architecture: 'qwen2',
        endTokens: [],
        startToken: null,
        bias: { qkv: true, output: false, mlp: false },
      },
    ],
    ['Qwen 3', qwen3, { ...rest, architecture: 'qwen3', endTokens: [], startToken: null, qkNorm: true }],
  ])('%s', (_, source, want) => expect(parseConfigJson(source)).toEqual(want));
  test('the head dimension: 128 for Qwen 3, the width over the heads for others; key heads only for Llama', () => {
    expect(parseConfigJson(without(qwen3, 'head_dim')).headDim).toBe(128);
    expect(parseConfigJson(without(qwen2, 'head_dim')).headDim).toBe(64);
    expect(parseConfigJson(without(llama, 'num_key_value_heads')).kvHeads).toBe(8);
    expect(() => parseConfigJson(without(mistral, 'num_key_value_heads'))).toThrow('num_key_value_heads must be');
    expect(() =>
      parseConfigJson({ ...without(llama, 'head_dim'), num_attention_heads: 7, num_key_value_heads: 7 }),
    ).toThrow('num_attention_heads must be a divisor of hidden_size = 512, or head_dim given, got 7');
  });
  test('what is said counts', () => {
    const said = {
      tie_word_embeddings: true,
      rms_norm_eps: 0.5,
      rope_theta: 5e5,
      eos_token_id: [0, 5, 5],
      bos_token_id: 0,
    };
    expect(parseConfigJson({ ...llama, ...said })).toMatchObject({
      tied: true,
      norm: { epsilon: 0.5 },
      position: { inverseFrequencies: plain(5e5) },
      endTokens: [0, 5],
      startToken: 0,
    });
    const gpt = {
      tie_word_embeddings: false,
      layer_norm_epsilon: 0.25,
      eos_token_id: 3,
      bos_token_id: [4, 5],
      n_inner: 7,
    };
    expect(parseConfigJson({ ...gpt2, ...gpt })).toMatchObject({
      tied: false,
      norm: { epsilon: 0.25 },
      endTokens: [3],
      startToken: 4,
      hidden: 7,
    });
    expect(parseConfigJson({ ...qwen3, attention_bias: true }).bias).toEqual({ qkv: true, output: true, mlp: false });
    expect(parseConfigJson({ ...qwen2, attention_bias: true }).bias).toEqual({ qkv: true, output: false, mlp: false });
  });
  test('windows', () => {
    const of = (base: Loose, some: Loose) => parseConfigJson({ ...base, ...some }).slidingWindow;
    const on = { use_sliding_window: true, max_window_layers: 0 };
    expect(of(mistral, { sliding_window: 1 })).toBe(1);
    expect(of(mistral, { use_sliding_window: true })).toBe(4096);
    expect(() => of(mistral, { use_sliding_window: false })).toThrow(
      'use_sliding_window is false (unknown for mistral)',
    );
    expect([of(qwen2, on), of(qwen3, on), of(qwen3, { ...on, sliding_window: null })]).toEqual([4096, 4096, null]);
    expect([of(qwen2, { sliding_window: 9 }), of(qwen3, { sliding_window: 9 })]).toEqual([null, null]);
    // The first 28 layers attend to everything unless said.
    const deep = { use_sliding_window: true, sliding_window: 9, num_hidden_layers: 28 };
    expect(of(qwen2, deep)).toBeNull();
    expect(() => of(qwen3, { ...deep, num_hidden_layers: 29 })).toThrow(
      '1 of 29 layers attend to a sliding window (layer_types, or max_window_layers = null)',
    );
    expect(of(qwen2, { ...on, max_window_layers: 2 ** 31 })).toBeNull();
    expect(() => of(qwen2, { ...on, max_window_layers: 2 ** 31 + 1 })).toThrow(
      'max_window_layers must be a whole number from 0 to 2147483648',
    );
    expect(() => of(llama, { layer_types: ['odd', 'odder'] })).toThrow('layer_types names "odd"');
  });
});

describe('every number at its ends', () => {
  test.each<[string, Loose, number, number, Loose?]>([
    ['vocab_size', llama, 1, 2 ** 21],
    ['hidden_size', llama, 2, 2 ** 16],
    ['num_attention_heads', llama, 1, 1024],
    ['num_key_value_heads', { ...llama, num_attention_heads: 1024 }, 1, 1024],
    ['num_hidden_layers', llama, 1, 512],
    ['intermediate_size', llama, 1, 2 ** 20],
    ['max_position_embeddings', llama, 1, 2 ** 27],
    ['sliding_window', mistral, 1, 2 ** 27],
    ['vocab_size', gpt2, 1, 2 ** 21],
    ['n_layer', gpt2, 1, 512],
    ['n_head', gpt2, 1, 1024],
    ['n_inner', gpt2, 1, 2 ** 20],
    ['n_positions', gpt2, 1, 2 ** 27],
  ])('%s', (key, base, min, max) => {
    for (const value of [min, max]) expect(() => parseConfigJson({ ...base, [key]: value })).not.toThrow();
    for (const value of [min - 1, max + 1, min + 0.5, `${min}`])
      expect(() => parseConfigJson({ ...base, [key]: value }), String(value)).toThrow(
        `${key} must be a whole number from ${min} to ${max}, got ${JSON.stringify(value)}`,
      );
  });
  test.each<[string, Loose, number, number]>([
    ['rms_norm_eps', llama, 0, 1],
    ['layer_norm_epsilon', gpt2, 0, 1],
    ['rope_theta', llama, 1.001, 1e12],
  ])('%s', (key, base, min, max) => {
    for (const value of [min, max]) expect(() => parseConfigJson({ ...base, [key]: value })).not.toThrow();
    for (const value of [min - 1e-3, max * 1.001])
      expect(() => parseConfigJson({ ...base, [key]: value })).toThrow(`${key} must be a number from ${min} to ${max}`);
  });
  test.each<[string, Loose, number, number]>([
    ['factor', { rope_type: 'linear' }, 1e-3, 1e6],
    [
      'factor',
      { rope_type: 'llama3', low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8 },
      1e-3,
      1e6,
    ],
    [
      'low_freq_factor',
      { rope_type: 'llama3', factor: 2, high_freq_factor: 1e6, original_max_position_embeddings: 8 },
      1e-6,
      999999,
    ],
    [
      'high_freq_factor',
      { rope_type: 'llama3', factor: 2, low_freq_factor: 1e-6, original_max_position_embeddings: 8 },
      2e-6,
      1e6,
    ],
    [
      'original_max_position_embeddings',
      { rope_type: 'llama3', factor: 2, low_freq_factor: 1, high_freq_factor: 4 },
      1,
      2 ** 27,
    ],
    ['partial_rotary_factor', { rope_type: 'default' }, 1, 1],
  ])('rope_scaling.%s of %j', (key, scaling, min, max) => {
    const of = (value: number) => () => parseConfigJson({ ...llama, rope_scaling: { ...scaling, [key]: value } });
    for (const value of [min, max]) expect(of(value)).not.toThrow();
    for (const value of [min * 0.5, max * 1.001]) expect(of(value)).toThrow(`rope_scaling.${key}`);
  });
  test('llama3: factors that are equal leave nothing between them', () => {
    const equal = {
      rope_type: 'llama3',
      factor: 2,
      low_freq_factor: 4,
      high_freq_factor: 4,
      original_max_position_embeddings: 8,
    };
    expect(() => parseConfigJson({ ...llama, rope_scaling: equal })).toThrow(
      'high_freq_factor must be above low_freq_factor = 4',
    );
    expect(() => parseConfigJson({ ...llama, rope_scaling: { rope_type: 'x'.repeat(60) } })).toThrow(
      'is not supported',
    );
    expect(() => parseConfigJson({ ...llama, rope_scaling: { rope_type: 'x'.repeat(61) } })).toThrow(
      'text of at most 60',
    );
    // An entry that is null is not there.
    expect(() => parseConfigJson({ ...llama, rope_scaling: { rope_type: 'default', odd: null } })).not.toThrow();
    expect(() => parseConfigJson({ ...llama, rope_scaling: { rope_type: 'default', odd: 1, odder: 2 } })).toThrow(
      'the entry "odd"',
    );
  });
  test('head dimensions: even for rotary positions, 1024 at most for both', () => {
    const head = (head_dim: number) => () => parseConfigJson({ ...llama, head_dim });
    for (const dim of [2, 1024]) expect(head(dim)).not.toThrow();
    expect(head(63)).toThrow('heads have 63 numbers');
    for (const dim of [1, 1025]) expect(head(dim)).toThrow('head_dim must be a whole number from 2 to 1024');
    const wide = (num_attention_heads: number) => () =>
      parseConfigJson({ ...without(llama, 'head_dim'), hidden_size: 2052 * 4, num_attention_heads });
    expect(wide(4)).toThrow('heads have 2052 numbers'); // even, and too many
    const gpt = (n_embd: number, n_head: number) => () => parseConfigJson({ ...gpt2, n_embd, n_head });
    expect(gpt(1024, 1)).not.toThrow();
    expect(gpt(65536, 64)).not.toThrow();
    expect(gpt(1025, 1)).toThrow('n_head must be large enough for heads of at most 1024 numbers (n_embd = 1025)');
    expect(gpt(65537, 1)).toThrow('n_embd must be a whole number from 2 to 65536');
    expect(gpt(1, 1)).toThrow('n_embd must be a whole number from 2 to 65536');
    expect(gpt(1024, 3)).toThrow('n_head must be a divisor of n_embd = 1024');
  });
  test('token ids: 256 of them, up to 2³¹ − 1', () => {
    const end = (eos_token_id: unknown) => () => parseConfigJson({ ...llama, eos_token_id });
    expect(end(Array.from({ length: 256 }, (_, i) => i))().endTokens).toHaveLength(256);
    expect(end(2 ** 31 - 1)().endTokens).toEqual([]);
    expect(end(31999)().endTokens).toEqual([31999]);
    expect(end(32000)().endTokens).toEqual([]);
    for (const bad of [new Array(257).fill(1), 2 ** 31, -1, 1.5, '2', [1, null]])
      expect(end(bad)).toThrow('eos_token_id must be a token id or a list of at most 256');
  });
});
