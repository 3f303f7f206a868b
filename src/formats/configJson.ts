import {
  architectureOf,
  languageArchitectureIds,
  publishedModels,
  type LanguageArchitectureId,
} from './architectures/index.ts';
import type { BiasRule, LanguageArchitecture } from './architectures/types.ts';
import { ConfigFields as Config } from './configFields.ts';
import { FormatError, shown } from './error.ts';
import { configExperts } from './expertsConfig.ts';
import { isObject, parseObject, type Json } from './json.ts';
import { rope } from './ropeConfig.ts';
import type { TransformerConfig } from './transformerConfig.ts';
import { unsupportedModels } from './unsupported.ts';

const hint = `Choose a ${publishedModels} model, with its config.json unchanged.`;
const unsupported = (message: string) => new FormatError(message, hint);
/**
 * Largest values taken from a file: far above any published model, far below what overflows or cannot be allocated for.
 */
const most = {
  vocab: 2 ** 21,
  layers: 512,
  width: 2 ** 16,
  heads: 1024,
  headDim: 1024,
  hidden: 2 ** 20,
  context: 2 ** 27,
  tokenId: 2 ** 31 - 1,
} as const;

/** Token ids under a key. Ids beyond the vocabulary (left over from a default) can never be drawn: they are dropped. */
function tokenIds(c: Config, key: string, vocab: number, otherwise: number | null): number[] {
  const value = c.raw(key) === undefined ? otherwise : c.raw(key);
  const list: readonly unknown[] = value === null ? [] : [value].flat();
  const isId = (id: unknown) => Number.isInteger(id) && (id as number) >= 0 && (id as number) <= most.tokenId;
  if (list.length > 256 || !list.every(isId)) c.read.fail(key, 'a token id or a list of at most 256');
  return [...new Set(list as number[])].filter((id) => id < vocab);
}

function windowSize(c: Config, kind: 'never' | 'always' | 'stated' | 'switched'): number | null {
  if (kind === 'never' || (kind === 'switched' && !c.flag('use_sliding_window', false))) return null;
  // Absent means transformers' default; null means none.
  if (c.raw('sliding_window') === undefined) return kind === 'stated' ? null : 4096;
  return c.read.has('sliding_window') ? c.read.integer('sliding_window', 1, most.context) : null;
}

/** Window that every layer shares, or null. A mixture of layers with and without one is refused. */
function window(c: Config, kind: LanguageArchitecture['window'], layers: number): number | null {
  if (kind === null) return null;
  const size = windowSize(c, kind);
  const full =
    kind === 'switched' && size !== null ? Math.min(layers, c.integerOr('max_window_layers', 0, 2 ** 31, 28)) : 0;
  const types: string[] = c.read.has('layer_types')
    ? [...c.read.texts('layer_types', most.layers)]
    : Array.from({ length: layers }, (_, i) => (size === null || i < full ? 'full_attention' : 'sliding_attention'));
  if (types.length !== layers) c.read.fail('layer_types', `a list of ${layers} names, one per layer`);
  const odd = types.find((type) => type !== 'full_attention' && type !== 'sliding_attention');
  if (odd !== undefined)
    throw unsupported(`layer_types names ${shown(odd)}; supported are full_attention and sliding_attention`);
  const sliding = types.filter((type) => type === 'sliding_attention').length;
  if (sliding > 0 && sliding < layers)
    throw unsupported(
      `${sliding} of ${layers} layers attend to a sliding window (layer_types, or max_window_layers = ${shown(c.raw('max_window_layers') ?? null)}); supported: all layers or none`,
    );
  if (sliding > 0 && size === null)
    throw unsupported(
      'layer_types asks for sliding_attention, but no window is switched on (sliding_window, use_sliding_window)',
    );
  if (kind === 'always' && sliding === 0 && size !== null)
    throw unsupported(`layer_types asks for full_attention beside sliding_window = ${size}; only one can be meant`);
  return sliding > 0 ? size : null;
}

/** Numbers of one query head. */
function headSize(c: Config, { keys, defaults, position }: LanguageArchitecture, width: number, heads: number): number {
  const { read } = c;
  const stated = keys.headDim !== null && read.has(keys.headDim) ? read.integer(keys.headDim, 2, most.headDim) : null;
  const headDim = stated ?? defaults.headDim ?? width / heads;
  if (!Number.isInteger(headDim))
    read.fail(
      keys.heads,
      `a divisor of ${keys.width} = ${width}${keys.headDim === null ? '' : `, or ${keys.headDim} given`}`,
    );
  if (position === 'rope' && (headDim % 2 !== 0 || headDim > most.headDim))
    throw unsupported(
      `heads have ${headDim} numbers (${keys.headDim}, or ${keys.width}/${keys.heads}); rotary positions need an even number up to ${most.headDim}`,
    );
  if (headDim > most.headDim)
    read.fail(keys.heads, `large enough for heads of at most ${most.headDim} numbers (${keys.width} = ${width})`);
  return headDim;
}

function keyValueHeads(c: Config, { keys, defaults }: LanguageArchitecture, heads: number): number {
  if (keys.kvHeads === null || (defaults.kvHeadsAsHeads && !c.read.has(keys.kvHeads))) return heads;
  const kvHeads = c.read.integer(keys.kvHeads, 1, most.heads);
  if (heads % kvHeads !== 0) c.read.fail(keys.kvHeads, `a divisor of ${keys.heads} = ${heads}`);
  return kvHeads;
}

function transformer(c: Config, id: LanguageArchitectureId, vocab: number): TransformerConfig {
  const { read } = c;
  const architecture = architectureOf(id);
  const { keys, defaults, bias } = architecture;
  for (const { key, meaning, allowed } of architecture.demands) c.only(key, meaning, allowed);
  const width = read.integer(keys.width, 2, most.width);
  const heads = read.integer(keys.heads, 1, most.heads);
  const headDim = headSize(c, architecture, width, heads);
  const kvHeads = keyValueHeads(c, architecture, heads);
  const layers = read.integer(keys.layers, 1, most.layers);
  const biased = (rule: BiasRule) => (typeof rule === 'boolean' ? rule : c.flag(rule.key, rule.otherwise));
  const context = read.integer(keys.context, 1, most.context);
  const made: TransformerConfig = {
    architecture: id,
    vocab,
    width,
    heads,
    kvHeads,
    headDim,
    layers,
    hidden:
      defaults.hiddenPerWidth === null || read.has(keys.hidden)
        ? read.integer(keys.hidden, 1, most.hidden)
        : defaults.hiddenPerWidth * width,
    context,
    norm: {
      kind: architecture.norm,
      epsilon: read.has(keys.epsilon) ? read.number(keys.epsilon, 0, 1) : defaults.epsilon,
    },
    ...(architecture.normAt && { normAt: architecture.normAt }),
    ...(architecture.position === 'rope'
      ? rope(c, {
          headDim,
          context,
          base: defaults.ropeBase ?? 10_000,
          rotary: defaults.rotary,
          byKind: architecture.ropeByKind === true,
        })
      : { position: { kind: 'learned' } }),
    mlp: architecture.mlp,
    bias: { qkv: biased(bias.qkv), output: biased(bias.output), mlp: biased(bias.mlp) },
    qkNorm: architecture.qkNorm,
    tied: c.flag('tie_word_embeddings', defaults.tied),
    slidingWindow: window(c, architecture.window, layers),
    endTokens: tokenIds(c, 'eos_token_id', vocab, defaults.endToken),
    startToken: tokenIds(c, 'bos_token_id', vocab, defaults.startToken)[0] ?? null,
  };
  const experts = architecture.experts && { experts: configExperts(c, architecture.experts, made) };
  return { ...made, ...experts, ...architecture.extras?.(c, made) };
}

/** Models that read more than text, with the architecture of their language model. */
const wrappers = languageArchitectureIds.flatMap((id) => {
  const { within } = architectureOf(id);
  return within ? [{ id, ...within }] : [];
});
const modelTypes = [...languageArchitectureIds, ...wrappers.map(({ modelType }) => modelType)].sort();

/** What describes the language model: the whole file, or a part of one that reads more than text. */
function languagePart(json: Json): Json {
  const wrapper = wrappers.find(({ modelType }) => modelType === json.model_type);
  if (!wrapper) return json;
  const { id, key, filled } = wrapper;
  const part = json[key];
  if (!isObject(part)) throw unsupported(`${key} must be an object, got ${shown(part ?? null)}`);
  const above = ['eos_token_id', 'bos_token_id', 'quantization_config'].filter((name) => Object.hasOwn(json, name));
  return {
    ...filled,
    ...part,
    ...Object.fromEntries(above.map((name) => [name, json[name]])),
    model_type: id,
  };
}

/**
 * Checks an untrusted config.json of a hub repository, in the layout of transformers 4 or 5. `startToken` is its
 * bos_token_id; whether a text begins with it is for the tokenizer to say. FormatError for an architecture, activation,
 * rope type, attention window or quantisation that this app does not run, and for values missing or out of range: what
 * would change the model's output is never ignored.
 */
export function parseConfigJson(source: Uint8Array | Json): TransformerConfig {
  if (source instanceof Uint8Array && source.length > 2 ** 20)
    throw new FormatError(`config.json has ${source.length} bytes; at most ${2 ** 20} are expected`, hint);
  const json = source instanceof Uint8Array ? parseObject(source, { what: 'config.json', depth: 12, hint }) : source;
  const c = new Config(languagePart(json), hint);
  const named = c.read.text('model_type', 100);
  const architecture = languageArchitectureIds.find((id) => id === named);
  if (!architecture && Object.hasOwn(unsupportedModels, named))
    throw unsupported(`the model type ${shown(named)} is not supported: it needs ${unsupportedModels[named]!}`);
  if (!architecture)
    throw unsupported(`the model type ${shown(named)} is not supported; supported are ${modelTypes.join(', ')}`);
  if (c.read.has('quantization_config'))
    throw unsupported(
      `the weights are quantised in a way this app does not read (quantization_config: ${shown(c.raw('quantization_config'))})`,
    );
  c.only('is_encoder_decoder', 'an encoder beside the decoder', [false]);
  const vocab = c.read.integer('vocab_size', 1, most.vocab);
  return transformer(c, architecture, vocab);
}
