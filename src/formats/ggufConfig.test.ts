import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError } from './error.ts';
import { parseGgufHeader, type GgufHeader, type GgufValue } from './gguf.ts';
import { ggufConfig, ropeFactorsEntry } from './ggufConfig.ts';
import { dequantise } from './ggufDequantise.ts';
import type { TransformerConfig } from './transformerConfig.ts';

const folder = new URL('../../training/golden-gguf/', import.meta.url);
const { models } = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as {
  models: Record<string, { inverseFrequencies: number[] | null }>;
};
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`${name}.gguf`, folder)));
const head = (name: string): GgufHeader => parseGgufHeader(file(name), file(name).length);
function factors(name: string): Float32Array | null {
  const entry = ropeFactorsEntry(head(name));
  if (!entry) return null;
  const values = new Float32Array(entry.shape[0]!);
  dequantise(entry.dtype, file(name).subarray(entry.begin, entry.end), values.length, values);
  return values;
}
/** The head with some metadata replaced (or removed, if undefined) and some tensors added. */
function changed(name: string, metadata: Record<string, GgufValue | undefined>, tensors: string[] = []): GgufHeader {
  const { metadata: all, ...rest } = head(name);
  const map = new Map(all);
  for (const [key, value] of Object.entries(metadata)) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
  return {
    ...rest,
    metadata: map,
    tensors: [...rest.tensors, ...tensors.map((t) => ({ ...rest.tensors[0]!, name: t }))],
  };
}

describe('ggufConfig', () => {
  const expected: Record<string, Partial<TransformerConfig>> = {
    'llama-spm': {
      architecture: 'llama',
      vocab: 640,
      width: 64,
      heads: 4,
      kvHeads: 2,
      headDim: 16,
      hidden: 96,
      layers: 2,
      context: 64,
      norm: { kind: 'rmsnorm', epsilon: Math.fround(1e-5) },
      mlp: 'swiglu',
      bias: { qkv: false, output: false, mlp: false },
      qkNorm: false,
      tied: false,
      slidingWindow: null,
      endTokens: [2],
      startToken: 1,
    },
    'llama-bpe': { architecture: 'llama', vocab: 520, tied: true, endTokens: [0], startToken: 0 },
    qwen2: {
      architecture: 'qwen2',
      vocab: 528,
      width: 256,
      headDim: 64,
      bias: { qkv: true, output: false, mlp: false },
      qkNorm: false,
      tied: true,
      endTokens: [2],
      startToken: null,
    },
    qwen3: {
      architecture: 'qwen3',
      vocab: 521,
      headDim: 32,
      bias: { qkv: false, output: false, mlp: false },
      qkNorm: true,
      tied: true,
    },
    gpt2: {
      architecture: 'gpt2',
      vocab: 520,
      width: 64,
      heads: 4,
      kvHeads: 4,
      headDim: 16,
      hidden: 256,
      context: 64,
      norm: { kind: 'layernorm', epsilon: Math.fround(1e-5) },
      position: { kind: 'learned' },
      mlp: 'gelu',
      bias: { qkv: true, output: true, mlp: true },
      tied: true,
      endTokens: [0],
      startToken: null,
    },
  };
  const scaling: Record<string, string> = {
    'llama-spm': 'linear',
    'llama-bpe': 'llama3',
    qwen2: 'none',
    qwen3: 'none',
  };
  it.each(Object.keys(expected))('describes %s', (name) => {
    const config = ggufConfig(head(name), factors(name));
    expect(config).toMatchObject(expected[name]!);
    const inverse = models[name]!.inverseFrequencies;
    if (config.position.kind !== 'rope') expect(inverse).toBeNull();
    else {
      expect(config.position.scaling).toBe(scaling[name]);
      expect(config.position.inverseFrequencies.length).toBe(config.headDim / 2);
      // transformers keeps them in float32.
      config.position.inverseFrequencies.forEach((v, j) => expect(v / inverse![j]!).toBeCloseTo(1, 6));
    }
  });
  it('takes a window, an end of turn and a missing start from the metadata', () => {
    const config = ggufConfig(
      changed('llama-spm', {
        'llama.attention.sliding_window': 16,
        'tokenizer.ggml.eot_token_id': 5,
        'tokenizer.ggml.add_bos_token': false,
      }),
    );
    expect([config.slidingWindow, config.endTokens, config.startToken]).toEqual([16, [2, 5], null]);
  });
  it('leaves out special tokens that the file says it does not have', () => {
    const config = ggufConfig(
      changed('llama-spm', { 'tokenizer.ggml.eos_token_id': 2 ** 32 - 1, 'tokenizer.ggml.bos_token_id': 2 ** 32 - 1 }),
    );
    expect([config.endTokens, config.startToken]).toEqual([[], null]);
  });

  const experts = { 'llama.expert_count': 8, 'llama.expert_used_count': 2 };
  const refused: [string, GgufHeader, RegExp][] = [
    ['no architecture', changed('gpt2', { 'general.architecture': undefined }), /general.architecture must be text/],
    [
      'another architecture',
      changed('gpt2', { 'general.architecture': 'mamba' }),
      /architecture "mamba" is not supported; supported are llama, qwen2, qwen3, gpt2/,
    ],
    [
      'an architecture from the prototype',
      changed('gpt2', { 'general.architecture': 'constructor' }),
      /"constructor" is not supported/,
    ],
    ['experts', changed('qwen2', { 'qwen2.expert_count': 8 }), /mixture of experts of the architecture "qwen2"/],
    ['experts by groups', changed('llama-spm', { ...experts, 'llama.expert_group_count': 4 }), /chosen by groups/],
    ['more experts than there are', changed('llama-spm', { ...experts, 'llama.expert_used_count': 9 }), /from 1 to 8/],
    ['sigmoid routing', changed('llama-spm', { ...experts, 'llama.expert_gating_func': 2 }), /no softmax/],
    ['longrope', changed('llama-spm', { 'llama.rope.scaling.type': 'longrope' }), /rope scaling "longrope"/],
    ['partial rotation', changed('llama-spm', { 'llama.rope.dimension_count': 8 }), /rotates 8 of the 16/],
    ['scaling by 0', changed('llama-spm', { 'llama.rope.scaling.factor': 0 }), /rope.scaling.factor must be a number/],
    [
      'heads that do not divide',
      changed('llama-spm', { 'llama.attention.head_count_kv': 3 }),
      /4 query heads cannot share 3/,
    ],
    [
      'heads by layer',
      changed('llama-spm', { 'llama.attention.head_count_kv': Int32Array.of(2, 4) }),
      /head_count_kv must be a whole number/,
    ],
    [
      'odd heads',
      changed('llama-spm', { 'llama.attention.head_count': 64, 'llama.attention.head_count_kv': 64 }),
      /heads of 1 numbers/,
    ],
    [
      'values of another size',
      changed('qwen3', { 'qwen3.attention.value_length': 16 }),
      /values of 16 numbers beside keys of 32/,
    ],
    [
      'no width',
      changed('gpt2', { 'gpt2.embedding_length': undefined }),
      /gpt2.embedding_length must be a whole number/,
    ],
    ['endless layers', changed('gpt2', { 'gpt2.block_count': 4e9 }), /gpt2.block_count must be/],
    ['a huge number', changed('gpt2', { 'gpt2.context_length': 2n ** 63n }), /gpt2.context_length must be/],
    [
      'an end token beyond the vocabulary',
      changed('gpt2', { 'tokenizer.ggml.eos_token_id': 520 }),
      /eos_token_id must be a whole number from 0 to 519/,
    ],
    ['biases of the feed-forward block', changed('llama-spm', {}, ['blk.0.ffn_up.bias']), /biases in its feed-forward/],
    ['no embedding', { ...head('gpt2'), tensors: [] }, /needs a matrix token_embd.weight; it has none/],
    ['divisors that were not read', head('llama-bpe'), /rope_freqs.weight were not read/],
  ];
  it.each(refused)('refuses %s', (_, header, message) => {
    expect(() => ggufConfig(header)).toThrow(message);
    expect(() => ggufConfig(header)).toThrow(FormatError);
  });
  it('refuses divisors that cannot be', () => {
    expect(() => ggufConfig(head('llama-bpe'), [1, 2])).toThrow(/has 2 divisors; heads of 16 need 8/);
    for (const bad of [0, -1, NaN])
      expect(() => ggufConfig(head('llama-bpe'), [1, 1, bad, 1, 1, 1, 1, 1])).toThrow(
        `divisor 2 of rope_freqs.weight is ${bad}`,
      );
  });
});
