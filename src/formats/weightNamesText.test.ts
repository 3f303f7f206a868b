// Names of every weight of every architecture, word for word, and rotary frequencies at the ends of their bands.
import { describe, expect, test } from 'vitest';
import { inverseFrequencies } from './rope.ts';
import type { TransformerConfig } from './transformerConfig.ts';
import { headName, weightNames } from './weightNames.ts';

describe('names', () => {
  test('rotary frequencies: all kinds, at the ends of Llama 3’s bands', () => {
    const plain = [1, 0.1, 0.01, 0.001].map((v) => expect.closeTo(v, 15) as number);
    expect(inverseFrequencies(8, 1e4, { kind: 'none' })).toEqual(plain);
    expect(inverseFrequencies(8, 1e4, { kind: 'linear', factor: 4 })).toEqual(
      [0.25, 0.025, 0.0025, 0.00025].map((v) => expect.closeTo(v, 15)),
    );
    const scaled = (turns: number, low: number, high: number) =>
      inverseFrequencies(2, 1e4, {
        kind: 'llama3',
        factor: 8,
        lowFrequencyFactor: low,
        highFrequencyFactor: high,
        originalContext: 2 * Math.PI * turns,
      })[0];
    // One frequency of 1: it turns so many times in the original context.
    expect([scaled(0.5, 1, 4), scaled(5, 1, 4)]).toEqual([1 / 8, 1]);
    expect(scaled(1, 1, 4)).toBeCloseTo(1 / 8, 12);
    expect(scaled(4, 1, 4)).toBeCloseTo(1, 12);
    expect(scaled(2, 1, 4)).toBeCloseTo((2 / 3) * (1 / 8) + 1 / 3, 12);
    expect(scaled(3, 2, 6)).toBeCloseTo(0.75 / 8 + 0.25, 12);
  });
  const config = (some: Partial<TransformerConfig>): TransformerConfig => ({
    architecture: 'llama',
    vocab: 100,
    layers: 1,
    width: 8,
    heads: 2,
    kvHeads: 1,
    headDim: 4,
    hidden: 16,
    context: 32,
    norm: { kind: 'rmsnorm', epsilon: 1e-6 },
    position: { kind: 'rope', inverseFrequencies: [1, 0.1], scaling: 'none' },
    mlp: 'swiglu',
    bias: { qkv: false, output: false, mlp: false },
    qkNorm: false,
    tied: false,
    slidingWindow: null,
    endTokens: [],
    startToken: null,
    ...some,
  });
  const listed = (c: TransformerConfig, naming: Parameters<typeof weightNames>[1]) =>
    weightNames(c, naming).map(
      (w) =>
        `${w.name} ${w.kind[0]} ${w.rows}×${w.cols} = ${w.from.map((f) => `${f.tensor} ${f.rows}${f.transpose ? 'T' : ''}${f.paired ? 'P' : ''}`).join(' + ')}`,
    );
  const qwen3 = config({ architecture: 'qwen3', qkNorm: true, bias: { qkv: true, output: true, mlp: false } });
  const gpt2 = config({
    architecture: 'gpt2',
    kvHeads: 2,
    norm: { kind: 'layernorm', epsilon: 1e-5 },
    position: { kind: 'learned' },
    mlp: 'gelu',
    bias: { qkv: true, output: true, mlp: true },
    tied: true,
  });
  test('of Llama in both namings, in the order of a pass', () => {
    expect(listed(config({}), { kind: 'transformers', prefix: 'model.' })).toEqual([
      'token_embedding m 100×8 = model.embed_tokens.weight 100',
      'layers.0.norm_1.weight v 8×1 = model.layers.0.input_layernorm.weight 8',
      'layers.0.qkv.weight m 16×8 = model.layers.0.self_attn.q_proj.weight 8 + model.layers.0.self_attn.k_proj.weight 4 + model.layers.0.self_attn.v_proj.weight 4',
      'layers.0.output.weight m 8×8 = model.layers.0.self_attn.o_proj.weight 8',
      'layers.0.norm_2.weight v 8×1 = model.layers.0.post_attention_layernorm.weight 8',
      'layers.0.gate_up.weight m 32×8 = model.layers.0.mlp.gate_proj.weight 16 + model.layers.0.mlp.up_proj.weight 16',
      'layers.0.down.weight m 8×16 = model.layers.0.mlp.down_proj.weight 8',
      'final_norm.weight v 8×1 = model.norm.weight 8',
      'head.weight m 100×8 = lm_head.weight 100',
    ]);
    const gguf = (architecture: 'llama' | 'mistral' | 'qwen2', tied: boolean) =>
      listed(config({ architecture, tied }), { kind: 'gguf' });
    expect(gguf('llama', true)).toEqual([
      'token_embedding m 100×8 = token_embd.weight 100',
      'layers.0.norm_1.weight v 8×1 = blk.0.attn_norm.weight 8',
      'layers.0.qkv.weight m 16×8 = blk.0.attn_q.weight 8P + blk.0.attn_k.weight 4P + blk.0.attn_v.weight 4',
      'layers.0.output.weight m 8×8 = blk.0.attn_output.weight 8',
      'layers.0.norm_2.weight v 8×1 = blk.0.ffn_norm.weight 8',
      'layers.0.gate_up.weight m 32×8 = blk.0.ffn_gate.weight 16 + blk.0.ffn_up.weight 16',
      'layers.0.down.weight m 8×16 = blk.0.ffn_down.weight 8',
      'final_norm.weight v 8×1 = output_norm.weight 8',
    ]);
    expect(gguf('mistral', true)).toEqual(gguf('llama', true));
    expect(gguf('qwen2', true).join()).toBe(gguf('llama', true).join().replaceAll('P', ''));
    expect(gguf('llama', false).at(-1)).toBe('head.weight m 100×8 = output.weight 100');
  });
  test('of Qwen 3: biases and norms of heads', () => {
    expect(listed(qwen3, { kind: 'transformers', prefix: '' }).slice(2, 8)).toEqual([
      'layers.0.qkv.weight m 16×8 = layers.0.self_attn.q_proj.weight 8 + layers.0.self_attn.k_proj.weight 4 + layers.0.self_attn.v_proj.weight 4',
      'layers.0.qkv.bias v 16×1 = layers.0.self_attn.q_proj.bias 8 + layers.0.self_attn.k_proj.bias 4 + layers.0.self_attn.v_proj.bias 4',
      'layers.0.q_norm.weight v 4×1 = layers.0.self_attn.q_norm.weight 4',
      'layers.0.k_norm.weight v 4×1 = layers.0.self_attn.k_norm.weight 4',
      'layers.0.output.weight m 8×8 = layers.0.self_attn.o_proj.weight 8',
      'layers.0.output.bias v 8×1 = layers.0.self_attn.o_proj.bias 8',
    ]);
    expect(listed(qwen3, { kind: 'gguf' }).slice(4, 6)).toEqual([
      'layers.0.q_norm.weight v 4×1 = blk.0.attn_q_norm.weight 4',
      'layers.0.k_norm.weight v 4×1 = blk.0.attn_k_norm.weight 4',
    ]);
    expect([headName(qwen3, { kind: 'gguf' }), headName(qwen3, { kind: 'transformers', prefix: 'x.' })]).toEqual([
      'output.weight',
      'lm_head.weight',
    ]);
  });
  test('of GPT-2: joined, turned over, with biases everywhere and positions', () => {
    expect(listed(gpt2, { kind: 'transformers', prefix: 'transformer.' })).toEqual([
      'token_embedding m 100×8 = transformer.wte.weight 100',
      'position_embedding m 32×8 = transformer.wpe.weight 32',
      'layers.0.norm_1.weight v 8×1 = transformer.h.0.ln_1.weight 8',
      'layers.0.norm_1.bias v 8×1 = transformer.h.0.ln_1.bias 8',
      'layers.0.qkv.weight m 24×8 = transformer.h.0.attn.c_attn.weight 24T',
      'layers.0.qkv.bias v 24×1 = transformer.h.0.attn.c_attn.bias 24',
      'layers.0.output.weight m 8×8 = transformer.h.0.attn.c_proj.weight 8T',
      'layers.0.output.bias v 8×1 = transformer.h.0.attn.c_proj.bias 8',
      'layers.0.norm_2.weight v 8×1 = transformer.h.0.ln_2.weight 8',
      'layers.0.norm_2.bias v 8×1 = transformer.h.0.ln_2.bias 8',
      'layers.0.up.weight m 16×8 = transformer.h.0.mlp.c_fc.weight 16T',
      'layers.0.up.bias v 16×1 = transformer.h.0.mlp.c_fc.bias 16',
      'layers.0.down.weight m 8×16 = transformer.h.0.mlp.c_proj.weight 8T',
      'layers.0.down.bias v 8×1 = transformer.h.0.mlp.c_proj.bias 8',
      'final_norm.weight v 8×1 = transformer.ln_f.weight 8',
      'final_norm.bias v 8×1 = transformer.ln_f.bias 8',
    ]);
    expect(listed(gpt2, { kind: 'gguf' }).map((l) => l.split(' = ')[1])).toEqual([
      'token_embd.weight 100',
      'position_embd.weight 32',
      'blk.0.attn_norm.weight 8',
      'blk.0.attn_norm.bias 8',
      'blk.0.attn_qkv.weight 24',
      'blk.0.attn_qkv.bias 24',
      'blk.0.attn_output.weight 8',
      'blk.0.attn_output.bias 8',
      'blk.0.ffn_norm.weight 8',
      'blk.0.ffn_norm.bias 8',
      'blk.0.ffn_up.weight 16',
      'blk.0.ffn_up.bias 16',
      'blk.0.ffn_down.weight 8',
      'blk.0.ffn_down.bias 8',
      'output_norm.weight 8',
      'output_norm.bias 8',
    ]);
  });
});
