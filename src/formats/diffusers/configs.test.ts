import { describe, expect, it } from 'vitest';
import { FormatError } from '../error.ts';
import type { Json } from '../json.ts';
import { parseClipTextConfig } from './clip.ts';
import { parseDitConfig } from './dit.ts';
import { parseUNetConfig } from './unet.ts';
import { latentFactor, parseAutoencoderConfig } from './vae.ts';

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).hint).not.toBe('');
    return (error as Error).message;
  }
  throw new Error('was not refused');
};

/** google/ddpm-cifar10-32 as published. */
const ddpm: Json = {
  _class_name: 'UNet2DModel',
  _diffusers_version: '0.0.4',
  act_fn: 'silu',
  attention_head_dim: null,
  block_out_channels: [128, 256, 256, 256],
  center_input_sample: false,
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D', 'DownBlock2D', 'DownBlock2D'],
  downsample_padding: 0,
  flip_sin_to_cos: false,
  freq_shift: 1,
  in_channels: 3,
  layers_per_block: 2,
  mid_block_scale_factor: 1,
  norm_eps: 1e-6,
  norm_num_groups: 32,
  out_channels: 3,
  sample_size: 32,
  time_embedding_type: 'positional',
  up_block_types: ['UpBlock2D', 'UpBlock2D', 'AttnUpBlock2D', 'UpBlock2D'],
};
/** Stable Diffusion 1.5's, which states little and relies on defaults. */
const sd15: Json = {
  _class_name: 'UNet2DConditionModel',
  attention_head_dim: 8,
  block_out_channels: [320, 640, 1280, 1280],
  cross_attention_dim: 768,
  sample_size: 64,
};

describe('the UNet', () => {
  it('of DDPM has one head a block, as the null says, and pads at the end', () => {
    const config = parseUNetConfig(ddpm);
    expect(config.down.map(({ attention }) => attention?.heads ?? 0)).toEqual([0, 1, 0, 0]);
    expect(config.mid).toEqual({ resnets: 2, attention: { kind: 'self', heads: 1, depth: 1 }, normGroups: 32 });
    expect(config.up.map(({ resnets, channels }) => [resnets, channels])).toEqual([
      [3, 256],
      [3, 256],
      [3, 256],
      [3, 128],
    ]);
    expect(config).toMatchObject({ epsilon: 1e-6, downPadding: 0, sampleSize: { height: 32, width: 32 } });
    expect(config.time).toEqual({ features: 128, cosineFirst: false, shift: 1, width: 512 });
    expect(config.down.map(({ resample }) => resample)).toEqual(['conv', 'conv', 'conv', null]);
  });
  it('of DDPM with a size of heads has as many as fit', () => {
    const rest = { ...ddpm, attention_head_dim: 8 };
    expect(parseUNetConfig(rest).down[1]!.attention!.heads).toBe(32);
  });
  it('of Stable Diffusion takes attention_head_dim for the number of heads', () => {
    const config = parseUNetConfig(sd15);
    expect(config.down.map(({ attention }) => attention?.heads ?? 0)).toEqual([8, 8, 8, 0]);
    expect(config.up.map(({ attention }) => attention?.heads ?? 0)).toEqual([0, 8, 8, 8]);
    expect(config.mid).toEqual({ resnets: 2, attention: { kind: 'cross', heads: 8, depth: 1 }, normGroups: null });
    expect(config).toMatchObject({ crossDim: 768, epsilon: 1e-5, downPadding: 1, guidanceFeatures: null });
  });
  it('of SDXL reverses the depths of its transformers on the way up', () => {
    const config = parseUNetConfig({
      ...sd15,
      block_out_channels: [320, 640, 1280],
      down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
      up_block_types: ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],
      attention_head_dim: [5, 10, 20],
      transformer_layers_per_block: [1, 2, 10],
      addition_embed_type: 'text_time',
      addition_time_embed_dim: 256,
      projection_class_embeddings_input_dim: 2816,
    });
    expect(config.down.map(({ attention }) => attention?.depth ?? 0)).toEqual([0, 2, 10]);
    expect(config.up.map(({ attention }) => attention?.depth ?? 0)).toEqual([10, 2, 0]);
    expect(config.mid!.attention).toEqual({ kind: 'cross', heads: 20, depth: 10 });
    expect(config.addition).toEqual({ features: 256, inputs: 2816 });
  });
  it('without a middle block, with a list of layers, with a wide time embedding', () => {
    const config = parseUNetConfig({
      ...sd15,
      mid_block_type: null,
      layers_per_block: [1, 2, 2, 1],
      time_embedding_dim: 512,
      time_cond_proj_dim: 256,
    });
    expect(config.mid).toBeNull();
    expect(config.down.map(({ resnets }) => resnets)).toEqual([1, 2, 2, 1]);
    expect(config.up.map(({ resnets }) => resnets)).toEqual([2, 3, 3, 2]);
    expect(config.time.width).toBe(512);
    expect(config.guidanceFeatures).toBe(256);
  });
  it.each<[Json, RegExp]>([
    [{ ...sd15, only_cross_attention: true }, /only_cross_attention is true/],
    [{ ...sd15, dual_cross_attention: true }, /dual_cross_attention/],
    [{ ...sd15, encoder_hid_dim: 4096 }, /encoder_hid_dim is 4096/],
    [{ ...sd15, cross_attention_norm: 'layer_norm' }, /cross_attention_norm/],
    [{ ...sd15, time_embedding_type: 'fourier' }, /time_embedding_type is "fourier"/],
    [{ ...sd15, act_fn: 'gelu' }, /act_fn is "gelu"/],
    [{ ...sd15, mid_block_scale_factor: 1.4142 }, /mid_block_scale_factor is 1\.4142/],
    [{ ...sd15, center_input_sample: true }, /center_input_sample/],
    [{ ...sd15, class_embed_type: 'projection' }, /class_embed_type is "projection"/],
    [{ ...sd15, resnet_time_scale_shift: 'ada_group' }, /resnet_time_scale_shift/],
    [{ ...sd15, mid_block_type: 'UNetMidBlock2DSimpleCrossAttn' }, /UNetMidBlock2DSimpleCrossAttn/],
    [
      { ...sd15, down_block_types: ['KDownBlock2D'], up_block_types: ['UpBlock2D'], block_out_channels: [64] },
      /KDownBlock2D/,
    ],
    [
      { ...ddpm, down_block_types: ['SkipDownBlock2D', 'DownBlock2D', 'DownBlock2D', 'DownBlock2D'] },
      /SkipDownBlock2D/,
    ],
    [{ ...sd15, attention_head_dim: 7 }, /7 attention heads do not divide 320/],
    [{ ...sd15, norm_num_groups: 48 }, /48 does not divide 320/],
    [{ ...sd15, attention_head_dim: [8, 8] }, /attention_head_dim must be 4 whole numbers/],
    [{ ...sd15, block_out_channels: [320, 640] }, /2 levels, down_block_types 4 and up_block_types 4/],
    [{ ...sd15, sample_size: [64] }, /sample_size/],
    [{ ...sd15, a_new_switch: 3 }, /the field "a_new_switch" = 3/],
    [{ ...sd15, _class_name: 'UNet3DConditionModel' }, /_class_name/],
    [{ ...sd15, block_out_channels: [] }, /0 levels/],
    [{ ...sd15, in_channels: 1e9 }, /in_channels/],
  ])('%#: a field that would change the computation is refused by name', (json, message) => {
    expect(refusal(() => parseUNetConfig(json))).toMatch(message);
  });
  it('does not mind an unknown field that is switched off', () => {
    expect(() => parseUNetConfig({ ...sd15, a_new_switch: false, another: null, third: [] })).not.toThrow();
  });
});

describe('the autoencoder', () => {
  const kl: Json = {
    _class_name: 'AutoencoderKL',
    block_out_channels: [128, 256, 512, 512],
    down_block_types: Array.from({ length: 4 }, () => 'DownEncoderBlock2D'),
    up_block_types: Array.from({ length: 4 }, () => 'UpDecoderBlock2D'),
    layers_per_block: 2,
  };
  it('has Stable Diffusion’s scaling where none is given, and eight pixels to one of its latents', () => {
    const config = parseAutoencoderConfig(kl);
    expect(config).toMatchObject({ scaling: 0.18215, shift: 0, quantConv: true, midAttention: true, upcast: true });
    expect(latentFactor(config)).toBe(8);
  });
  it('of the tiny kind does not scale', () => {
    const config = parseAutoencoderConfig({ _class_name: 'AutoencoderTiny' });
    expect(config).toMatchObject({ scaling: 1, shift: 0 });
    expect(config.model === 'AutoencoderTiny' && config.decoder.map(({ blocks }) => blocks)).toEqual([3, 3, 3, 1]);
    expect(latentFactor(config)).toBe(8);
  });
  it.each<[Json, RegExp]>([
    [{ ...kl, latents_mean: [0, 0, 0, 0] }, /latents_mean/],
    [{ ...kl, norm_num_groups: 48 }, /48 does not divide 128/],
    [{ ...kl, up_block_types: ['UpDecoderBlock2D'] }, /up_block_types/],
    [{ ...kl, down_block_types: Array.from({ length: 4 }, () => 'AttnDownEncoderBlock2D') }, /down_block_types/],
    [{ ...kl, scaling_factor: 0 }, /scaling_factor/],
    [{ ...kl, spatial: true }, /"spatial"/],
    [{ _class_name: 'AutoencoderTiny', upsampling_scaling_factor: 4 }, /upsampling_scaling_factor is 4/],
    [{ _class_name: 'AutoencoderTiny', act_fn: 'gelu' }, /act_fn/],
    [{ _class_name: 'AutoencoderTiny', encoder_block_out_channels: [32, 64, 64, 64] }, /same number of channels/],
    [{ _class_name: 'VQModel' }, /_class_name/],
  ])('%#: what cannot be honoured is refused by name', (json, message) => {
    expect(refusal(() => parseAutoencoderConfig(json))).toMatch(message);
  });
});

describe('the text encoder', () => {
  const clip: Json = {
    model_type: 'clip_text_model',
    architectures: ['CLIPTextModel'],
    hidden_size: 768,
    num_attention_heads: 12,
  };
  it('finds the end of a text as its file’s age demands', () => {
    expect(parseClipTextConfig({ ...clip, eos_token_id: 2 }).endToken).toBeNull();
    expect(parseClipTextConfig(clip).endToken).toBe(49407);
  });
  it('knows both activations, and a projection only where the class has one', () => {
    expect(parseClipTextConfig({ ...clip, hidden_act: 'gelu', projection_dim: 512 })).toMatchObject({
      activation: 'gelu_erf',
      projection: null,
    });
    expect(
      parseClipTextConfig({ ...clip, architectures: ['CLIPTextModelWithProjection'], projection_dim: 1280 }),
    ).toMatchObject({
      activation: 'quick_gelu',
      projection: 1280,
    });
  });
  it.each<[Json, RegExp]>([
    [{ ...clip, use_attention_mask: true }, /use_attention_mask/],
    [{ ...clip, hidden_act: 'relu' }, /hidden_act/],
    [{ ...clip, architectures: ['T5EncoderModel'] }, /architectures/],
    [{ ...clip, model_type: 't5' }, /model_type is "t5"/],
    [{ ...clip, num_attention_heads: 7 }, /7 attention heads do not divide/],
  ])('%#: what cannot be honoured is refused by name', (json, message) => {
    expect(refusal(() => parseClipTextConfig(json))).toMatch(message);
  });
});

describe('the transformer', () => {
  const dit: Json = { _class_name: 'DiTTransformer2DModel', sample_size: 32, out_channels: 8 };
  it('has DiT-XL/2’s sizes by default, two epsilons, and a class for none', () => {
    expect(parseDitConfig(dit)).toMatchObject({
      heads: 16,
      headDim: 72,
      layers: 28,
      patch: 2,
      classes: 1000,
      epsilon: 1e-5,
    });
  });
  it.each<[Json, RegExp]>([
    [{ ...dit, norm_type: 'ada_norm_single' }, /norm_type/],
    [{ ...dit, caption_channels: 4096 }, /caption_channels/],
    [{ ...dit, norm_elementwise_affine: true }, /norm_elementwise_affine/],
    [{ ...dit, sample_size: 33 }, /2 does not divide sample_size = 33/],
    [{ ...dit, interpolation_scale: 2 }, /"interpolation_scale" = 2/],
  ])('%#: what cannot be honoured is refused by name', (json, message) => {
    expect(refusal(() => parseDitConfig(json))).toMatch(message);
  });
});
