// Mixtures of experts: what their files say, what is refused, what a token costs.
import { expect, it } from 'vitest';
import { goldenGgufHeader, goldenModel } from '../models/networks/golden.ts';
import { parseConfigJson } from './configJson.ts';
import { ggufConfig } from './ggufConfig.ts';
import { perToken } from './perToken.ts';

const sizes = {
  vocab_size: 60_000,
  hidden_size: 256,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  num_hidden_layers: 4,
  intermediate_size: 300,
  max_position_embeddings: 512,
};
const of = (id: string, extra: Record<string, unknown> = {}) => parseConfigJson({ model_type: id, ...sizes, ...extra });

it('what a config.json leaves out is what transformers takes', () => {
  const plain = { shared: null, dense: [] };
  expect(of('mixtral').experts).toEqual({ count: 8, used: 2, hidden: 300, normalised: true, ...plain });
  expect(of('olmoe').experts).toEqual({ count: 64, used: 8, hidden: 300, normalised: false, ...plain });
  expect(of('qwen3_moe').experts).toEqual({ count: 128, used: 8, hidden: 768, normalised: false, ...plain });
  expect(of('qwen2_moe').experts).toEqual({
    count: 60,
    used: 4,
    hidden: 1408,
    normalised: false,
    shared: 5632,
    dense: [],
  });
  expect([of('qwen3_moe').headDim, of('qwen2_moe').bias.qkv, of('qwen2_moe', { qkv_bias: false }).bias.qkv]).toEqual([
    64,
    true,
    false,
  ]);
});

it('layers without experts are those listed and those between the steps', () => {
  expect(of('qwen3_moe', { decoder_sparse_step: 2 }).experts!.dense).toEqual([0, 2]);
  expect(of('qwen3_moe', { mlp_only_layers: [3, 0, 9] }).experts!.dense).toEqual([0, 3]);
  expect(of('mixtral', { decoder_sparse_step: 2 }).experts!.dense).toEqual([]);
  expect(goldenModel('qwen2-moe-fused').config.experts).toEqual({
    count: 3,
    used: 2,
    hidden: 24,
    normalised: true,
    shared: 16,
    dense: [0, 2, 3],
  });
});

it('a GGUF file says how its experts’ weights are made up, or its architecture does', () => {
  for (const [name, key, normalised] of [
    ['mixtral', 'llama', true],
    ['qwen2-moe', 'qwen2moe', false],
    ['qwen3-moe', 'qwen3moe', true],
    ['olmoe', 'olmoe', false],
  ] as const) {
    const header = goldenGgufHeader(name);
    expect(ggufConfig(header).experts!.normalised, name).toBe(normalised);
    const metadata = new Map([...header.metadata, [`${key}.expert_weights_norm`, !normalised] as const]);
    expect(ggufConfig({ ...header, metadata }).experts!.normalised, name).toBe(!normalised);
  }
});

it.each([
  ['llama4', {}, '"llama4" is not supported: it needs attention within chunks'],
  ['deepseek_v3', {}, '"deepseek_v3" is not supported: it needs latent attention'],
  ['mixtral', { num_experts_per_tok: 9 }, 'num_experts_per_tok must be at most num_experts = 8'],
  ['olmoe', { num_experts: 513 }, 'num_experts must be a whole number from 1 to 512'],
  ['olmoe', { clip_qkv: 8 }, 'clip_qkv is 8 (queries, keys and values cut off)'],
  ['qwen2_moe', { use_sliding_window: true }, 'use_sliding_window is true (windows in layers of a mixture'],
  ['qwen3_moe', { mlp_only_layers: [-1] }, 'mlp_only_layers must be a list of layers, counted from 0'],
] as const)('%s with %o is refused by name', (id, extra, message) => {
  expect(() => of(id, extra)).toThrow(message);
});

// Totals as published, in billions: all weights, and those of a token.
const half = (_: string, rows: number, cols: number) => 2 * rows * cols;
it.each([
  ['mixtral', 'Mixtral 8x7B', 46.7, 12.9, { vocab_size: 32_000, hidden_size: 4096, intermediate_size: 14_336, num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 8 }],
  ['olmoe', 'OLMoE 1B-7B', 6.92, 1.28, { vocab_size: 50_304, hidden_size: 2048, intermediate_size: 1024, num_hidden_layers: 16, num_attention_heads: 16, num_key_value_heads: 16 }],
  ['qwen3_moe', 'Qwen3-30B-A3B', 30.5, 3.35, { vocab_size: 151_936, hidden_size: 2048, intermediate_size: 6144, num_hidden_layers: 48, num_attention_heads: 32, num_key_value_heads: 4, head_dim: 128 }],
  ['qwen2_moe', 'Qwen1.5-MoE-A2.7B', 14.3, 2.7, { vocab_size: 151_936, hidden_size: 2048, intermediate_size: 5632, num_hidden_layers: 24, num_attention_heads: 16, num_key_value_heads: 16 }],
] as const)('%s: the weights of %s', (id, _, all, active, published) => {
  const config = of(id, published);
  const { parameters, bytes } = perToken(config, half);
  const dense = perToken({ ...config, experts: { ...config.experts!, used: config.experts!.count } }, half);
  expect(Math.abs(dense.parameters / 1e9 - all)).toBeLessThan(0.05);
  expect(Math.abs(parameters / 1e9 - active)).toBeLessThan(0.055);
  // Untied: of the embedding one row is read.
  expect(bytes).toBe(2 * (parameters - (config.vocab - 1) * config.width));
}); // prettier-ignore
