import { architectureOf, architectureOfGguf, ggufArchitectures, publishedModels } from './architectures/index.ts';
import { FormatError, shown } from './error.ts';
import { ggufExperts } from './expertsConfig.ts';
import type { GgufHeader, GgufTensor } from './gguf.ts';
import { ggufRope } from './ggufRope.ts';
import { isNoToken } from './ggufTokenizer.ts';
import { Reader } from './json.ts';
import { isGated, type TransformerConfig } from './transformerConfig.ts';

const hint = `This model needs something the app does not have: choose a ${publishedModels} model.`;
const fault = (message: string) => new FormatError(message, hint);

/**
 * The tensor with llama.cpp's frequency divisors (headDim/2 of them; how it stores Llama 3's rope scaling), or null.
 * Whoever has its values passes them to `ggufConfig`.
 */
export const ropeFactorsEntry = (header: GgufHeader): GgufTensor | null =>
  header.tensors.find((t) => t.name === 'rope_freqs.weight') ?? null;

const epsilonKeys = {
  layernorm: 'attention.layer_norm_epsilon',
  rmsnorm: 'attention.layer_norm_rms_epsilon',
} as const;

/** Ids in the metadata that must be tokens of the model, where it has such a token. */
function tokenIds(read: Reader, keys: readonly string[], vocab: number): number[] {
  const ids = keys
    .filter((key) => read.has(key) && !isNoToken(read.value(key)))
    .map((key) => read.integer(key, 0, vocab - 1));
  return [...new Set(ids)];
}

/**
 * What the metadata of a GGUF file say about the transformer in it. `ropeFactors`: the values of `ropeFactorsEntry`,
 * which must be given when the file has that tensor. FormatError for another architecture, mixtures of experts, partial
 * or other rope scaling, and values that are missing or out of range.
 */
export function ggufConfig(header: GgufHeader, ropeFactors: ArrayLike<number> | null = null): TransformerConfig {
  const read = new Reader(
    Object.fromEntries(header.metadata),
    '',
    'The file is not a language model that this app knows, or it is damaged: choose another.',
  );
  const named = read.text('general.architecture', 60);
  const at = `${named}.`;
  const mixture = read.has(`${at}expert_count`) && read.integer(`${at}expert_count`, 0, 65536) > 0;
  const id = architectureOfGguf(named, mixture);
  if (!id)
    throw fault(`the architecture ${shown(named)} is not supported; supported are ${ggufArchitectures.join(', ')}`);
  const architecture = architectureOf(id);
  const { layer, layers } = architecture.gguf;
  const optional = (key: string, most: number): number | null =>
    read.has(at + key) ? read.integer(at + key, 0, most) : null;
  const rule = architecture.experts;
  if (mixture !== (rule !== undefined))
    throw fault(
      mixture
        ? `the model is a mixture of experts of the architecture ${shown(named)}, which this app does not run`
        : `${shown(named)} models are mixtures of experts, but the file says nothing of them (${at}expert_count)`,
    );
  if (ropeFactorsEntry(header) && !ropeFactors)
    throw new FormatError(
      'the values of rope_freqs.weight were not read before the configuration',
      'Report this as a fault of the app.',
    );

  const shapes = new Map(header.tensors.map((t) => [t.name, t.shape]));
  const embedding = shapes.get('token_embd.weight');
  if (embedding?.length !== 2)
    throw fault(
      `the file needs a matrix token_embd.weight; it has ${embedding ? `one of shape [${embedding.join(', ')}]` : 'none'}`,
    );
  const vocab = embedding[0]!;
  const width = read.integer(`${at}embedding_length`, 1, 65536);
  const heads = read.integer(`${at}attention.head_count`, 1, 1024);
  const kvHeads = optional('attention.head_count_kv', 1024) ?? heads;
  if (kvHeads < 1 || heads % kvHeads !== 0)
    throw fault(`${heads} query heads cannot share ${kvHeads} key and value heads`);
  const keyLength = optional('attention.key_length', 4096);
  const headDim = keyLength ?? width / heads;
  if (!Number.isInteger(headDim) || headDim < 2 || headDim % 2 !== 0)
    throw fault(
      `heads of ${headDim} numbers (width ${width}, ${heads} heads) are not supported; an even whole number is needed`,
    );
  const valueLength = optional('attention.value_length', 4096) ?? headDim;
  if (valueLength !== headDim)
    throw fault(`values of ${valueLength} numbers beside keys of ${headDim} are not supported`);

  // GPT-2 has biases everywhere; elsewhere the file itself says which layers have them.
  const gated = isGated(architecture);
  const biased = (name: string): boolean => shapes.has(`${layers}.0.${name}.bias`);
  if (gated && [layer.gate, layer.up, layer.down].some(biased))
    throw fault('the model has biases in its feed-forward blocks, which this app does not run for this architecture');
  const context = read.integer(`${at}context_length`, 1, 2 ** 27);
  const window = optional('attention.sliding_window', 2 ** 31 - 1);
  const spm = read.has('tokenizer.ggml.model') && read.text('tokenizer.ggml.model', 60) === 'llama';
  const llama3 = read.has('tokenizer.ggml.pre') && read.text('tokenizer.ggml.pre', 60) === 'llama-bpe';
  const addStart = header.metadata.get('tokenizer.ggml.add_bos_token') ?? (spm || llama3);
  const made: TransformerConfig = {
    architecture: id,
    vocab,
    width,
    heads,
    kvHeads,
    headDim,
    context,
    layers: read.integer(`${at}block_count`, 1, 1024),
    hidden: read.integer(`${at}feed_forward_length`, 1, 2 ** 20),
    norm: { kind: architecture.norm, epsilon: read.number(at + epsilonKeys[architecture.norm], 0, 1) },
    ...(architecture.normAt && { normAt: architecture.normAt }),
    ...(architecture.position === 'learned'
      ? { position: { kind: 'learned' } }
      : ggufRope(read, at, {
          headDim,
          context,
          factors: ropeFactors,
          partial: architecture.defaults.rotary !== undefined,
        })),
    mlp: architecture.mlp,
    bias: {
      qkv: architecture.bias.qkv === true || biased(layer.qkv[0]!),
      output: architecture.bias.output === true || biased(layer.output),
      mlp: !gated && (architecture.bias.mlp === true || biased(layer.up)),
    },
    qkNorm: architecture.qkNorm,
    tied: !shapes.has(`${architecture.gguf.head}.weight`),
    slidingWindow: window && window < context ? window : null,
    endTokens: tokenIds(
      read,
      ['tokenizer.ggml.eos_token_id', 'tokenizer.ggml.eot_token_id', 'tokenizer.ggml.eom_token_id'],
      vocab,
    ),
    startToken: addStart === true ? (tokenIds(read, ['tokenizer.ggml.bos_token_id'], vocab)[0] ?? null) : null,
  };
  const hasRouter = (i: number) => shapes.has(`${layers}.${i}.${layer.experts?.[0]?.router ?? ''}`);
  const experts = rule && { experts: ggufExperts(read, at, rule, made, hasRouter) };
  return { ...made, ...experts, ...architecture.gguf.extras?.(read, at, made) };
}
