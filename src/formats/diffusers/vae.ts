import { ConfigFields } from '../configFields.ts';
import { FormatError } from '../error.ts';
import { parseObject, type Json } from '../json.ts';

const hint = 'Choose a model of the families that the README lists, with its config.json unchanged.';
const most = { channels: 2 ** 14, levels: 8, layers: 16 };

/** `AutoencoderKL`: picture ↔ latents, 2^(levels − 1) pixels to one. Stored latents are (z − shift)·scaling. */
export interface AutoencoderKlConfig {
  readonly model: 'AutoencoderKL';
  readonly inChannels: number;
  readonly outChannels: number;
  readonly latentChannels: number;
  readonly channels: readonly number[];
  readonly layers: number;
  readonly groups: number;
  readonly scaling: number;
  readonly shift: number;
  readonly quantConv: boolean;
  readonly postQuantConv: boolean;
  readonly midAttention: boolean;
  /** Its publisher says that half precision overflows in it; here sums and activations are float32 in any case. */
  readonly upcast: boolean;
}

/** `AutoencoderTiny` (TAESD): convolutions and ReLU only. */
export interface AutoencoderTinyConfig {
  readonly model: 'AutoencoderTiny';
  readonly inChannels: number;
  readonly outChannels: number;
  readonly latentChannels: number;
  /** Of each level: channels, and residual blocks. */
  readonly encoder: readonly { readonly channels: number; readonly blocks: number }[];
  readonly decoder: readonly { readonly channels: number; readonly blocks: number }[];
  readonly scaling: number;
  readonly shift: number;
}
export type AutoencoderConfig = AutoencoderKlConfig | AutoencoderTinyConfig;

/** Pixels of the picture to one of the latents, along each side. */
export const latentFactor = (config: AutoencoderConfig): number =>
  2 ** ((config.model === 'AutoencoderKL' ? config.channels : config.decoder).length - 1);

const klFields = [
  ...['in_channels', 'out_channels', 'down_block_types', 'up_block_types', 'block_out_channels', 'layers_per_block'],
  ...['act_fn', 'latent_channels', 'norm_num_groups', 'sample_size', 'scaling_factor', 'shift_factor', 'latents_mean'],
  ...['latents_std', 'force_upcast', 'use_quant_conv', 'use_post_quant_conv', 'mid_block_add_attention'],
];
const tinyFields = [
  ...['in_channels', 'out_channels', 'encoder_block_out_channels', 'decoder_block_out_channels', 'act_fn'],
  ...['upsample_fn', 'latent_channels', 'upsampling_scaling_factor', 'num_encoder_blocks', 'num_decoder_blocks'],
  ...['latent_magnitude', 'latent_shift', 'force_upcast', 'scaling_factor', 'shift_factor', 'block_out_channels'],
];

function kl(c: ConfigFields): AutoencoderKlConfig {
  c.known(klFields, 'the autoencoder');
  c.only('act_fn', 'the activation', ['silu', 'swish']);
  c.only('latents_mean', 'a mean of each latent channel', []);
  c.only('latents_std', 'a deviation of each latent channel', []);
  const levels = c.read.has('block_out_channels') ? c.read.list('block_out_channels', most.levels).length : 1;
  const channels = c.integers('block_out_channels', levels, 1, most.channels, 64);
  const blocks = (key: string, only: string) => {
    const names = c.read.has(key) ? c.read.texts(key, most.levels) : [only];
    if (names.length !== levels || names.some((name) => name !== only)) c.read.fail(key, `${levels} times ${only}`);
  };
  blocks('down_block_types', 'DownEncoderBlock2D');
  blocks('up_block_types', 'UpDecoderBlock2D');
  const groups = c.integerOr('norm_num_groups', 1, most.channels, 32);
  const odd = channels.find((n) => n % groups !== 0);
  if (odd !== undefined) throw new FormatError(`norm_num_groups = ${groups} does not divide ${odd} channels`, hint);
  return {
    model: 'AutoencoderKL',
    inChannels: c.integerOr('in_channels', 1, 16, 3),
    outChannels: c.integerOr('out_channels', 1, 16, 3),
    latentChannels: c.integerOr('latent_channels', 1, 256, 4),
    channels,
    layers: c.integerOr('layers_per_block', 1, most.layers, 1),
    groups,
    scaling: c.numberOr('scaling_factor', 1e-6, 1e6, 0.18215),
    shift: c.numberOr('shift_factor', -1e6, 1e6, 0),
    quantConv: c.flag('use_quant_conv', true),
    postQuantConv: c.flag('use_post_quant_conv', true),
    midAttention: c.flag('mid_block_add_attention', true),
    upcast: c.flag('force_upcast', true),
  };
}

function tiny(c: ConfigFields): AutoencoderTinyConfig {
  c.known(tinyFields, 'the autoencoder');
  c.only('act_fn', 'the activation', ['relu']);
  c.only('upsample_fn', 'how pixels are repeated', ['nearest']);
  c.only('upsampling_scaling_factor', 'how often pixels are repeated', [2]);
  const side = (name: 'encoder' | 'decoder', counts: readonly number[]) => {
    const key = `num_${name}_blocks`;
    const levels = c.read.has(key) ? c.read.list(key, most.levels).length : counts.length;
    const blocks = c.read.has(key) ? c.integers(key, levels, 0, most.layers, 0) : counts;
    const channels = c.integers(`${name}_block_out_channels`, levels, 1, most.channels, 64);
    return blocks.map((n, i) => ({ channels: channels[i]!, blocks: n }));
  };
  const encoder = side('encoder', [1, 3, 3, 3]);
  const decoder = side('decoder', [3, 3, 3, 1]);
  // The library makes both sides so that a change of channels between levels cannot run.
  for (const levels of [encoder, decoder])
    if (levels.length === 0 || levels.some(({ channels }) => channels !== levels[0]!.channels))
      throw new FormatError('an AutoencoderTiny has the same number of channels at every level', hint);
  if (encoder.length !== decoder.length)
    throw new FormatError(
      `num_encoder_blocks has ${encoder.length} levels, num_decoder_blocks ${decoder.length}`,
      hint,
    );
  return {
    model: 'AutoencoderTiny',
    inChannels: c.integerOr('in_channels', 1, 16, 3),
    outChannels: c.integerOr('out_channels', 1, 16, 3),
    latentChannels: c.integerOr('latent_channels', 1, 256, 4),
    encoder,
    decoder,
    scaling: c.numberOr('scaling_factor', 1e-6, 1e6, 1),
    shift: c.numberOr('shift_factor', -1e6, 1e6, 0),
  };
}

/** Autoencoder of diffusers from its config.json. FormatError names what cannot be honoured. */
export function parseAutoencoderConfig(source: Uint8Array | Json): AutoencoderConfig {
  const json =
    source instanceof Uint8Array
      ? parseObject(source, { what: 'config.json of the autoencoder', depth: 8, hint })
      : source;
  const c = new ConfigFields(json, hint);
  return c.read.oneOf('_class_name', ['AutoencoderKL', 'AutoencoderTiny']) === 'AutoencoderKL' ? kl(c) : tiny(c);
}
