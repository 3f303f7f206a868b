import { ConfigFields } from '../configFields.ts';
import { FormatError, shown } from '../error.ts';
import { parseObject, type Json } from '../json.ts';
import type { UNetAttention, UNetBlock, UNetConfig } from './unetTypes.ts';

const hint = 'Choose a model of the families that the README lists, with its config.json unchanged.';
const refuse = (message: string) => new FormatError(message, hint);
const most = { channels: 2 ** 14, levels: 8, layers: 16, depth: 64, heads: 1024, classes: 2 ** 20, size: 2 ** 14 };

export type UNetClass = UNetConfig['model'];
type Direction = 'down' | 'up';
interface BlockType {
  readonly attention: 'self' | 'cross' | null;
  /** Resamples by a resnet whatever the configuration says. */
  readonly resnet: boolean;
}
const plain: BlockType = { attention: null, resnet: false };
const blockTypes: Readonly<Record<UNetClass, Readonly<Record<Direction, Readonly<Record<string, BlockType>>>>>> = {
  UNet2DModel: {
    down: {
      DownBlock2D: plain,
      AttnDownBlock2D: { attention: 'self', resnet: false },
      ResnetDownsampleBlock2D: { attention: null, resnet: true },
    },
    up: {
      UpBlock2D: plain,
      AttnUpBlock2D: { attention: 'self', resnet: false },
      ResnetUpsampleBlock2D: { attention: null, resnet: true },
    },
  },
  UNet2DConditionModel: {
    down: { DownBlock2D: plain, CrossAttnDownBlock2D: { attention: 'cross', resnet: false } },
    up: { UpBlock2D: plain, CrossAttnUpBlock2D: { attention: 'cross', resnet: false } },
  },
};

/** Every field of both classes (diffusers 0.42), so that one of neither is noticed. */
const fields = [
  ...['sample_size', 'in_channels', 'out_channels', 'center_input_sample', 'time_embedding_type', 'freq_shift'],
  ...['time_embedding_dim', 'flip_sin_to_cos', 'down_block_types', 'mid_block_type', 'up_block_types', 'dropout'],
  ...['block_out_channels', 'layers_per_block', 'mid_block_scale_factor', 'downsample_padding', 'downsample_type'],
  ...['upsample_type', 'act_fn', 'attention_head_dim', 'norm_num_groups', 'attn_norm_num_groups', 'norm_eps'],
  ...['resnet_time_scale_shift', 'add_attention', 'class_embed_type', 'num_class_embeds', 'num_train_timesteps'],
  ...['only_cross_attention', 'cross_attention_dim', 'transformer_layers_per_block', 'encoder_hid_dim'],
  ...['reverse_transformer_layers_per_block', 'encoder_hid_dim_type', 'num_attention_heads', 'dual_cross_attention'],
  ...['use_linear_projection', 'addition_embed_type', 'addition_time_embed_dim', 'upcast_attention'],
  ...['resnet_skip_time_act', 'resnet_out_scale_factor', 'time_embedding_act_fn', 'timestep_post_act'],
  ...['time_cond_proj_dim', 'conv_in_kernel', 'conv_out_kernel', 'projection_class_embeddings_input_dim'],
  ...['attention_type', 'class_embeddings_concat', 'mid_block_only_cross_attention', 'cross_attention_norm'],
  'addition_embed_type_num_heads',
];

function refuseOthers(c: ConfigFields): void {
  c.only('time_embedding_type', 'how the time enters', ['positional']);
  c.only('center_input_sample', 'the network is given 2x − 1', [false]);
  c.only('act_fn', 'the activation of the resnets', ['silu', 'swish']);
  c.only('mid_block_scale_factor', 'what the middle block is divided by', [1]);
  c.only('resnet_out_scale_factor', 'what a resnet is divided by', [1]);
  c.only('resnet_time_scale_shift', 'how the time enters a resnet', ['default', 'scale_shift']);
  c.only('resnet_skip_time_act', 'the time embedding enters resnets without SiLU', [false]);
  c.only('time_embedding_act_fn', 'an activation after the time embedding', []);
  c.only('timestep_post_act', 'an activation after the time features', []);
  c.only('conv_in_kernel', 'the size of the first convolution', [3]);
  c.only('conv_out_kernel', 'the size of the last convolution', [3]);
  c.only('only_cross_attention', 'attention reads only the text', [false]);
  c.only('mid_block_only_cross_attention', 'attention reads only the text', [false]);
  c.only('dual_cross_attention', 'two transformers side by side', [false]);
  c.only('cross_attention_norm', 'a norm of the text embeddings', []);
  c.only('encoder_hid_dim', 'a projection of the text embeddings', []);
  c.only('encoder_hid_dim_type', 'a projection of the text embeddings', []);
  c.only('attention_type', 'layers for boxes or images', ['default']);
  c.only('class_embeddings_concat', 'class embeddings beside the time', [false]);
  c.only('reverse_transformer_layers_per_block', 'transformers of other depths on the way up', []);
  c.only('addition_embed_type', 'more conditions of the time embedding', ['text_time']);
  c.known(fields, 'the UNet');
}

function sampleSize(c: ConfigFields): UNetConfig['sampleSize'] {
  const value = c.raw('sample_size') ?? null;
  if (value === null) return null;
  const pair = Array.isArray(value) ? value : [value, value];
  const [height, width] = pair as [unknown, unknown];
  const fits = (v: unknown): v is number => Number.isInteger(v) && (v as number) >= 1 && (v as number) <= most.size;
  if (pair.length !== 2 || !fits(height) || !fits(width))
    c.read.fail('sample_size', `a whole number from 1 to ${most.size}, or two of them`);
  return { height: height as number, width: width as number };
}

/** The block types of one direction. */
function types(c: ConfigFields, model: UNetClass, direction: Direction, otherwise: readonly string[]): BlockType[] {
  const key = `${direction}_block_types`;
  const known = blockTypes[model][direction];
  const names = c.read.has(key) ? c.read.texts(key, most.levels) : otherwise;
  return names.map((name) => {
    const type = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!type)
      throw refuse(`${key} names ${shown(name)}; a ${model} with ${Object.keys(known).join(', ')} can be read`);
    return type;
  });
}

/** Heads at each level. The two classes mean different things by one field, and 40,000 published files rely on it. */
function headCounts(c: ConfigFields, model: UNetClass, channels: readonly number[]): readonly number[] {
  const key = c.read.has('num_attention_heads') ? 'num_attention_heads' : 'attention_head_dim';
  if (model === 'UNet2DConditionModel') return c.integers(key, channels.length, 1, most.heads, 8);
  if (c.raw('attention_head_dim') === null) return channels.map(() => 1);
  const size = c.integerOr('attention_head_dim', 1, most.channels, 8);
  return channels.map((n) => Math.floor(n / size));
}

function classes(c: ConfigFields, model: UNetClass): UNetConfig['classes'] {
  const count = c.integerOr('num_class_embeds', 1, most.classes, 0);
  if (!c.read.has('class_embed_type')) return count > 0 ? { kind: 'table', count } : null;
  c.only('class_embed_type', 'how labels enter', ['timestep']);
  if (model === 'UNet2DConditionModel')
    throw refuse('class_embed_type is "timestep" (a number beside the prompt); supported: models without it');
  return { kind: 'timestep', count };
}

function middle(c: ConfigFields, model: UNetClass, attention: UNetAttention): UNetConfig['mid'] {
  const cross = model === 'UNet2DConditionModel';
  const otherwise = cross ? 'UNetMidBlock2DCrossAttn' : 'UNetMidBlock2D';
  if (c.raw('mid_block_type') === null) return null;
  const name = c.textOr('mid_block_type', otherwise);
  if (cross && name === 'UNetMidBlock2DCrossAttn') return { resnets: 2, attention, normGroups: null };
  if (name !== 'UNetMidBlock2D')
    throw refuse(`mid_block_type is ${shown(name)}; a ${model} with ${otherwise} can be read`);
  if (cross) return { resnets: 1, attention: null, normGroups: null };
  if (!c.flag('add_attention', true)) return { resnets: 2, attention: null, normGroups: null };
  const scaleShift = c.textOr('resnet_time_scale_shift', 'default') === 'scale_shift';
  const fallback = scaleShift ? 0 : c.integerOr('norm_num_groups', 1, most.channels, 32);
  const groups = c.integerOr('attn_norm_num_groups', 1, most.channels, fallback);
  return { resnets: 2, attention: { ...attention, kind: 'self', depth: 1 }, normGroups: groups || null };
}

/** UNet of diffusers from its config.json. FormatError names the field and the value that cannot be honoured. */
export function parseUNetConfig(source: Uint8Array | Json): UNetConfig {
  const json =
    source instanceof Uint8Array ? parseObject(source, { what: 'config.json of the UNet', depth: 8, hint }) : source;
  const c = new ConfigFields(json, hint);
  const model = c.read.oneOf('_class_name', ['UNet2DModel', 'UNet2DConditionModel']);
  refuseOthers(c);
  const conditional = model === 'UNet2DConditionModel';
  const inChannels = c.integerOr('in_channels', 1, 256, conditional ? 4 : 3);

  const published = conditional ? [320, 640, 1280, 1280] : [224, 448, 672, 896];
  const channels = c.read.has('block_out_channels')
    ? c.integers('block_out_channels', c.read.list('block_out_channels', most.levels).length, 1, most.channels, 0)
    : published;
  const levels = channels.length;
  const down = types(c, model, 'down', [
    ...(conditional ? ['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D'] : []),
    ...(conditional ? [] : ['DownBlock2D', 'AttnDownBlock2D', 'AttnDownBlock2D', 'AttnDownBlock2D']),
  ]);
  const up = types(c, model, 'up', [
    ...(conditional ? ['UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D'] : []),
    ...(conditional ? [] : ['AttnUpBlock2D', 'AttnUpBlock2D', 'AttnUpBlock2D', 'UpBlock2D']),
  ]);
  if (levels === 0 || down.length !== levels || up.length !== levels)
    throw refuse(
      `block_out_channels has ${levels} levels, down_block_types ${down.length} and up_block_types ${up.length}: they must agree`,
    );
  const layers = c.integers('layers_per_block', levels, 1, most.layers, 2);
  const depths = conditional
    ? c.integers('transformer_layers_per_block', levels, 1, most.depth, 1)
    : layers.map(() => 1);
  const heads = headCounts(c, model, channels);
  const resampling = {
    down: c.oneOfOr('downsample_type', ['conv', 'resnet'], 'conv'),
    up: c.oneOfOr('upsample_type', ['conv', 'resnet'], 'conv'),
  };
  const block = (direction: Direction, type: BlockType, level: number, last: boolean): UNetBlock => {
    const resample = type.resnet ? 'resnet' : resampling[direction];
    const byType = type.attention === null && !type.resnet ? 'conv' : resample;
    return {
      channels: channels[level]!,
      resnets: layers[level]! + (direction === 'up' ? 1 : 0),
      attention: type.attention && { kind: type.attention, heads: heads[level]!, depth: depths[level]! },
      resample: last ? null : byType,
    };
  };
  const downBlocks = down.map((type, i) => block('down', type, i, i === levels - 1));
  const upBlocks = up.map((type, i) => block('up', type, levels - 1 - i, i === levels - 1));
  const deepest: UNetAttention = { kind: 'cross', heads: heads[levels - 1]!, depth: depths[levels - 1]! };
  const features = channels[0]!;
  const addition = c.read.has('addition_embed_type');
  const config: UNetConfig = {
    model,
    inChannels,
    outChannels: c.integerOr('out_channels', 1, 256, conditional ? 4 : 3),
    sampleSize: sampleSize(c),
    down: downBlocks,
    mid: middle(c, model, deepest),
    up: upBlocks,
    groups: c.integerOr('norm_num_groups', 1, most.channels, 32),
    epsilon: c.numberOr('norm_eps', 0, 1, 1e-5),
    scaleShift: c.textOr('resnet_time_scale_shift', 'default') === 'scale_shift',
    downPadding: c.integerOr('downsample_padding', 0, 1, 1) as 0 | 1,
    crossDim: conditional ? c.integerOr('cross_attention_dim', 1, most.channels, 1280) : null,
    time: {
      features,
      cosineFirst: c.flag('flip_sin_to_cos', true),
      shift: c.numberOr('freq_shift', -1e3, 1e3, 0),
      width: c.integerOr('time_embedding_dim', 1, 2 ** 16, 4 * features),
    },
    classes: classes(c, model),
    guidanceFeatures: c.read.has('time_cond_proj_dim') ? c.read.integer('time_cond_proj_dim', 2, most.channels) : null,
    addition: addition
      ? {
          features: c.read.integer('addition_time_embed_dim', 2, most.channels),
          inputs: c.read.integer('projection_class_embeddings_input_dim', 1, 2 ** 16),
        }
      : null,
  };
  checkFit(config);
  return config;
}

/** What torch would refuse when it makes the layers. */
function checkFit({ down, up, mid, groups, time }: UNetConfig): void {
  if (time.features % 2 !== 0)
    throw refuse(`block_out_channels begins with ${time.features}; an even number is needed`);
  for (const { channels, attention } of [...down, ...up]) {
    if (channels % groups !== 0) throw refuse(`norm_num_groups = ${groups} does not divide ${channels} channels`);
    if (attention && (attention.heads < 1 || channels % attention.heads !== 0))
      throw refuse(`${attention.heads} attention heads do not divide ${channels} channels`);
  }
  const width = down.at(-1)!.channels;
  if (mid?.attention && (mid.attention.heads < 1 || width % mid.attention.heads !== 0))
    throw refuse(`${mid.attention.heads} attention heads do not divide ${width} channels of the middle block`);
}
