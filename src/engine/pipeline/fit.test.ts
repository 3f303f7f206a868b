import { describe, expect, it } from 'vitest';
import { weightFormats } from '../../core/weightFormat.ts';
import { parseClipTextConfig } from '../../formats/diffusers/clip.ts';
import { parseUNetConfig } from '../../formats/diffusers/unet.ts';
import { parseAutoencoderConfig } from '../../formats/diffusers/vae.ts';
import { readDiffusion, type DiffusionModel } from '../../hub/diffusionConfigs.ts';
import { coderSize, networkSize } from '../../models/diffusers/memory.ts';
import { bytesText, planOf, type FitAsk, type FitLimits } from './fit.ts';
import { bundledFiles, tinyDitFiles, tinyFiles, tinyPixelFiles } from './testing.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const sd15 = {
  _class_name: 'UNet2DConditionModel',
  attention_head_dim: 8,
  block_out_channels: [320, 640, 1280, 1280],
  cross_attention_dim: 768,
};
const sdxl = {
  ...sd15,
  block_out_channels: [320, 640, 1280],
  down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
  up_block_types: ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],
  attention_head_dim: [5, 10, 20],
  transformer_layers_per_block: [1, 2, 10],
  cross_attention_dim: 2048,
  use_linear_projection: true,
  addition_embed_type: 'text_time',
  addition_time_embed_dim: 256,
  projection_class_embeddings_input_dim: 2816,
};
const vae = parseAutoencoderConfig({
  _class_name: 'AutoencoderKL',
  block_out_channels: [128, 256, 512, 512],
  down_block_types: Array.from({ length: 4 }, () => 'DownEncoderBlock2D'),
  up_block_types: Array.from({ length: 4 }, () => 'UpDecoderBlock2D'),
  layers_per_block: 2,
});
const taesd = parseAutoencoderConfig({ _class_name: 'AutoencoderTiny' });
const clip = (width: number, layers: number, heads: number, more = {}) =>
  parseClipTextConfig({
    architectures: ['CLIPTextModel'],
    hidden_size: width,
    intermediate_size: 4 * width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    vocab_size: 49408,
    ...more,
  });
const vitL = clip(768, 12, 12);
const bigG = clip(1280, 32, 20, { architectures: ['CLIPTextModelWithProjection'], projection_dim: 1280 });

/** A model of which only the configurations are known, as they are before a download. */
function modelOf(network: object, texts: readonly ReturnType<typeof clip>[], decoder = vae): DiffusionModel {
  const file = (name: string, bytes: number) => ({ name, bytes, sha256: null });
  const networks = new Map([
    ['unet', { weights: [file('a', 1000), file('b', 200)] }],
    ['vae', { weights: [file('c', 30)] }],
  ]);
  const files = [file('model_index.json', 4), file('a', 1000), file('b', 200), file('c', 30)];
  return {
    files: { networks, files },
    network: parseUNetConfig({ ...network }),
    vae: decoder,
    texts: texts.map((config, i) => ({ part: i === 0 ? 'text_encoder' : 'text_encoder_2', config, tokenizer: {} })),
  } as unknown as DiffusionModel;
}
const ask: FitAsk = { height: 512, width: 512, samples: 1, copies: 1 };
const desktop: FitLimits = {
  maxStorageBufferBindingSize: 2 * GiB,
  maxBufferSize: 2 * GiB,
  software: false,
  memory: 4 * GiB,
};
const floor: FitLimits = { ...desktop, maxStorageBufferBindingSize: 128 * MiB, maxBufferSize: 256 * MiB };

describe('Stable Diffusion 1.5 at 512²', () => {
  const model = modelOf(sd15, [vitL]);
  const plan = planOf(model, ask, desktop);
  it('takes its weights and its activations at each phase', () => {
    const network = networkSize(model.network);
    const decoder = coderSize(vae, 'decoder');
    for (const format of weightFormats) {
      const { weights, bytes, peak } = plan.formats[format];
      expect(weights.sample).toBe(network.bytes[format]);
      expect(weights.encode).toBe(networkSize(vitL).bytes[format]);
      expect(weights.decode - weights.sample).toBe(decoder.bytes[format === 'f32' ? 'f32' : 'f16']);
      const activations = [bytes.encode - weights.encode, bytes.sample - weights.sample, bytes.decode - weights.decode];
      // The arenas of networks/graph, with partial sums of split products; the decoder's 426 MiB beside the network's.
      expect(activations.map((b) => Math.round(b / MiB))).toEqual([3, 64, 490]);
      expect(peak).toBe(Math.max(bytes.encode, bytes.sample, bytes.decode));
    }
  });
  it('fits 4 GiB, and 4 GB only in 16 bits; larger squares fit the smaller formats', () => {
    expect(weightFormats.map((f) => plan.formats[f].why)).toEqual([null, null, null, null]);
    expect(weightFormats.map((f) => plan.formats[f].largest)).toEqual([512, 1088, 1152, 1280]);
    const tight = planOf(model, ask, { ...desktop, memory: 4e9 });
    expect(tight.formats.f32.why).toBe(
      'As f32 it takes 4.14 GB while pictures are decoded, and 4 GB may be used. The largest square here is 384×384.',
    );
    expect(tight.formats.f16.why).toBeNull();
  });
  it('takes more with guidance and for pictures side by side', () => {
    const more = planOf(model, { ...ask, samples: 4, copies: 2 }, desktop).formats.f16;
    expect(more.bytes.sample).toBeGreaterThan(plan.formats.f16.bytes.sample + 300 * MiB);
    expect(more.largest).toBe(832);
  });
  it('is decoded in strips by an adapter that binds 128 MiB', () => {
    const { why, largest, bytes } = planOf(model, ask, floor).formats.int4;
    expect([why, largest]).toEqual([null, 1152]);
    // Buffers of 128 MiB are filled almost as well as larger ones.
    expect(bytes.decode - plan.formats.int4.bytes.decode).toBeLessThan(32 * MiB);
  });
  it('says which part an adapter with small bindings cannot hold, and what it can', () => {
    const tiny = { ...floor, maxStorageBufferBindingSize: 16 * MiB };
    const { why, largest } = planOf(model, ask, tiny).formats.int4;
    expect([why, largest]).toEqual([
      'At 512×512 the network has a tensor of 21 MB, and this adapter binds at most 16.8 MB at once. The largest square here is 384×384.',
      384,
    ]);
    const small = planOf(modelOf(sd15, [vitL], taesd), ask, floor).formats.int4;
    expect([small.why, small.largest]).toEqual([null, 1280]);
  });
  it('counts the encoder where a picture is the start', () => {
    const from = planOf(modelOf(sd15, [vitL], taesd), { ...ask, fromPicture: true }, desktop).formats.f16;
    const without = planOf(modelOf(sd15, [vitL], taesd), ask, desktop).formats.f16;
    expect(from.bytes.decode).toBeGreaterThanOrEqual(without.bytes.decode);
    const weights = (f: typeof from) => f.weights.decode - f.weights.sample;
    const [encoder, decoder] = (['encoder', 'decoder'] as const).map((half) => coderSize(taesd, half).bytes.f16);
    expect([weights(from), weights(without)]).toEqual([Math.max(encoder!, decoder!), decoder]);
  });
});

it('SDXL at 1024² fits 4 GiB in 4 bits, at 832² in 8, and not at all in 16', () => {
  const { formats } = planOf(modelOf(sdxl, [vitL, bigG]), { ...ask, height: 1024, width: 1024 }, desktop);
  expect(weightFormats.map((f) => formats[f].largest)).toEqual([null, null, 832, 1152]);
  expect(formats.f16.why).toBe(
    'As f16 it takes 7.5 GB while pictures are decoded, and 4.29 GB may be used. No picture fits.',
  );
  // One encoder at a time, the larger one.
  expect(formats.f16.weights.encode).toBe(networkSize(bigG).bytes.f16);
});

describe('what is known before a download', () => {
  const { signal } = new AbortController();
  it('of the model that comes with the page: it fits everywhere', async () => {
    const files = bundledFiles();
    const model = await readDiffusion(files, signal);
    const asked = { ...ask, height: 64, width: 64, samples: 4, copies: 2 } as const;
    const { download, formats } = planOf(model, asked, { ...floor, software: true, memory: 64 * MiB });
    const bytes = (name: RegExp) => files.list.reduce((n, f) => n + (name.test(f.name) ? f.bytes : 0), 0);
    expect(download.parts).toEqual([
      { part: 'unet', bytes: bytes(/^unet\/.*safetensors$/) },
      { part: 'text_encoder', bytes: bytes(/^text_encoder\/.*safetensors$/) },
      { part: 'vae', bytes: bytes(/^vae\/.*safetensors$/) },
    ]);
    // What describes the model is not part of it.
    const about = /^(README\.md|card\.json|preview\.json)$/;
    expect(download.total).toBe(bytes(/./) - bytes(about));
    expect(download.small).toBe(bytes(/json$|txt$/) - bytes(/^(card|preview)\.json$/));
    expect(weightFormats.map((f) => formats[f].why)).toEqual([null, null, null, null]);
    expect(formats.f32.largest).toBeGreaterThanOrEqual(64);
  });
  it.each([
    [tinyFiles(), { height: 32, width: 50 }, 'Not at 50×32: 50×32 pixels are no multiple of the 4'],
    [tinyDitFiles(), { height: 36, width: 32 }, 'Not at 32×36: this network cuts its latents into 2×2: 9×8'],
    [tinyPixelFiles('ddpm'), { height: 30, width: 32 }, 'Not at 32×30: this network halves its picture 2 times'],
  ])('a size that does not divide is said, and one that does', async (files, size, sentence) => {
    const { why, largest } = planOf(await readDiffusion(files, signal), { ...ask, ...size }, desktop).formats.f16;
    expect(why).toContain(sentence);
    expect(largest).toBeGreaterThan(0);
    expect(why).toContain(`The largest square here is ${largest}×${largest}.`);
  });
  it('the licence', () => {
    const of = (licence: Parameters<typeof planOf>[3]) =>
      planOf(modelOf(sd15, [vitL], taesd), { ...ask, height: 64, width: 64 }, floor, licence).licence;
    expect(of({ id: 'cc-by-nc-4.0', name: null, link: null })).toBe('CC BY-NC 4.0: not for commercial use.');
    expect(of(null)).toMatch(/names no licence/);
    expect(of(undefined)).toMatch(/unknown here/);
  });
  it('bytes as they are said', () => {
    expect([bytesText(1234), bytesText(268435456), bytesText(3.4449e9)]).toEqual(['0.00123 MB', '268 MB', '3.44 GB']);
  });
});
