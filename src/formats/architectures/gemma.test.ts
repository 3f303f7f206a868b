// What config.json and GGUF metadata of Gemma 2 and 3 say beyond the golden checkpoints, and what is refused.
import { describe, expect, it } from 'vitest';
import { goldenFiles, goldenGgufHeader } from '../../models/networks/golden.ts';
import { parseConfigJson } from '../configJson.ts';
import { ggufConfig } from '../ggufConfig.ts';
import type { Json } from '../json.ts';

const jsonOf = (id: string) => JSON.parse(new TextDecoder().decode(goldenFiles(id).configJson)) as Json;
const [two, three, pictures] = ['gemma2', 'gemma3', 'gemma3-pictures'].map(jsonOf) as [Json, Json, Json];
const without = (json: Json, ...keys: string[]) =>
  Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));
const windows = (json: Json) => parseConfigJson(json).byLayer!.map(({ window }) => window);
const bases = (json: Json) =>
  parseConfigJson(json).byLayer!.map(({ position }) =>
    position.kind === 'rope' ? Math.round(1 / position.inverseFrequencies[1]! ** 4) : 0,
  );

describe('Gemma 2', () => {
  it('has a window in every other layer, listed or not, of 4,096 where nothing is said', () => {
    expect(windows(two)).toEqual([5, null, 5]);
    expect(windows(without(two, 'layer_types'))).toEqual([5, null, 5]);
    expect(windows(without(two, 'sliding_window'))).toEqual([4096, null, 4096]);
    expect(windows({ ...two, layer_types: ['full_attention', 'sliding_attention', 'full_attention'] })).toEqual([
      null,
      5,
      null,
    ]);
  });
  it('has caps of 50 and 30 where nothing is said, and none where null stands', () => {
    expect(parseConfigJson(two).softCap).toEqual({ attention: 1.5, logits: 3 });
    const bare = without(two, 'attn_logit_softcapping', 'final_logit_softcapping', 'query_pre_attn_scalar');
    expect(parseConfigJson(bare)).toMatchObject({
      softCap: { attention: 50, logits: 30 },
      scales: { attention: 1 / 16 },
    });
    expect(parseConfigJson({ ...two, attn_logit_softcapping: null }).softCap).toEqual({ attention: null, logits: 3 });
    expect(
      parseConfigJson({ ...two, attn_logit_softcapping: null, final_logit_softcapping: null }).softCap,
    ).toBeUndefined();
  });
  it('is refused by name where it is something else', () => {
    expect(() => windows({ ...two, layer_types: ['full_attention'] })).toThrow('layer_types must be 3 names');
    expect(() => windows({ ...two, layer_types: ['chunked_attention', 'full_attention', 'full_attention'] })).toThrow(
      'each full_attention or sliding_attention',
    );
    expect(() => windows({ ...two, sliding_window: null })).toThrow('sliding_window must be a whole number');
    expect(() => windows({ ...two, attn_logit_softcapping: -1 })).toThrow('attn_logit_softcapping must be a number');
    expect(() => windows({ ...two, hidden_activation: 'silu' })).toThrow('hidden_activation is "silu" (activation)');
    expect(() => windows({ ...two, use_bidirectional_attention: true })).toThrow(
      'use_bidirectional_attention is true (tokens that see later ones)',
    );
    expect(() => windows({ ...two, rope_parameters: three['rope_parameters'] })).toThrow('has the entry');
  });
});

describe('Gemma 3', () => {
  it('sees everything in every sixth layer, or as often as the file says', () => {
    expect(windows(three)).toEqual([5, 5, 5, 5, 5, null, 5]);
    const bare = without(three, 'layer_types', '_sliding_window_pattern');
    expect(windows(bare)).toEqual([5, 5, 5, 5, 5, null, 5]);
    expect(windows({ ...bare, sliding_window_pattern: 3 })).toEqual([5, 5, null, 5, 5, null, 5]);
  });
  it('has a rotary base for each kind of layer, in both layouts and where nothing is said', () => {
    // The full ones are stretched by two.
    expect(bases(three)).toEqual([100, 100, 100, 100, 100, 160_000, 100]);
    const older = without(three, 'rope_parameters');
    expect(
      bases({
        ...older,
        rope_theta: 10_000,
        rope_local_base_freq: 100,
        rope_scaling: { rope_type: 'linear', factor: 2 },
      }),
    ).toEqual(bases(three));
    expect(bases(older)).toEqual([10_000, 10_000, 10_000, 10_000, 10_000, 1_000_000, 10_000]);
  });
  it('has no caps where nothing is said', () => {
    expect(parseConfigJson(three).softCap).toBeUndefined();
    expect(parseConfigJson({ ...three, final_logit_softcapping: 9 }).softCap).toEqual({ attention: null, logits: 9 });
  });
  it('that sees pictures too is its text model, with what transformers fills in and the ends of the whole', () => {
    const config = parseConfigJson(pictures);
    expect(config).toMatchObject({ architecture: 'gemma3_text', layers: 3, endTokens: [2, 6] });
    const bare = {
      model_type: 'gemma3',
      text_config: { hidden_size: 2560, num_hidden_layers: 34, sliding_window: 1024 },
    };
    expect(parseConfigJson(bare)).toMatchObject({
      vocab: 262_208,
      width: 2560,
      heads: 8,
      kvHeads: 4,
      headDim: 256,
      hidden: 9216,
      context: 131_072,
    });
    expect(() => parseConfigJson({ model_type: 'gemma3' })).toThrow('text_config must be an object, got null');
    expect(() => parseConfigJson({ ...pictures, quantization_config: { bits: 4 } })).toThrow('quantised in a way');
  });
});

describe('GGUF', () => {
  const changed = (name: string, more: Record<string, unknown>) => {
    const header = goldenGgufHeader(name);
    return ggufConfig({
      ...header,
      metadata: new Map([...header.metadata, ...(Object.entries(more) as [string, never][])]),
    });
  };
  it('kinds of layers by a period or one by one', () => {
    const of = (pattern: unknown) =>
      changed('gemma3', { 'gemma3.attention.sliding_window_pattern': pattern }).byLayer!.map(({ window }) => window);
    expect(of(2)).toEqual([5, null, 5, null, 5, null, 5]);
    expect(of([true, true, false, false, true, true, true])).toEqual([5, 5, null, null, 5, 5, 5]);
    expect(() => of([true])).toThrow('for each of 7 layers');
  });
  it('caps of 50 and 30 in Gemma 2 where nothing is said, 0 for none', () => {
    const header = goldenGgufHeader('gemma2');
    const bare = new Map([...header.metadata].filter(([key]) => !key.includes('softcapping')));
    expect(ggufConfig({ ...header, metadata: bare }).softCap).toEqual({ attention: 50, logits: 30 });
    expect(changed('gemma2', { 'gemma2.attn_logit_softcapping': 0 }).softCap).toEqual({ attention: null, logits: 3 });
  });
  it('scores of the largest models are scaled by the width over the heads', () => {
    const scale = (name: string, layers: number) => {
      const sizes = { 'attention.key_length': 16, 'attention.value_length': 16, 'rope.dimension_count': 16 };
      const more = Object.entries({ ...sizes, block_count: layers }).map(([key, value]) => [`${name}.${key}`, value]);
      return changed(name, Object.fromEntries(more) as Record<string, unknown>).scales!.attention;
    };
    expect([scale('gemma2', 3), scale('gemma3', 46)]).toEqual([1 / 4, 1 / 4]);
    expect([scale('gemma2', 46), scale('gemma3', 62)]).toEqual([1 / Math.sqrt(8), 1 / Math.sqrt(8)]);
  });
  it('without a window every layer sees everything', () => {
    const header = goldenGgufHeader('gemma3');
    const bare = new Map([...header.metadata].filter(([key]) => !key.endsWith('sliding_window')));
    expect(ggufConfig({ ...header, metadata: bare })).not.toHaveProperty('byLayer');
  });
});
