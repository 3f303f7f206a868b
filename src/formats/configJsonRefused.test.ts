import { expect, it } from 'vitest';
import { parseConfigJson } from './configJson.ts';
import { encode, gpt2, llama, llama3, mistral, qwen2, qwen3 } from './configJsonTesting.ts';
import { FormatError } from './error.ts';

const refused: [string, unknown, RegExp][] = [
  [
    'unknown architecture',
    { ...llama, model_type: 'mamba' },
    /model type "mamba" is not supported; supported are gemma, gemma2, gemma3, gemma3_text, gpt2,/,
  ],
  ['a key from the prototype', { ...llama, model_type: 'toString' }, /"toString" is not supported/],
  ['no architecture', { ...llama, model_type: undefined }, /model_type must be text/],
  ...['mrope', 'proportional'].map((type): [string, unknown, RegExp] => [
    `rope ${type}`,
    { ...llama, rope_scaling: { rope_type: type, factor: 2 } },
    new RegExp(
      `rope type "${type}" in rope_scaling is not supported; supported are default, linear, dynamic, llama3, yarn and longrope`,
    ),
  ]),
  [
    'rope in the new layout',
    { ...llama, rope_parameters: { rope_type: 'mrope', rope_theta: 1e4 } },
    /"mrope" in rope_parameters/,
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
  ['fraction', { ...llama, num_hidden_layers: 1.5 }, /num_hidden_layers must be a whole number from 1 to 512, got 1.5/],
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
