import { ConfigFields } from '../configFields.ts';
import { FormatError } from '../error.ts';
import { parseObject, type Json } from '../json.ts';

const hint = 'Choose a model of the families that the README lists, with its config.json unchanged.';

/** `DiTTransformer2DModel`: https://arxiv.org/abs/2212.09748. */
export interface DitConfig {
  readonly model: 'DiTTransformer2DModel';
  readonly inChannels: number;
  /** Twice the input's where it also gives a variance, which comes last. */
  readonly outChannels: number;
  readonly heads: number;
  readonly headDim: number;
  readonly layers: number;
  readonly patch: number;
  /** Side of the latents that it was trained on: other sizes stretch its positions. */
  readonly sampleSize: number;
  /** The class after the last is "no class". */
  readonly classes: number;
  readonly bias: boolean;
  /** Of the norm before the MLP; the one before attention has 1e-6. */
  readonly epsilon: number;
}

const fields = [
  ...['num_attention_heads', 'attention_head_dim', 'in_channels', 'out_channels', 'num_layers', 'dropout'],
  ...['norm_num_groups', 'attention_bias', 'sample_size', 'patch_size', 'activation_fn', 'num_embeds_ada_norm'],
  ...['upcast_attention', 'norm_type', 'norm_elementwise_affine', 'norm_eps'],
  // Fields of Transformer2DModel, as which it was first published.
  ...['cross_attention_dim', 'num_vector_embeds', 'use_linear_projection', 'only_cross_attention'],
  ...['double_self_attention', 'caption_channels', 'attention_type'],
];

/** DiT of diffusers from its config.json. FormatError names what cannot be honoured. */
export function parseDitConfig(source: Uint8Array | Json): DitConfig {
  const json =
    source instanceof Uint8Array
      ? parseObject(source, { what: 'config.json of the transformer', depth: 8, hint })
      : source;
  const c = new ConfigFields(json, hint);
  c.read.oneOf('_class_name', ['DiTTransformer2DModel', 'Transformer2DModel']);
  c.only('norm_type', 'how time and class enter', ['ada_norm_zero']);
  c.only('activation_fn', 'the activation', ['gelu-approximate']);
  c.only('norm_elementwise_affine', 'norms with weights of their own', [false]);
  c.only('cross_attention_dim', 'a transformer that reads text', []);
  c.only('caption_channels', 'a transformer that reads text', []);
  c.only('num_vector_embeds', 'a transformer over codes', []);
  c.only('only_cross_attention', 'attention reads only the text', [false]);
  c.only('double_self_attention', 'two attentions in a block', [false]);
  c.only('attention_type', 'layers for boxes or images', ['default']);
  c.known(fields, 'the transformer');
  const inChannels = c.integerOr('in_channels', 1, 256, 4);
  const patch = c.integerOr('patch_size', 1, 64, 2);
  const sampleSize = c.integerOr('sample_size', 1, 4096, 32);
  if (sampleSize % patch !== 0)
    throw new FormatError(`patch_size = ${patch} does not divide sample_size = ${sampleSize}`, hint);
  return {
    model: 'DiTTransformer2DModel',
    inChannels,
    outChannels: c.integerOr('out_channels', 1, 512, inChannels),
    heads: c.integerOr('num_attention_heads', 1, 1024, 16),
    headDim: c.integerOr('attention_head_dim', 2, 4096, 72),
    layers: c.integerOr('num_layers', 1, 256, 28),
    patch,
    sampleSize,
    classes: c.integerOr('num_embeds_ada_norm', 1, 2 ** 20, 1000),
    bias: c.flag('attention_bias', true),
    epsilon: c.numberOr('norm_eps', 0, 1, 1e-5),
  };
}
