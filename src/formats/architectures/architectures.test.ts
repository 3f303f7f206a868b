import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goldenFiles, goldenIds } from '../../models/networks/golden.ts';
import { architectures as small } from '../../verify/networks/architectures.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { parseConfigJson } from '../configJson.ts';
import type { FormatError } from '../error.ts';
import { parseGgufHeader } from '../gguf.ts';
import { ggufConfig } from '../ggufConfig.ts';
import type { TransformerConfig } from '../transformerConfig.ts';
import { partRange, readWholePart } from '../weightPart.ts';
import { resolveHead, weightPlan } from '../weightPlan.ts';
import {
  architectureOf,
  architectureOfGguf,
  ggufArchitectures,
  languageArchitectureIds,
  publishedModels,
  type LanguageArchitectureId,
} from './index.ts';

const ggufFolder = new URL('../../../training/golden-gguf/', import.meta.url);
/** With tokenizers and logits; and the golden checkpoints converted, which have neither. */
const convertedFolder = 'architectures/';
const ggufIn = (folder: string) => readdirSync(new URL(folder, ggufFolder)).filter((name) => name.endsWith('.gguf'));
const converted = ggufIn(convertedFolder).map((name) => `${convertedFolder}${name}`);
const ggufFiles = [...ggufIn('.'), ...converted];
const ggufHeader = (name: string) => {
  const bytes = new Uint8Array(readFileSync(new URL(name, ggufFolder)));
  return parseGgufHeader(bytes, bytes.length);
};
const golden = goldenIds.map((id) => goldenFiles(id).config.architecture);
const goldenGguf = ggufFiles.map((name) => ggufHeader(name).metadata.get('general.architecture'));

describe.each(languageArchitectureIds)('%s', (id) => {
  const record = architectureOf(id);
  it('has a golden checkpoint, or says why not', () => {
    if (record.noGolden === undefined) expect(golden).toContain(id);
    else expect([golden.includes(id), record.noGolden.length > 20]).toEqual([false, true]);
  });
  it('has a golden GGUF file, if llama.cpp has a name for it', () => {
    if (record.gguf.architecture === null) return expect(architectureOfGguf(id)).toBeUndefined();
    expect(goldenGguf).toContain(record.gguf.architecture);
    expect(architectureOfGguf(record.gguf.architecture, record.experts !== undefined)).toBe(id);
  });
  it('names at least one published model, and a demand once', () => {
    expect(record.models.length).toBeGreaterThan(0);
    for (const model of record.models) expect(publishedModels).toContain(model);
    const demanded = record.demands.map(({ key }) => key);
    expect(new Set(demanded).size).toBe(demanded.length);
  });
  it('is among the small transformers that verification runs', () => expect(small[id].architecture).toBe(id));
});

/** All weights under their canonical names, as bits. */
function weightBits(config: TransformerConfig, checkpoint: Checkpoint, bytesOf: (file: string) => Uint8Array) {
  return weightPlan(config, checkpoint).map(({ name, rows, cols, parts }) => {
    const whole = new Float32Array(rows * cols);
    for (const part of parts) {
      const { begin, end } = partRange(part, 0, part.rows);
      whole.set(readWholePart(part, bytesOf(part.entry.file).subarray(begin, end)), part.rowAt * cols);
    }
    return [name, [...new Uint32Array(whole.buffer)].join()];
  });
}
describe.each(converted)('%s, of the same model as the safetensors file', (name) => {
  const id = name.slice(convertedFolder.length, -'.gguf'.length);
  const plain = goldenFiles(id);
  const bytes = new Uint8Array(readFileSync(new URL(name, ggufFolder)));
  const header = parseGgufHeader(bytes, bytes.length);
  const table: Checkpoint = {
    files: [{ name, bytes: bytes.length }],
    tensors: new Map(header.tensors.map((t) => [t.name, { ...t, file: name }])),
  };
  const config = resolveHead(ggufConfig(header), table);
  it('says the same of it', () => {
    const near = (value: unknown): unknown => {
      if (typeof value === 'number' && !Number.isInteger(value)) return expect.closeTo(value, 6) as unknown;
      if (Array.isArray(value)) return value.map(near);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, near(of)]));
    };
    // Which tokens begin and end a text is in its tokenizer's metadata, which these files lack.
    const rest = { ...plain.config, endTokens: [], startToken: null };
    // Nor do those of Gemma 2 say by what scores are scaled: by a head's size but in the largest model.
    if (id.endsWith('gemma2'))
      Object.assign(rest, { scales: { ...rest.scales!, attention: 1 / Math.sqrt(rest.headDim) } });
    // Nor do files of SmolLM3 say which layers do not rotate: llama.cpp takes every fourth, which three layers lack.
    if (id.endsWith('smollm3'))
      Object.assign(rest, { byLayer: rest.byLayer!.map((layer) => ({ ...layer, position: rest.position })) });
    expect(config).toEqual(near(rest));
  });
  it('holds the same weights, bit by bit', () =>
    expect(weightBits(config, table, () => bytes)).toEqual(
      weightBits(plain.config, plain.checkpoint, (file) => plain.files.get(file)!),
    ));
});

it('unknown names are refused with the list of known ones', () => {
  const json = new TextEncoder().encode(JSON.stringify({ model_type: 'mamba' }));
  expect(() => parseConfigJson(json)).toThrow(
    'the model type "mamba" is not supported; supported are gemma, gemma2, gemma3, gemma3_text, gpt2, gpt_neox, granite, llama, mistral, mixtral, olmo2, olmoe, phi3, qwen2, qwen2_moe, qwen3, qwen3_moe, smollm3, starcoder2',
  );
  const header = ggufHeader('qwen2.gguf');
  const other = { ...header, metadata: new Map([...header.metadata, ['general.architecture', 'mistral']]) };
  expect(() => ggufConfig(other)).toThrow(
    'the architecture "mistral" is not supported; supported are llama, qwen2, qwen3, gpt2, gemma, gemma2, gemma3, phi3, smollm3, olmo2, granite, starcoder2, gptneox, qwen2moe, qwen3moe, olmoe',
  );
  try {
    parseConfigJson(json);
  } catch (error) {
    expect((error as FormatError).hint).toBe(`Choose a ${publishedModels} model, with its config.json unchanged.`);
  }
  expect(publishedModels).toMatch(
    /^Gemma, Gemma 2, Gemma 3, GPT-2, GPT-NeoX, Pythia, Granite 3, Llama 2\/3, TinyLlama, SmolLM, Mistral, .+ or [^,]+$/,
  );
  expect(new Set(ggufArchitectures).size).toBe(ggufArchitectures.length);
});

// What transformers' configuration classes fill in beside the sizes, except the rotary base and max_window_layers, which
// have tests of their own.
const sizes = {
  vocab_size: 60_000,
  hidden_size: 256,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  num_hidden_layers: 2,
  intermediate_size: 300,
  max_position_embeddings: 512,
};
const gpt2Sizes = { vocab_size: 60_000, n_embd: 256, n_head: 4, n_layer: 2, n_positions: 512 };
const none = { qkv: false, output: false, mlp: false };
const llama: Partial<TransformerConfig> = {
  heads: 4,
  kvHeads: 2,
  headDim: 64,
  hidden: 300,
  context: 512,
  norm: { kind: 'rmsnorm', epsilon: 1e-6 },
  mlp: 'swiglu',
  bias: none,
  qkNorm: false,
  tied: false,
  slidingWindow: null,
  endTokens: [2],
  startToken: 1,
};
const absent: Partial<Record<LanguageArchitectureId, Partial<TransformerConfig>>> = {
  llama,
  mistral: { ...llama, slidingWindow: 4096 },
  qwen2: { ...llama, bias: { ...none, qkv: true }, endTokens: [], startToken: null },
  qwen3: { ...llama, headDim: 128, qkNorm: true, endTokens: [], startToken: null },
  gpt2: {
    ...llama,
    kvHeads: 4,
    hidden: 1024,
    norm: { kind: 'layernorm', epsilon: 1e-5 },
    position: { kind: 'learned' },
    mlp: 'gelu',
    bias: { qkv: true, output: true, mlp: true },
    tied: true,
    endTokens: [50256],
    startToken: 50256,
  },
};
it.each(Object.entries(absent))('%s fills in what its config.json leaves out', (id, filled) => {
  expect(parseConfigJson({ model_type: id, ...(id === 'gpt2' ? gpt2Sizes : sizes) })).toMatchObject(filled);
});

describe('a config.json that only one architecture refuses', () => {
  const from = (id: LanguageArchitectureId, extra: Record<string, unknown>) => () =>
    parseConfigJson({ model_type: id, ...sizes, ...extra });
  it('biases of attention', () => {
    for (const id of ['llama', 'qwen3'] as const)
      expect(from(id, { attention_bias: true })().bias).toEqual({ qkv: true, output: true, mlp: false });
    expect(from('mistral', { attention_bias: true })).toThrow('attention_bias is true (unknown for mistral)');
    expect(from('qwen2', { attention_bias: false })).toThrow('attention_bias is false (unknown for qwen2)');
  });
  it('key and value heads left out', () => {
    expect(from('llama', { num_key_value_heads: null })().kvHeads).toBe(4);
    for (const id of ['mistral', 'qwen2', 'qwen3'] as const)
      expect(from(id, { num_key_value_heads: null })).toThrow('num_key_value_heads must be a whole number');
  });
  it('windows', () => {
    expect(from('llama', { sliding_window: 64 })).toThrow('sliding_window is 64 (llama attends to everything)');
    expect(from('mistral', { use_sliding_window: false })).toThrow('use_sliding_window is false (unknown for mistral)');
    for (const id of ['qwen2', 'qwen3'] as const)
      expect(from(id, { sliding_window: 64, use_sliding_window: false })().slidingWindow).toBeNull();
  });
});

it('the small transformers differ as their architectures do', () => {
  expect(Object.keys(small)).toEqual([...languageArchitectureIds]);
  const { llama: base, ...others } = small;
  expect(base).toMatchObject({ kvHeads: 2, tied: true, bias: none, qkNorm: false, slidingWindow: null, mlp: 'swiglu' });
  expect(others.gpt2).toEqual({
    ...base,
    architecture: 'gpt2',
    kvHeads: 4,
    norm: { kind: 'layernorm', epsilon: 1e-2 },
    position: { kind: 'learned' },
    mlp: 'gelu',
    bias: { qkv: true, output: true, mlp: true },
  });
  expect(others.qwen2).toEqual({ ...base, architecture: 'qwen2', kvHeads: 1, bias: { ...none, qkv: true } });
  expect(others.qwen3).toEqual({ ...base, architecture: 'qwen3', qkNorm: true, tied: false });
  expect(others.mistral).toEqual({ ...base, architecture: 'mistral', slidingWindow: 7, tied: false });
});
