/**
 * The autoencoders of latent diffusion as lists of operations: `AutoencoderKL` (https://arxiv.org/abs/2112.10752,
 * appendix) and `AutoencoderTiny` (TAESD, https://github.com/madebyollin/taesd).
 */
import {
  latentFactor,
  type AutoencoderConfig,
  type AutoencoderKlConfig,
  type AutoencoderTinyConfig,
} from '../../formats/diffusers/vae.ts';
import { GraphBuilder, noPadding, padEnd } from '../graph/builder.ts';
import type { Graph, Tensor } from '../graph/types.ts';
import { pixelAttention, resnet } from './blocks.ts';

/** v·scale + shift of every number. */
export interface Affine {
  readonly scale: number;
  readonly shift: number;
}
/** A direction of an autoencoder: what goes in, the network, and what its result means. */
export interface Coder {
  readonly before: Affine;
  readonly graph: Graph;
  readonly after: Affine;
}
export interface CoderSizes {
  readonly samples: number;
  /** Of the latents. */
  readonly height: number;
  readonly width: number;
  readonly taps?: boolean;
}

/** The library has this epsilon in the code. */
const epsilon = 1e-6;
const same: Affine = { scale: 1, shift: 0 };

function middle(b: GraphBuilder, side: string, x: Tensor, { groups, midAttention }: AutoencoderKlConfig): Tensor {
  const norm = { groups, epsilon };
  b.part = `${side}.mid_block`;
  let h = resnet(b, `${side}.mid_block.resnets.0`, x, x.channels, norm);
  if (midAttention) h = pixelAttention(b, `${side}.mid_block.attentions.0`, h, 1, norm);
  return resnet(b, `${side}.mid_block.resnets.1`, h, x.channels, norm);
}

function klDecoder(config: AutoencoderKlConfig, { samples, height, width, taps }: CoderSizes): Graph {
  const { channels, groups, layers } = config;
  const norm = { groups, epsilon };
  const b = new GraphBuilder();
  b.part = 'decoder.conv_in';
  let h = b.input('latents', { samples, height, width, channels: config.latentChannels });
  if (config.postQuantConv) h = b.conv('post_quant_conv', h, config.latentChannels, { kernel: 1, padding: noPadding });
  h = b.conv('decoder.conv_in', h, channels.at(-1)!);
  h = middle(b, 'decoder', h, config);
  if (taps) b.output('decoder.mid_block', h);
  channels.toReversed().forEach((width, i) => {
    const name = `decoder.up_blocks.${i}`;
    b.part = name;
    for (let j = 0; j <= layers; j++) h = resnet(b, `${name}.resnets.${j}`, h, width, norm);
    if (i < channels.length - 1)
      h = b.conv(`${name}.upsamplers.0.conv`, h, width, { resize: { height: 2 * h.height, width: 2 * h.width } });
    if (taps) b.output(name, h);
  });
  b.part = 'decoder.conv_out';
  h = b.groupNorm('decoder.conv_norm_out', h, { ...norm, activation: 'silu' });
  b.output('out', b.conv('decoder.conv_out', h, config.outChannels));
  return b.finish();
}

/** Output: mean and logarithm of the variance of the latents, one half of the channels each. */
function klEncoder(config: AutoencoderKlConfig, { samples, height, width, taps }: CoderSizes): Graph {
  const { channels, groups, layers, latentChannels } = config;
  const norm = { groups, epsilon };
  const factor = latentFactor(config);
  const b = new GraphBuilder();
  b.part = 'encoder.conv_in';
  let h = b.input('picture', { samples, height: height * factor, width: width * factor, channels: config.inChannels });
  h = b.conv('encoder.conv_in', h, channels[0]!);
  channels.forEach((width, i) => {
    const name = `encoder.down_blocks.${i}`;
    b.part = name;
    for (let j = 0; j < layers; j++) h = resnet(b, `${name}.resnets.${j}`, h, width, norm);
    if (i < channels.length - 1) h = b.conv(`${name}.downsamplers.0.conv`, h, width, { stride: 2, padding: padEnd });
    if (taps) b.output(name, h);
  });
  h = middle(b, 'encoder', h, config);
  if (taps) b.output('encoder.mid_block', h);
  b.part = 'encoder.conv_out';
  h = b.groupNorm('encoder.conv_norm_out', h, { ...norm, activation: 'silu' });
  h = b.conv('encoder.conv_out', h, 2 * latentChannels);
  if (config.quantConv) h = b.conv('quant_conv', h, 2 * latentChannels, { kernel: 1, padding: noPadding });
  b.output('out', h);
  return b.finish();
}

/** relu(x + conv(relu(conv(relu(conv(x)))))). */
function tinyBlock(b: GraphBuilder, name: string, x: Tensor): Tensor {
  const { channels } = x;
  let h = b.conv(`${name}.conv.0`, x, channels, { activation: 'relu' });
  h = b.conv(`${name}.conv.2`, h, channels, { activation: 'relu' });
  return b.conv(`${name}.conv.4`, h, channels, { residual: x, reluAfter: true });
}

// Layers are numbered as in torch's Sequential: activations and upsamplings count.
function tinyDecoder(config: AutoencoderTinyConfig, { samples, height, width }: CoderSizes): Graph {
  const { decoder } = config;
  const b = new GraphBuilder();
  const latents = b.input('latents', { samples, height, width, channels: config.latentChannels });
  b.part = 'decoder.layers.0';
  let h = b.conv('decoder.layers.0', b.clamp(latents, 3), decoder[0]!.channels, { activation: 'relu' });
  let layer = 2;
  decoder.forEach(({ channels, blocks }, i) => {
    for (let j = 0; j < blocks; j++, layer++) {
      b.part = `decoder.layers.${layer}`;
      h = tinyBlock(b, b.part, h);
    }
    const last = i === decoder.length - 1;
    if (!last) layer++;
    b.part = `decoder.layers.${layer}`;
    const resize = last ? null : { height: 2 * h.height, width: 2 * h.width };
    h = b.conv(b.part, h, last ? config.outChannels : channels, { resize, bias: last });
    layer++;
  });
  b.output('out', h);
  return b.finish();
}

function tinyEncoder(config: AutoencoderTinyConfig, { samples, height, width }: CoderSizes): Graph {
  const factor = latentFactor(config);
  const b = new GraphBuilder();
  let h = b.input('picture', { samples, height: height * factor, width: width * factor, channels: config.inChannels });
  let layer = 0;
  config.encoder.forEach(({ channels, blocks }, i) => {
    b.part = `encoder.layers.${layer}`;
    h = b.conv(b.part, h, channels, i === 0 ? {} : { stride: 2, bias: false });
    layer++;
    for (let j = 0; j < blocks; j++, layer++) {
      b.part = `encoder.layers.${layer}`;
      h = tinyBlock(b, b.part, h);
    }
  });
  b.part = `encoder.layers.${layer}`;
  b.output('out', b.conv(b.part, h, config.latentChannels));
  return b.finish();
}

/** Latents as samplers have them → picture in −1 … 1. Input `latents`, output `out`. */
export function decoderOf(config: AutoencoderConfig, sizes: CoderSizes): Coder {
  const before = { scale: 1 / config.scaling, shift: config.shift };
  return config.model === 'AutoencoderKL'
    ? { before, graph: klDecoder(config, sizes), after: same }
    : { before, graph: tinyDecoder(config, sizes), after: { scale: 2, shift: -1 } };
}

/**
 * Picture in −1 … 1 → latents as samplers have them. Input `picture`, output `out`, of which the first
 * `latentChannels` are the latents (their mean, for an `AutoencoderKL`, which gives log-variances after them).
 */
export function encoderOf(config: AutoencoderConfig, sizes: CoderSizes): Coder {
  const after = { scale: config.scaling, shift: -config.shift * config.scaling };
  return config.model === 'AutoencoderKL'
    ? { before: same, graph: klEncoder(config, sizes), after }
    : { before: { scale: 0.5, shift: 0.5 }, graph: tinyEncoder(config, sizes), after };
}
