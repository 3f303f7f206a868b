import { describe, expect, test } from 'vitest';
import { readDiffusion } from './diffusionConfigs.ts';
import { ModelError, type ModelFiles } from './files.ts';

const never = new AbortController().signal;
const unet = {
  _class_name: 'UNet2DConditionModel',
  attention_head_dim: 4,
  block_out_channels: [32, 64],
  cross_attention_dim: 24,
  down_block_types: ['CrossAttnDownBlock2D', 'DownBlock2D'],
  up_block_types: ['UpBlock2D', 'CrossAttnUpBlock2D'],
};
const vae = {
  _class_name: 'AutoencoderKL',
  block_out_channels: [32],
  down_block_types: ['DownEncoderBlock2D'],
  up_block_types: ['UpDecoderBlock2D'],
};
const clip = { architectures: ['CLIPTextModel'], hidden_size: 24, num_attention_heads: 4, intermediate_size: 48 };
const index = {
  _class_name: 'StableDiffusionPipeline',
  scheduler: ['diffusers', 'DDIMScheduler'],
  text_encoder: ['transformers', 'CLIPTextModel'],
  tokenizer: ['transformers', 'CLIPTokenizer'],
  unet: ['diffusers', 'UNet2DConditionModel'],
  vae: ['diffusers', 'AutoencoderKL'],
};
const sd = {
  'model_index.json': index,
  'scheduler/scheduler_config.json': { _class_name: 'DDIMScheduler' },
  'tokenizer/vocab.json': { a: 0 },
  'tokenizer/merges.txt': '#version',
  'text_encoder/config.json': clip,
  'text_encoder/model.safetensors': 'w',
  'unet/config.json': unet,
  'unet/diffusion_pytorch_model.safetensors': 'w',
  'vae/config.json': vae,
  'vae/diffusion_pytorch_model.safetensors': 'w',
};
const two = {
  ...sd,
  'model_index.json': {
    ...index,
    _class_name: 'StableDiffusionXLPipeline',
    text_encoder_2: ['transformers', 'CLIPTextModelWithProjection'],
    tokenizer_2: ['transformers', 'CLIPTokenizer'],
  },
  'text_encoder_2/config.json': {
    ...clip,
    architectures: ['CLIPTextModelWithProjection'],
    hidden_size: 16,
    projection_dim: 20,
  },
  'text_encoder_2/model.safetensors': 'w',
  'tokenizer_2/tokenizer.json': {},
  'unet/config.json': {
    ...unet,
    cross_attention_dim: 40,
    addition_embed_type: 'text_time',
    addition_time_embed_dim: 8,
    projection_class_embeddings_input_dim: 68,
  },
};
function files(content: Readonly<Record<string, unknown>>): ModelFiles {
  const bytes = new Map(
    Object.entries(content).map(([name, v]) => [
      name,
      new TextEncoder().encode(typeof v === 'string' ? v : JSON.stringify(v)),
    ]),
  );
  return {
    source: { from: 'file', name: 'mine' },
    title: 'mine',
    list: [...bytes].map(([name, b]) => ({ name, bytes: b.length })),
    read: (name, begin, end) =>
      /safetensors$/.test(name)
        ? Promise.reject(new Error(`${name} is read`))
        : Promise.resolve(bytes.get(name)!.slice(begin, end)),
    got: { network: 0, store: 0 },
    close: () => Promise.resolve(),
  };
}
const read = (content: Readonly<Record<string, unknown>>) => readDiffusion(files(content), never);

describe('a model from its small files', () => {
  test('with text', async () => {
    const model = await read(sd);
    expect(model.network.model).toBe('UNet2DConditionModel');
    expect(model.vae!.latentChannels).toBe(4);
    expect(model.texts.map((t) => [t.part, t.config.width, Object.keys(t.tokenizer)])).toEqual([
      ['text_encoder', 24, ['vocab', 'merges']],
    ]);
    // Inside this pipeline two fields of an old scheduler are put right.
    expect(model.scheduler).toMatchObject({ offset: 1, clip: null });
  });
  test('with two text encoders', async () => {
    const { texts } = await read(two);
    expect(texts.map((t) => [t.part, Object.keys(t.tokenizer)])).toEqual([
      ['text_encoder', ['vocab', 'merges']],
      ['text_encoder_2', ['tokenizer']],
    ]);
  });
  test('of pixels, flat', async () => {
    const flat = {
      'config.json': {
        _class_name: 'UNet2DModel',
        block_out_channels: [32],
        down_block_types: ['DownBlock2D'],
        up_block_types: ['UpBlock2D'],
      },
      'scheduler_config.json': { _class_name: 'DDPMScheduler' },
      'diffusion_pytorch_model.safetensors': 'w',
    };
    const model = await read(flat);
    expect([model.network.model, model.vae, model.texts, model.scheduler.scheduler]).toEqual([
      'UNet2DModel',
      null,
      [],
      'DDPMScheduler',
    ]);
    const others = Object.entries(flat).filter(([name]) => name !== 'scheduler_config.json');
    await expect(read(Object.fromEntries(others))).rejects.toThrow('mine has no scheduler_config.json');
  });
});

test.each<[Record<string, unknown>, string]>([
  [
    { ...sd, 'unet/config.json': { ...unet, in_channels: 9 } },
    'mine: the network reads 9 channels, the autoencoder makes 4.',
  ],
  [{ ...sd, 'unet/config.json': { ...unet, out_channels: 6 } }, 'mine: the network reads 4 channels and gives 6.'],
  [
    { ...sd, 'unet/config.json': { ...unet, cross_attention_dim: 32 } },
    'text embeddings of 32 numbers, the text encoders make 24.',
  ],
  [{ ...sd, 'unet/config.json': { ...unet, act_fn: 'gelu' } }, 'unet of mine: act_fn is "gelu"'],
  [{ ...sd, 'scheduler/scheduler_config.json': { _class_name: 'Odd' } }, 'scheduler of mine: the scheduler is a "Odd"'],
  [
    { ...two, 'unet/config.json': { ...two['unet/config.json'], addition_time_embed_dim: 10 } },
    'told 68 numbers of text and size, and is given 20 + 6·10.',
  ],
  [
    { 'config.json': { _class_name: 'AutoencoderTiny' }, 'diffusion_pytorch_model.safetensors': 'w' },
    'mine is an autoencoder alone',
  ],
])('refuses %#', async (content, message) => {
  await expect(read(content)).rejects.toThrow(message);
  await expect(read(content)).rejects.toBeInstanceOf(ModelError);
});
