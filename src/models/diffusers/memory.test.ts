import { describe, expect, test } from 'vitest';
import { weightFormats } from '../../core/weightFormat.ts';
import { parseClipTextConfig } from '../../formats/diffusers/clip.ts';
import { parseDitConfig } from '../../formats/diffusers/dit.ts';
import { parseUNetConfig } from '../../formats/diffusers/unet.ts';
import { parseAutoencoderConfig } from '../../formats/diffusers/vae.ts';
import { placeWeights } from '../../networks/transformerWeights.ts';
import { graphWeights } from '../../networks/graph/weightList.ts';
import { ditGraph } from './dit.ts';
import { coderSize, networkSize, phaseBytes } from './memory.ts';
import { unetGraph } from './unet.ts';
import { decoderOf } from './vae.ts';

const sd = {
  _class_name: 'UNet2DConditionModel',
  attention_head_dim: 8,
  block_out_channels: [320, 640, 1280, 1280],
  cross_attention_dim: 768,
  sample_size: 64,
};
const sd2 = { ...sd, attention_head_dim: [5, 10, 20, 20], cross_attention_dim: 1024, use_linear_projection: true };
const small = { ...sd, layers_per_block: 1 };
const tiny = {
  ...small,
  block_out_channels: [320, 640, 1280],
  down_block_types: Array.from({ length: 3 }, () => 'CrossAttnDownBlock2D'),
  up_block_types: Array.from({ length: 3 }, () => 'CrossAttnUpBlock2D'),
  mid_block_type: null,
};
const sdxl = {
  ...sd,
  block_out_channels: [320, 640, 1280],
  down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
  up_block_types: ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],
  attention_head_dim: [5, 10, 20],
  cross_attention_dim: 2048,
  transformer_layers_per_block: [1, 2, 10],
  use_linear_projection: true,
  addition_embed_type: 'text_time',
  addition_time_embed_dim: 256,
  projection_class_embeddings_input_dim: 2816,
};
const ddpm = (channels: readonly number[], attention: number) => ({
  _class_name: 'UNet2DModel',
  attention_head_dim: null,
  block_out_channels: channels,
  down_block_types: channels.map((_, i) => (i === attention ? 'AttnDownBlock2D' : 'DownBlock2D')),
  up_block_types: channels.map((_, i) => (i === channels.length - 1 - attention ? 'AttnUpBlock2D' : 'UpBlock2D')),
  downsample_padding: 0,
  flip_sin_to_cos: false,
  freq_shift: 1,
  norm_eps: 1e-6,
});
const consistency = {
  _class_name: 'UNet2DModel',
  attention_head_dim: 64,
  attn_norm_num_groups: 32,
  block_out_channels: [192, 384, 576, 768],
  down_block_types: ['ResnetDownsampleBlock2D', ...Array.from({ length: 3 }, () => 'AttnDownBlock2D')],
  up_block_types: [...Array.from({ length: 3 }, () => 'AttnUpBlock2D'), 'ResnetUpsampleBlock2D'],
  downsample_type: 'resnet',
  upsample_type: 'resnet',
  layers_per_block: 3,
  num_class_embeds: 1000,
  resnet_time_scale_shift: 'scale_shift',
};
const vae = {
  _class_name: 'AutoencoderKL',
  block_out_channels: [128, 256, 512, 512],
  down_block_types: Array.from({ length: 4 }, () => 'DownEncoderBlock2D'),
  up_block_types: Array.from({ length: 4 }, () => 'UpDecoderBlock2D'),
  layers_per_block: 2,
};
const clip = (width: number, layers: number, heads: number, more = {}) => ({
  architectures: ['CLIPTextModel'],
  hidden_size: width,
  intermediate_size: 4 * width,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  vocab_size: 49408,
  ...more,
});
const dit = {
  _class_name: 'DiTTransformer2DModel',
  out_channels: 8,
  activation_fn: 'gelu-approximate',
  norm_type: 'ada_norm_zero',
  norm_elementwise_affine: false,
};

test.each([
  ['ddpm-cifar10-32', parseUNetConfig(ddpm([128, 256, 256, 256], 1)), 35.7],
  ['ddpm-*-256', parseUNetConfig(ddpm([128, 128, 256, 256, 512, 512], 4)), 113.7],
  ['cd_imagenet64', parseUNetConfig(consistency), 295.9],
  ['Stable Diffusion 1.x', parseUNetConfig(sd), 859.5],
  ['Stable Diffusion 2.x', parseUNetConfig(sd2), 865.9],
  ['LCM', parseUNetConfig({ ...sd, time_cond_proj_dim: 256 }), 859.6],
  ['BK-SDM base', parseUNetConfig(small), 579.4],
  ['BK-SDM small', parseUNetConfig({ ...small, mid_block_type: null }), 482.3],
  ['SDXL', parseUNetConfig(sdxl), 2567.5],
  ['AutoencoderTiny', parseAutoencoderConfig({ _class_name: 'AutoencoderTiny' }), 2.4],
  ['CLIP ViT-L', parseClipTextConfig(clip(768, 12, 12)), 123.1],
  ['OpenCLIP-H, 23 layers', parseClipTextConfig(clip(1024, 23, 16)), 340.4],
  [
    'OpenCLIP-bigG with projection',
    parseClipTextConfig(clip(1280, 32, 20, { architectures: ['CLIPTextModelWithProjection'], projection_dim: 1280 })),
    694.7,
  ],
  ['DiT-XL/2', parseDitConfig(dit), 674.8],
])('%s has %f million parameters, as published', (_, config, millions) =>
  // Published with one decimal.
  expect(Math.abs(networkSize(config).parameters / 1e6 - millions)).toBeLessThan(0.051 + (millions > 2000 ? 0.05 : 0)),
);

test('to the last one, where that is published', () => {
  expect(networkSize(parseUNetConfig(tiny)).parameters).toBe(323_384_964);
  expect(networkSize(parseAutoencoderConfig(vae)).parameters).toBe(83_653_863);
  expect(networkSize(parseUNetConfig(sd)).parameters).toBe(859_520_964);
});

test('what a file repeats is told apart', () => {
  const { stored, parameters } = networkSize(parseDitConfig(dit));
  expect(Math.round(stored / 1e5) / 10).toBe(749.8);
  expect(stored - parameters).toBe(27 * (256 * 1152 + 1152 + 1152 * 1152 + 1152 + 1001 * 1152));
});

describe('bytes on the device', () => {
  const cases = [
    [
      'Stable Diffusion 1.5',
      networkSize(parseUNetConfig(sd)),
      unetGraph(parseUNetConfig(sd), { samples: 1, height: 8, width: 8, tokens: 1 }),
    ],
    [
      'DDPM',
      networkSize(parseUNetConfig(ddpm([128, 256, 256, 256], 1))),
      unetGraph(parseUNetConfig(ddpm([128, 256, 256, 256], 1)), { samples: 1, height: 8, width: 8 }),
    ],
    [
      'the decoder',
      coderSize(parseAutoencoderConfig(vae), 'decoder'),
      decoderOf(parseAutoencoderConfig(vae), { samples: 1, height: 8, width: 8 }).graph,
    ],
    ['DiT', networkSize(parseDitConfig(dit)), ditGraph(parseDitConfig(dit), { samples: 1, height: 4, width: 4 })],
  ] as const;
  test.each(cases)('of %s are what the loader allocates', (_, size, graph) => {
    const list = graphWeights(graph).map(({ key, kind, rows, cols }) => ({ name: key, kind, rows, cols, parts: [] }));
    for (const format of weightFormats)
      expect(size.bytes[format], format).toBe(placeWeights(list, format, 2 ** 30).bytes);
  });
  test('of Stable Diffusion 1.5: 3.43 GB, 1.72, .86, .48', () => {
    const { bytes } = networkSize(parseUNetConfig(sd));
    expect(weightFormats.map((f) => Math.round(bytes[f] / 1e7) / 100)).toEqual([3.43, 1.72, 0.86, 0.48]);
  });
  test('at each phase', () => {
    const parts = {
      texts: [networkSize(parseClipTextConfig(clip(768, 12, 12)))],
      network: networkSize(parseUNetConfig(sd)),
      decoder: coderSize(parseAutoencoderConfig(vae), 'decoder'),
    };
    const { encode, sample, decode } = phaseBytes(parts, 'int8');
    expect([encode, sample]).toEqual([parts.texts[0]!.bytes.int8, parts.network.bytes.int8]);
    expect(decode - sample).toBe(parts.decoder.bytes.f16);
    expect(phaseBytes({ ...parts, texts: [], decoder: null }, 'f32')).toEqual({
      encode: 0,
      sample: parts.network.bytes.f32,
      decode: parts.network.bytes.f32,
    });
  });
});
