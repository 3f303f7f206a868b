import { describe, expect, it } from 'vitest';
import { parseConfigJson } from './configJson.ts';
import { encode, gpt2, llama, llama3, mistral, qwen2, qwen3, type Loose } from './configJsonTesting.ts';
import { FormatError } from './error.ts';

describe('parseConfigJson', () => {
  it('reads GPT-2 as published', () => {
    expect(parseConfigJson(encode(gpt2))).toEqual({
      architecture: 'gpt2',
      vocab: 50257,
      layers: 12,
      width: 768,
      heads: 12,
      kvHeads: 12,
      headDim: 64,
      hidden: 3072,
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
    });
    expect(parseConfigJson({ ...gpt2, n_layer: 6, n_inner: 1000 })).toMatchObject({ layers: 6, hidden: 1000 });
  });
  it('reads TinyLlama, Qwen2.5-0.5B, Qwen3 and Mistral as published', () => {
    const tiny = parseConfigJson(llama);
    expect(tiny).toMatchObject({
      kvHeads: 4,
      headDim: 64,
      hidden: 5632,
      tied: false,
      bias: { qkv: false, output: false, mlp: false },
      slidingWindow: null,
      endTokens: [2],
      startToken: 1,
      mlp: 'swiglu',
      norm: { kind: 'rmsnorm', epsilon: 1e-5 },
    });
    expect(tiny.position).toEqual({
      kind: 'rope',
      scaling: 'none',
      inverseFrequencies: Array.from({ length: 32 }, (_, j) => 1 / 10000 ** (j / 32)),
    });
    expect(parseConfigJson(qwen2)).toMatchObject({
      headDim: 64,
      bias: { qkv: true, output: false, mlp: false },
      tied: true,
      slidingWindow: null,
      qkNorm: false,
    });
    expect(parseConfigJson(qwen3)).toMatchObject({ headDim: 128, bias: { qkv: false }, qkNorm: true });
    expect(parseConfigJson({ ...qwen3, attention_bias: true }).bias).toEqual({ qkv: true, output: true, mlp: false });
    expect(parseConfigJson(mistral).slidingWindow).toBe(4096);
    expect(parseConfigJson({ ...mistral, sliding_window: null }).slidingWindow).toBeNull();
    expect(parseConfigJson(encode({ ...llama, num_key_value_heads: undefined })).kvHeads).toBe(32);
  });
  it('reads both layouts of rope to the same frequencies', () => {
    const rope = (extra: Loose) =>
      parseConfigJson(encode({ ...llama, rope_theta: undefined, rope_scaling: undefined, ...extra })).position;
    expect(rope({ rope_theta: 5e5, rope_scaling: llama3 })).toEqual(
      rope({ rope_parameters: { ...llama3, rope_theta: 5e5 } }),
    );
    expect(rope({ rope_theta: 5e5, rope_scaling: { type: 'linear', factor: 2 } })).toEqual(
      rope({ rope_parameters: { rope_type: 'linear', factor: 2, rope_theta: 5e5 } }),
    );
    expect(rope({ rope_theta: 5e5 })).toEqual(rope({ rope_parameters: { rope_type: 'default', rope_theta: 5e5 } }));
    expect(rope({ rope_theta: 5e5 })).not.toEqual(rope({}));
  });
  it('takes windows that all layers share', () => {
    const window = (extra: Loose) =>
      parseConfigJson({ ...qwen2, use_sliding_window: true, sliding_window: 100, ...extra }).slidingWindow;
    expect(window({ max_window_layers: 0 })).toBe(100);
    expect(window({ max_window_layers: 24 })).toBeNull();
    expect(window({ max_window_layers: 28 })).toBeNull();
    expect(window({ layer_types: Array(24).fill('sliding_attention') })).toBe(100);
    expect(window({ layer_types: Array(24).fill('full_attention') })).toBeNull();
  });
  it('drops token ids that the vocabulary does not have, and doubles', () => {
    expect(parseConfigJson({ ...llama, eos_token_id: [2, 7, 7, 32000], bos_token_id: 40000 })).toMatchObject({
      endTokens: [2, 7],
      startToken: null,
    });
    expect(parseConfigJson({ ...llama, eos_token_id: null, bos_token_id: null })).toMatchObject({
      endTokens: [],
      startToken: null,
    });
    expect(parseConfigJson(encode({ ...llama, eos_token_id: undefined })).endTokens).toEqual([2]);
  });
  // Any key of any base replaced by a hostile value: a configuration in range or a FormatError, nothing else.
  it('turns every hostile value into a FormatError or a sane configuration', () => {
    const values = [
      null,
      true,
      -1,
      0,
      0.5,
      1,
      3,
      1e9,
      1e308,
      2 ** 53,
      '',
      'x',
      [],
      [[]],
      {},
      { rope_type: {} },
      ['full_attention'],
    ];
    let refusedCount = 0;
    for (const base of [gpt2, llama, mistral, qwen2, qwen3]) {
      for (const key of [
        ...Object.keys(base),
        'rope_parameters',
        'layer_types',
        'head_dim',
        'n_inner',
        'quantization_config',
      ]) {
        for (const value of values) {
          try {
            const c = parseConfigJson(encode({ ...base, [key]: value }));
            expect(c.heads % c.kvHeads).toBe(0);
            expect(
              [c.vocab, c.layers, c.width, c.headDim, c.hidden, c.context].every(
                (v) => Number.isSafeInteger(v) && v > 0,
              ),
            ).toBe(true);
            if (c.position.kind === 'rope')
              expect(c.position.inverseFrequencies.every((f) => f > 0 && f <= 1e3)).toBe(true);
          } catch (error) {
            if (!(error instanceof FormatError)) throw error;
            refusedCount++;
          }
        }
      }
    }
    expect(refusedCount).toBeGreaterThan(800);
  });
});
