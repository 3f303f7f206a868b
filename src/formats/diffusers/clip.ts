import { ConfigFields } from '../configFields.ts';
import { FormatError } from '../error.ts';
import { parseObject, type Json } from '../json.ts';

const hint = 'Choose a model of the families that the README lists, with its config.json unchanged.';

/** The text half of CLIP: https://arxiv.org/abs/2103.00020. */
export interface ClipTextConfig {
  readonly model: 'CLIPTextModel' | 'CLIPTextModelWithProjection';
  readonly vocab: number;
  readonly width: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly positions: number;
  readonly activation: 'quick_gelu' | 'gelu_erf';
  readonly epsilon: number;
  /** Width of the pooled embedding; null without a projection. */
  readonly projection: number | null;
  /**
   * The token whose state is pooled: its first place in the text. Null: files from before 2023 name a wrong one there,
   * and mean the largest id of the text.
   */
  readonly endToken: number | null;
}

const fields = [
  ...[
    'architectures',
    'attention_dropout',
    'bos_token_id',
    'dropout',
    'dtype',
    'eos_token_id',
    'gradient_checkpointing',
  ],
  ...['hidden_act', 'hidden_size', 'initializer_factor', 'initializer_range', 'intermediate_size', 'layer_norm_eps'],
  ...['max_position_embeddings', 'model_type', 'num_attention_heads', 'num_hidden_layers', 'pad_token_id'],
  ...['projection_dim', 'torch_dtype', 'transformers_version', 'vocab_size', 'output_hidden_states'],
];

/** Text encoder of CLIP from its config.json. FormatError names what cannot be honoured. */
export function parseClipTextConfig(source: Uint8Array | Json): ClipTextConfig {
  const json =
    source instanceof Uint8Array
      ? parseObject(source, { what: 'config.json of the text encoder', depth: 8, hint })
      : source;
  const c = new ConfigFields(json, hint);
  c.only('model_type', 'the kind of text encoder', ['clip_text_model']);
  const [architecture] = c.read.has('architectures') ? c.read.texts('architectures', 4) : ['CLIPTextModel'];
  const model = (['CLIPTextModel', 'CLIPTextModelWithProjection'] as const).find((known) => known === architecture);
  if (!model) c.read.fail('architectures', 'CLIPTextModel or CLIPTextModelWithProjection');
  c.only('use_attention_mask', 'padding is masked', [false]);
  c.known([...fields, 'use_attention_mask'], 'the text encoder');
  const width = c.integerOr('hidden_size', 1, 2 ** 14, 512);
  const heads = c.integerOr('num_attention_heads', 1, 1024, 8);
  if (width % heads !== 0) throw new FormatError(`${heads} attention heads do not divide hidden_size = ${width}`, hint);
  const activation = c.oneOfOr('hidden_act', ['quick_gelu', 'gelu'], 'quick_gelu');
  const end = c.integerOr('eos_token_id', 0, 2 ** 31 - 1, 49407);
  return {
    model: model as ClipTextConfig['model'],
    vocab: c.integerOr('vocab_size', 1, 2 ** 21, 49408),
    width,
    hidden: c.integerOr('intermediate_size', 1, 2 ** 16, 2048),
    layers: c.integerOr('num_hidden_layers', 1, 256, 12),
    heads,
    positions: c.integerOr('max_position_embeddings', 1, 2 ** 14, 77),
    activation: activation === 'gelu' ? 'gelu_erf' : 'quick_gelu',
    epsilon: c.numberOr('layer_norm_eps', 0, 1, 1e-5),
    projection: model === 'CLIPTextModelWithProjection' ? c.integerOr('projection_dim', 1, 2 ** 14, 512) : null,
    endToken: end === 2 ? null : end,
  };
}
