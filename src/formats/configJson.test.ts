import { describe, expect, it } from 'vitest';
import { parseConfigJson } from './configJson.ts';
import { FormatError } from './error.ts';
import { inverseFrequencies } from './rope.ts';

type Loose = Record<string, unknown>;
const llama: Loose = {
  model_type: 'llama',
  vocab_size: 32000,
  hidden_size: 2048,
  num_hidden_layers: 22,
  num_attention_heads: 32,
  num_key_value_heads: 4,
  intermediate_size: 5632,
  max_position_embeddings: 2048,
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
  bos_token_id: 1,
  eos_token_id: 2,
  rope_theta: 10000,
  rope_scaling: null,
  tie_word_embeddings: false,
};
const gpt2: Loose = {
  model_type: 'gpt2',
  vocab_size: 50257,
  n_embd: 768,
  n_head: 12,
  n_layer: 12,
  n_positions: 1024,
  n_ctx: 1024,
  activation_function: 'gelu_new',
  layer_norm_epsilon: 1e-5,
  bos_token_id: 50256,
  eos_token_id: 50256,
};
const qwen2: Loose = {
  model_type: 'qwen2',
  vocab_size: 151936,
  hidden_size: 896,
  num_hidden_layers: 24,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  intermediate_size: 4864,
  max_position_embeddings: 32768,
  rms_norm_eps: 1e-6,
  hidden_act: 'silu',
  bos_token_id: 151643,
  eos_token_id: 151645,
  rope_theta: 1e6,
  sliding_window: 32768,
  max_window_layers: 21,
  use_sliding_window: false,
  tie_word_embeddings: true,
};
const qwen3: Loose = { ...qwen2, model_type: 'qwen3', head_dim: 128, attention_bias: false };
const mistral: Loose = {
  ...llama,
  model_type: 'mistral',
  num_key_value_heads: 8,
  sliding_window: 4096,
  max_position_embeddings: 32768,
};
const llama3 = {
  rope_type: 'llama3',
  factor: 32,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

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

  const refused: [string, unknown, RegExp][] = [
    [
      'unknown architecture',
      { ...llama, model_type: 'mamba' },
      /model type "mamba" is not supported; supported are gpt2, llama/,
    ],
    ['a key from the prototype', { ...llama, model_type: 'toString' }, /"toString" is not supported/],
    ['no architecture', { ...llama, model_type: undefined }, /model_type must be text/],
    ...['yarn', 'dynamic', 'longrope', 'mrope', 'proportional'].map((type): [string, unknown, RegExp] => [
      `rope ${type}`,
      { ...llama, rope_scaling: { rope_type: type, factor: 2 } },
      new RegExp(`rope type "${type}" in rope_scaling is not supported; supported are default, linear and llama3`),
    ]),
    [
      'rope in the new layout',
      { ...llama, rope_parameters: { rope_type: 'yarn', rope_theta: 1e4 } },
      /"yarn" in rope_parameters/,
    ],
    [
      'rope by layer type',
      { ...llama, rope_parameters: { full_attention: { rope_type: 'default' } } },
      /entry "full_attention"/,
    ],
    ['unknown rope entry', { ...llama, rope_scaling: { rope_type: 'linear', factor: 2, mscale: 1 } }, /entry "mscale"/],
    [
      'both rope layouts',
      { ...llama, rope_parameters: { rope_type: 'default' }, rope_scaling: llama3 },
      /rope_scaling is .* \(beside rope_parameters\)/,
    ],
    [
      'two rope types',
      { ...llama, rope_scaling: { rope_type: 'linear', type: 'llama3', factor: 2 } },
      /one rope type, got \["linear","llama3"\]/,
    ],
    ['rope type missing', { ...llama, rope_scaling: { factor: 2 } }, /one rope type, got \[\]/],
    ['rope type not a text', { ...llama, rope_scaling: { rope_type: 3 } }, /rope_scaling.rope_type must be text/],
    [
      'linear without factor',
      { ...llama, rope_scaling: { rope_type: 'linear' } },
      /rope_scaling.factor must be a number/,
    ],
    ['factor 0', { ...llama, rope_scaling: { rope_type: 'linear', factor: 0 } }, /rope_scaling.factor/],
    [
      'llama3 factors reversed',
      { ...llama, rope_scaling: { ...llama3, low_freq_factor: 4 } },
      /high_freq_factor must be above low_freq_factor = 4/,
    ],
    ['partial rotation', { ...llama, partial_rotary_factor: 0.5 }, /partial_rotary_factor is 0.5/],
    [
      'partial rotation inside',
      { ...llama, rope_parameters: { rope_type: 'default', partial_rotary_factor: 0.5 } },
      /rope_parameters.partial_rotary_factor must be 1/,
    ],
    ['rotation of neighbours', { ...llama, rope_interleaved: true }, /rope_interleaved is true/],
    ['several position dimensions', { ...qwen2, use_mrope: true }, /use_mrope is true/],
    ['theta', { ...llama, rope_theta: -1 }, /rope_theta must be a number/],
    ['activation', { ...llama, hidden_act: 'relu' }, /hidden_act is "relu" \(activation\); supported: "silu", "swish"/],
    [
      'GPT-2 activation',
      { ...gpt2, activation_function: 'gelu' },
      /activation_function is "gelu" \(activation\); supported: "gelu_new", "gelu_pytorch_tanh"/,
    ],
    ['scaled attention', { ...gpt2, scale_attn_by_inverse_layer_idx: true }, /scale_attn_by_inverse_layer_idx is true/],
    ['unscaled attention', { ...gpt2, scale_attn_weights: false }, /scale_attn_weights is false/],
    ['cross attention', { ...gpt2, add_cross_attention: true }, /add_cross_attention is true/],
    ['biased feed-forward', { ...llama, mlp_bias: true }, /mlp_bias is true/],
    ['biased Mistral', { ...mistral, attention_bias: true }, /attention_bias is true \(unknown for mistral\)/],
    ['unbiased Qwen2', { ...qwen2, attention_bias: false }, /attention_bias is false \(unknown for qwen2\)/],
    [
      'window in some layers',
      { ...qwen2, use_sliding_window: true },
      /3 of 24 layers attend to a sliding window \(layer_types, or max_window_layers = 21\)/,
    ],
    [
      'mixed layer types',
      {
        ...qwen3,
        use_sliding_window: true,
        num_hidden_layers: 2,
        layer_types: ['full_attention', 'sliding_attention'],
      },
      /1 of 2 layers/,
    ],
    [
      'chunked layers',
      { ...llama, num_hidden_layers: 1, layer_types: ['chunked_attention'] },
      /layer_types names "chunked_attention"/,
    ],
    [
      'layer types for other layers',
      { ...qwen2, layer_types: ['full_attention'] },
      /layer_types must be a list of 24 names/,
    ],
    [
      'sliding layers without a window',
      { ...qwen2, layer_types: Array(24).fill('sliding_attention') },
      /no window is switched on/,
    ],
    [
      'llama with sliding layers',
      { ...llama, num_hidden_layers: 1, layer_types: ['sliding_attention'] },
      /no window is switched on/,
    ],
    ['llama with a window', { ...llama, sliding_window: 100 }, /sliding_window is 100/],
    [
      'Mistral with both',
      { ...mistral, num_hidden_layers: 1, layer_types: ['full_attention'] },
      /full_attention beside sliding_window = 4096/,
    ],
    ['window of no token', { ...mistral, sliding_window: 0 }, /sliding_window must be a whole number/],
    [
      'flag that is no flag',
      { ...qwen2, use_sliding_window: 'yes' },
      /use_sliding_window must be true or false, got "yes"/,
    ],
    ['quantised', { ...llama, quantization_config: { quant_method: 'gptq' } }, /quantization_config: .*gptq/],
    ['encoder', { ...llama, is_encoder_decoder: true }, /is_encoder_decoder is true/],
    [
      'heads do not divide',
      { ...llama, num_attention_heads: 33 },
      /num_attention_heads must be a divisor of hidden_size = 2048/,
    ],
    [
      'kv heads do not divide',
      { ...llama, num_key_value_heads: 5 },
      /num_key_value_heads must be a divisor of num_attention_heads = 32, got 5/,
    ],
    ['kv heads missing', { ...qwen2, num_key_value_heads: undefined }, /num_key_value_heads must be a whole number/],
    ['GPT-2 heads', { ...gpt2, n_head: 7 }, /n_head must be a divisor of n_embd = 768/],
    ['GPT-2 head too wide', { ...gpt2, n_embd: 65536, n_head: 1 }, /n_head must be large enough/],
    ['odd head', { ...llama, head_dim: 65 }, /heads have 65 numbers/],
    ['wide head', { ...llama, head_dim: 2048 }, /head_dim must be/],
    [
      'fraction',
      { ...llama, num_hidden_layers: 1.5 },
      /num_hidden_layers must be a whole number from 1 to 512, got 1.5/,
    ],
    ['text for a number', { ...llama, hidden_size: '2048' }, /hidden_size must be/],
    ['no layers', { ...llama, num_hidden_layers: 0 }, /num_hidden_layers/],
    ['negative', { ...llama, vocab_size: -1 }, /vocab_size/],
    ['absurd vocabulary', { ...llama, vocab_size: 1e15 }, /vocab_size must be a whole number from 1 to 2097152/],
    ['absurd context', { ...llama, max_position_embeddings: 2 ** 53 }, /max_position_embeddings/],
    ['absurd hidden', { ...llama, intermediate_size: 1e300 }, /intermediate_size/],
    [
      'missing context',
      { ...llama, max_position_embeddings: undefined },
      /max_position_embeddings must be .* got undefined/,
    ],
    ['epsilon', { ...llama, rms_norm_eps: '1e-5' }, /rms_norm_eps/],
    ['end token', { ...llama, eos_token_id: [2, -1] }, /eos_token_id must be a token id or a list/],
    ['end token of another kind', { ...llama, eos_token_id: { id: 2 } }, /eos_token_id/],
    ['many end tokens', { ...llama, eos_token_id: Array(300).fill(1) }, /at most 256/],
  ];
  it.each(refused)('refuses: %s', (_, json, message) => {
    expect(() => parseConfigJson(encode(json))).toThrow(message);
    expect(() => parseConfigJson(encode(json))).toThrow(FormatError);
  });
  it('refuses what is not a small JSON object', () => {
    expect(() => parseConfigJson(new Uint8Array(2 ** 20 + 1))).toThrow('1048577 bytes');
    expect(() => parseConfigJson(new TextEncoder().encode('[]'))).toThrow('config.json must be a JSON object');
    expect(() => parseConfigJson(new TextEncoder().encode('{"model_type":"llama"'))).toThrow(FormatError);
    expect(() => parseConfigJson(new TextEncoder().encode(`{"a":${'['.repeat(9999)}`))).toThrow('nested 10000 levels');
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

describe('inverseFrequencies', () => {
  it('llama3 at hand-made turns: kept above high, divided below low, blended between', () => {
    // Base 100, headDim 4: frequencies 1 and 0.1. Turns in a context of 20π: 10 and 1.
    const scaled = (low: number, high: number) =>
      inverseFrequencies(4, 100, {
        kind: 'llama3',
        factor: 8,
        lowFrequencyFactor: low,
        highFrequencyFactor: high,
        originalContext: 20 * Math.PI,
      });
    expect(scaled(2, 4)).toEqual([1, 0.1 / 8]);
    expect(scaled(0.5, 0.9)).toEqual([1, 0.1]);
    // Half way between 0 and 2 turns: the mean of 0.1 and 0.1/8.
    expect(scaled(1e-9, 2)[1]).toBeCloseTo(0.05625, 9);
    expect(scaled(5, 15)[0]).toBeCloseTo(0.5625, 12);
  });
  it('linear divides every frequency', () =>
    expect(inverseFrequencies(4, 100, { kind: 'linear', factor: 4 })).toEqual([0.25, 0.025]));
});
