import { describe, expect, test } from 'vitest';
import { ModelError } from './files.ts';
import { findDiffusion, pickDiffusion } from './pickDiffusion.ts';

const REPO = 'o/m';
const diffusers = (name: string) => ['diffusers', name];
const clipParts = { text_encoder: ['transformers', 'CLIPTextModel'], tokenizer: ['transformers', 'CLIPTokenizer'] };
const sdIndex = {
  _class_name: 'StableDiffusionPipeline',
  _diffusers_version: '0.6.0',
  feature_extractor: ['transformers', 'CLIPImageProcessor'],
  safety_checker: ['stable_diffusion', 'StableDiffusionSafetyChecker'],
  scheduler: diffusers('PNDMScheduler'),
  ...clipParts,
  unet: diffusers('UNet2DConditionModel'),
  vae: diffusers('AutoencoderKL'),
};
const xlIndex = {
  _class_name: 'StableDiffusionXLPipeline',
  force_zeros_for_empty_prompt: true,
  add_watermarker: null,
  scheduler: diffusers('EulerDiscreteScheduler'),
  ...clipParts,
  text_encoder_2: ['transformers', 'CLIPTextModelWithProjection'],
  tokenizer_2: ['transformers', 'CLIPTokenizer'],
  unet: diffusers('UNet2DConditionModel'),
  vae: diffusers('AutoencoderKL'),
};
const ddpmIndex = {
  _class_name: 'DDPMPipeline',
  scheduler: diffusers('DDPMScheduler'),
  unet: diffusers('UNet2DModel'),
};
const tokenizer = (part: string) =>
  ['merges.txt', 'special_tokens_map.json', 'tokenizer_config.json', 'vocab.json'].map((name) => `${part}/${name}`);
const words = (text: string) => text.split(/\s+/).filter(Boolean);

/** As published, with everything that is not to be read. */
const sd15 = words(`.gitattributes README.md feature_extractor/preprocessor_config.json model_index.json
  safety_checker/config.json safety_checker/model.fp16.safetensors safety_checker/model.safetensors
  safety_checker/pytorch_model.bin scheduler/scheduler_config.json text_encoder/config.json
  text_encoder/model.fp16.safetensors text_encoder/model.safetensors text_encoder/pytorch_model.bin
  text_encoder/pytorch_model.fp16.bin ${tokenizer('tokenizer').join(' ')} unet/config.json
  unet/diffusion_pytorch_model.bin unet/diffusion_pytorch_model.fp16.bin unet/diffusion_pytorch_model.fp16.safetensors
  unet/diffusion_pytorch_model.non_ema.bin unet/diffusion_pytorch_model.non_ema.safetensors
  unet/diffusion_pytorch_model.safetensors v1-5-pruned-emaonly.ckpt v1-5-pruned-emaonly.safetensors v1-5-pruned.ckpt
  v1-5-pruned.safetensors v1-inference.yaml vae/config.json vae/diffusion_pytorch_model.bin
  vae/diffusion_pytorch_model.fp16.safetensors vae/diffusion_pytorch_model.safetensors`);
const sdxl =
  words(`01.png LICENSE.md README.md model_index.json scheduler/scheduler_config.json sd_xl_base_1.0.safetensors
  sd_xl_offset_example-lora_1.0.safetensors text_encoder/config.json text_encoder/flax_model.msgpack
  text_encoder/model.fp16.safetensors text_encoder/model.onnx text_encoder/model.safetensors
  text_encoder/openvino_model.bin text_encoder/openvino_model.xml text_encoder_2/config.json
  text_encoder_2/model.fp16.safetensors text_encoder_2/model.onnx text_encoder_2/model.onnx_data
  text_encoder_2/model.safetensors ${tokenizer('tokenizer').join(' ')} ${tokenizer('tokenizer_2').join(' ')}
  unet/config.json unet/diffusion_flax_model.msgpack unet/diffusion_pytorch_model.fp16.safetensors
  unet/diffusion_pytorch_model.safetensors unet/model.onnx unet/model.onnx_data vae/config.json
  vae/diffusion_pytorch_model.fp16.safetensors vae/diffusion_pytorch_model.safetensors vae_1_0/config.json
  vae_1_0/diffusion_pytorch_model.safetensors vae_decoder/config.json vae_decoder/model.onnx`);
const ddpm = words(`.gitattributes README.md config.json diffusion_pytorch_model.bin diffusion_pytorch_model.safetensors
  images/generated_image_0.png model_index.json scheduler_config.json`);
const dit = words(`README.md model_index.json scheduler/scheduler_config.json transformer/config.json
  transformer/diffusion_pytorch_model.bin vae/config.json vae/diffusion_pytorch_model.bin`);

const find = (names: readonly string[], json: unknown = null, config: unknown = {}, bytes = 200e6) =>
  findDiffusion(
    names.map((name) => ({ name, bytes: name.endsWith('.json') ? 900 : bytes, sha256: null })),
    REPO,
    (file) =>
      Promise.resolve(
        new TextEncoder().encode(JSON.stringify(file.name === 'config.json' && json === null ? config : json)),
      ),
  );
const chosen = async (...given: Parameters<typeof find>) => (await find(...given)).files.map((f) => f.name);
const refused = async (...given: Parameters<typeof find>): Promise<string> => {
  const error = await find(...given).then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ModelError);
  return `${(error as ModelError).message} → ${(error as ModelError).hint}`;
};

describe('the files of published repositories', () => {
  test('Stable Diffusion 1.5: half precision, in the order of loading, and nothing else', async () =>
    expect(await chosen(sd15, sdIndex)).toEqual([
      ...['model_index.json', 'scheduler/scheduler_config.json', 'tokenizer/vocab.json', 'tokenizer/merges.txt'],
      ...['tokenizer/tokenizer_config.json', 'tokenizer/special_tokens_map.json'],
      ...['unet/config.json', 'text_encoder/config.json', 'vae/config.json', 'text_encoder/model.fp16.safetensors'],
      ...['unet/diffusion_pytorch_model.fp16.safetensors', 'vae/diffusion_pytorch_model.fp16.safetensors'],
    ]));
  test('without half precision, the full one', async () => {
    const { networks } = await find(
      sd15.filter((name) => !name.includes('fp16')),
      sdIndex,
    );
    expect([...networks].map(([part, n]) => [part, n.half, n.weights.map((w) => w.name)])).toEqual([
      ['unet', false, ['unet/diffusion_pytorch_model.safetensors']],
      ['text_encoder', false, ['text_encoder/model.safetensors']],
      ['vae', false, ['vae/diffusion_pytorch_model.safetensors']],
    ]);
  });
  test('SDXL: two text encoders, two tokenizers', async () => {
    const { networks, tokenizers, index, files } = await find(sdxl, xlIndex);
    expect([[...networks.keys()], [...tokenizers.keys()], index!.zerosForEmptyPrompt]).toEqual([
      ['unet', 'text_encoder', 'text_encoder_2', 'vae'],
      ['tokenizer', 'tokenizer_2'],
      true,
    ]);
    expect(files.map((f) => f.name).filter((name) => name.endsWith('.safetensors'))).toEqual([
      'text_encoder/model.fp16.safetensors',
      'text_encoder_2/model.fp16.safetensors',
      'unet/diffusion_pytorch_model.fp16.safetensors',
      'vae/diffusion_pytorch_model.fp16.safetensors',
    ]);
  });
  test('google/ddpm-*: flat, with model_index.json and without', async () => {
    const all = ['scheduler_config.json', 'config.json', 'diffusion_pytorch_model.safetensors'];
    expect(await chosen(ddpm, ddpmIndex)).toEqual(['model_index.json', ...all]);
    const bare = ddpm.filter((name) => name !== 'model_index.json');
    expect(await chosen(bare, null, { _class_name: 'UNet2DModel' })).toEqual(all);
  });
  test('an autoencoder alone', async () => {
    const { networks, scheduler } = await find(
      words('README.md config.json diffusion_pytorch_model.safetensors taesd_decoder.safetensors'),
      null,
      { _class_name: 'AutoencoderTiny' },
    );
    expect([[...networks.keys()], networks.get('vae')!.className, scheduler]).toEqual([
      ['vae'],
      'AutoencoderTiny',
      null,
    ]);
  });
  test('DiT: classes have names; its weights are pickles, and the pull request has others', async () => {
    const index = {
      _class_name: 'DiTPipeline',
      id2label: { 0: 'tench, Tinca tinca', 207: 'golden retriever' },
      scheduler: diffusers('DPMSolverMultistepScheduler'),
      transformer: diffusers('Transformer2DModel'),
      vae: diffusers('AutoencoderKL'),
    };
    expect(await refused(dit, index)).toMatch(
      /transformer of o\/m has no safetensors, only transformer\/diffusion_pytorch_model\.bin: such files may hold code and are never read\. → .*hub:o\/m@refs\/pr\/1/,
    );
    const found = await find([...dit, ...dit.map((name) => name.replace('.bin', '.safetensors'))], index);
    expect(found.index!.labels.get(207)).toBe('golden retriever');
  });
  test('shards with their index, of half precision too', async () => {
    const rest = sd15.filter((name) => !name.startsWith('unet/diffusion'));
    const shards = [2, 1].map((n) => `unet/diffusion_pytorch_model-0000${n}-of-00002.safetensors`);
    const index = 'unet/diffusion_pytorch_model.safetensors.index.json';
    const { networks } = await find([...rest, ...shards, index], sdIndex);
    expect([networks.get('unet')!.weights.map((w) => w.name), networks.get('unet')!.index!.name]).toEqual([
      [...shards].reverse(),
      index,
    ]);
    const halves = shards.map((name) => name.replace('model-', 'model.fp16-'));
    const halfIndex = index.replace('index.json', 'index.fp16.json');
    const found = await find([...rest, ...shards, index, ...halves, halfIndex], sdIndex);
    expect(found.networks.get('unet')!.weights.map((w) => w.name)).toEqual([...halves].reverse());
    expect(found.networks.get('unet')!.index!.name).toBe(halfIndex);
  });
  test('tokenizer.json where vocab.json and merges.txt are not there', async () => {
    const names = sd15.filter((name) => !/vocab|merges/.test(name)).concat('tokenizer/tokenizer.json');
    const { tokenizers } = await find(names, sdIndex);
    expect(Object.keys(tokenizers.get('tokenizer')!)).toEqual(['tokenizer', 'config', 'specials']);
  });
});

describe('what cannot be had, and what to do', () => {
  const shard = (n: number, of: number) => `unet/diffusion_pytorch_model-0000${n}-of-0000${of}.safetensors`;
  const noUnet = sd15.filter((name) => !name.startsWith('unet/diffusion'));
  const big = (name: string) => ({ _class_name: name, scheduler: diffusers('X') });
  test.each<[string, Parameters<typeof find>, string]>([
    ['nothing', [[]], 'o/m holds no diffusion model: it is empty. → A diffusion model is a repository in the layout'],
    ['a text', [['README.md']], 'it has README.md and no model_index.json'],
    [
      'a language model',
      [words('config.json model.safetensors'), null, { model_type: 'llama' }, 1e6],
      'holds no diffusion model',
    ],
    ['LoRA', [['pytorch_lora_weights.safetensors']], 'o/m is an adapter (LoRA: pytorch_lora_weights.safetensors)'],
    [
      'ControlNet',
      [words('config.json diffusion_pytorch_model.safetensors'), null, { _class_name: 'ControlNetModel' }],
      'o/m is a ControlNetModel: it steers another model',
    ],
    [
      'another network alone',
      [words('config.json x'), null, { _class_name: 'VQModel' }],
      'o/m is a "VQModel" alone; UNet2DModel,',
    ],
    [
      'GGUF',
      [['flux1-schnell-Q4_0.gguf']],
      'holds GGUF files (flux1-schnell-Q4_0.gguf), which are read for language models only',
    ],
    [
      'one file',
      [['v1-5-pruned.safetensors']],
      'has no model_index.json: v1-5-pruned.safetensors is a checkpoint in one file',
    ],
    [
      'PixArt',
      [['model_index.json'], big('PixArtAlphaPipeline')],
      'a "PixArtAlphaPipeline" cannot be read: it reads its prompt by a T5 encoder of 4.8 G parameters, 2.7 GB',
    ],
    [
      'Flux',
      [['model_index.json'], big('FluxPipeline')],
      'its transformer has 11.9 G parameters, 6.7 GB even with 4 bits',
    ],
    ['SD3', [['model_index.json'], big('StableDiffusion3Pipeline')], '(MMDiT, 2.0 G parameters, 1.1 GB'],
    [
      'inpainting',
      [['model_index.json'], big('StableDiffusionInpaintPipeline')],
      'it paints into a picture under a mask',
    ],
    [
      'an unknown pipeline',
      [['model_index.json'], big('NewPipeline')],
      'it is not among those that are built here. → Choose a model of another kind: DDPMPipeline,',
    ],
    ['no pipeline', [['model_index.json'], {}], 'model_index.json names no pipeline: _class_name is undefined'],
    [
      'a part left out',
      [sd15, { ...sdIndex, vae: [null, null] }],
      'model_index.json has no part "vae", which a StableDiffusionPipeline needs',
    ],
    [
      'a part of another class',
      [sd15, { ...sdIndex, vae: diffusers('VQModel') }],
      'the part "vae" is a "VQModel"; a StableDiffusionPipeline with AutoencoderKL or',
    ],
    [
      'code of its own',
      [sd15, { ...sdIndex, unet: ['my_unet', 'MyUNet'] }],
      'the part "unet" is a "MyUNet" of "my_unet": code of its own',
    ],
    [
      'one part too many',
      [sd15, { ...sdIndex, controlnet: diffusers('ControlNetModel') }],
      'model_index.json has the part "controlnet" ("ControlNetModel")',
    ],
    ['an option', [sd15, { ...sdIndex, tiles: 4 }], 'model_index.json says "tiles" = 4'],
    [
      'a part that is not there',
      [sd15.filter((n) => n !== 'vae/config.json'), sdIndex],
      'o/m has no vae/config.json, though model_index.json names the part',
    ],
    [
      'no scheduler',
      [sd15.filter((n) => !n.startsWith('scheduler')), sdIndex],
      'o/m has no scheduler/scheduler_config.json',
    ],
    [
      'no tokenizer',
      [sd15.filter((n) => !/vocab/.test(n)), sdIndex],
      'has neither tokenizer/vocab.json with merges.txt nor',
    ],
    ['half of the shards', [[...noUnet, shard(1, 3), shard(3, 3)], sdIndex], 'o/m lacks shard 2 of 3 beside unet/'],
    ['mixed shards', [[...noUnet, shard(1, 2), shard(2, 2), shard(1, 3)], sdIndex], 'o/m mixes shards of 2 and of 3'],
    [
      'only other names',
      [[...noUnet, 'unet/model_ema.safetensors'], sdIndex],
      'has safetensors under names that are not diffusers',
    ],
    [
      'other engines',
      [[...noUnet.filter((n) => !/bin$/.test(n)), 'unet/weights.onnx'], sdIndex],
      'unet of o/m has weights for other engines only: unet/weights.onnx',
    ],
    ['no weights', [noUnet, sdIndex], 'unet of o/m has no weights: its files are unet/config.json'],
    [
      'only what was not averaged',
      [[...noUnet, 'unet/diffusion_pytorch_model.non_ema.safetensors'], sdIndex],
      'has safetensors under names',
    ],
  ])('%s', async (_, given, message) => expect(await refused(...given)).toContain(message));
  test('a file of it', async () => {
    await expect(
      pickDiffusion([], REPO, 'unet/x.safetensors', () => Promise.reject(new Error('read'))),
    ).rejects.toThrow('"unet/x.safetensors" is one file of o/m; a diffusion model is a whole repository.');
  });
  test('an index that is none', async () => {
    const files = [{ name: 'model_index.json', bytes: 2 ** 21, sha256: null }];
    await expect(findDiffusion(files, REPO, () => Promise.reject(new Error('read')))).rejects.toThrow(
      'at most 1048576 are read',
    );
  });
});
