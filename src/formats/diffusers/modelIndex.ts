import { FormatError, shown } from '../error.ts';
import { isObject, parseObject } from '../json.ts';

const hint = 'Choose a model of the families that the README lists, with its model_index.json unchanged.';

/** What is computed with, and has weights. */
export const networkParts = ['unet', 'transformer', 'text_encoder', 'text_encoder_2', 'vae'] as const;
export const tokenizerParts = ['tokenizer', 'tokenizer_2'] as const;
export type NetworkPart = (typeof networkParts)[number];
export type TokenizerPart = (typeof tokenizerParts)[number];

/** model_index.json: what a repository in diffusers' layout is made of. */
export interface ModelIndex {
  readonly pipeline: string;
  readonly networks: ReadonlyMap<NetworkPart, string>;
  readonly tokenizers: readonly TokenizerPart[];
  readonly scheduler: string;
  /** Without a negative prompt the second half of guidance reads zeros, not the embedding of "". */
  readonly zerosForEmptyPrompt: boolean;
  /** Names of classes, by their number; empty where the file has none. */
  readonly labels: ReadonlyMap<number, string>;
}

type Needs = Readonly<Partial<Record<NetworkPart | TokenizerPart, readonly string[]>>>;
const picture: Needs = { unet: ['UNet2DModel'] };
const vae = ['AutoencoderKL', 'AutoencoderTiny'];
const clip = ['CLIPTokenizer', 'CLIPTokenizerFast'];
const text: Needs = { unet: ['UNet2DConditionModel'], vae, text_encoder: ['CLIPTextModel'], tokenizer: clip };
const twoTexts: Needs = {
  ...text,
  text_encoder: ['CLIPTextModel', 'CLIPTextModelWithProjection'],
  text_encoder_2: ['CLIPTextModelWithProjection'],
  tokenizer_2: clip,
};
const pipelines: ReadonlyMap<string, Needs> = new Map([
  ['DDPMPipeline', picture],
  ['DDIMPipeline', picture],
  ['PNDMPipeline', picture],
  ['ConsistencyModelPipeline', picture],
  ['DiTPipeline', { transformer: ['DiTTransformer2DModel', 'Transformer2DModel'], vae }],
  ['StableDiffusionPipeline', text],
  ['StableDiffusionImg2ImgPipeline', text],
  ['LatentConsistencyModelPipeline', text],
  ['LatentConsistencyModelImg2ImgPipeline', text],
  ['StableDiffusionXLPipeline', twoTexts],
  ['StableDiffusionXLImg2ImgPipeline', twoTexts],
]);

/** Why a well-known pipeline cannot be read: sizes are those of the published weights. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/^Flux/, 'its transformer has 11.9 G parameters, 6.7 GB even with 4 bits each: more than a page can hold'],
  [
    /^StableDiffusion3/,
    'its transformer is another kind (MMDiT, 2.0 G parameters, 1.1 GB with 4 bits each), which is not built here',
  ],
  [
    /^PixArt/,
    'it reads its prompt by a T5 encoder of 4.8 G parameters, 2.7 GB even with 4 bits each beside the model itself',
  ],
  [/Inpaint/, 'it paints into a picture under a mask, which takes inputs that are not built here'],
  [/ControlNet/, 'it is steered by a second network (ControlNet), which is not built here'],
  [/Upscale/, 'it enlarges a picture, which takes inputs that are not built here'],
  [/InstructPix2Pix|Depth2Img|ImageVariation|UnCLIP/, 'it reads a picture beside the prompt, which is not built here'],
  [/Video|Animate|I2V|Mochi|Wan|CogVideo/, 'it makes videos'],
  [
    /^Kandinsky|^IF|^StableCascade|^Wuerstchen|^Lumina|^HunyuanDiT|^Sana|^AuraFlow|^Kolors|^QwenImage/,
    'its networks are of another kind',
  ],
  [/^LDM/, 'its autoencoder quantises (VQ) and its text encoder is none of CLIP'],
  [/^ScoreSdeVe|^KarrasVe/, 'its network is NCSN++, which is not built here'],
];

/** Parts that a picture can be made without. */
const unused = ['safety_checker', 'feature_extractor', 'image_encoder', 'watermarker'];
const options = [
  'requires_safety_checker',
  'force_zeros_for_empty_prompt',
  'add_watermarker',
  'requires_aesthetics_score',
  'id2label',
];

function needsOf(pipeline: string): Needs {
  const needs = pipelines.get(pipeline);
  if (needs) return needs;
  const reason = reasons.find(([name]) => name.test(pipeline))?.[1] ?? 'it is not among those that are built here';
  throw new FormatError(
    `a ${shown(pipeline)} cannot be read: ${reason}`,
    `Choose a model of another kind: ${[...pipelines.keys()].filter((name) => !name.includes('Img2Img')).join(', ')}.`,
  );
}

/** [library, class] of a part; null for one that is left out. */
function classOf(name: string, value: unknown): string | null {
  if (!Array.isArray(value) || value.length !== 2)
    throw new FormatError(`the part ${shown(name)} must be [library, class], got ${shown(value)}`, hint);
  const [library, type] = value as readonly unknown[];
  if (library === null && type === null) return null;
  if (typeof type !== 'string' || typeof library !== 'string')
    throw new FormatError(`the part ${shown(name)} must be [library, class], got ${shown(value)}`, hint);
  if (library !== 'diffusers' && library !== 'transformers')
    throw new FormatError(
      `the part ${shown(name)} is a ${shown(type)} of ${shown(library)}: code of its own, which is not run here`,
      hint,
    );
  return type;
}

/** Where the file does not say, SDXL's pipelines have true; the others know no such setting. */
function zerosOf(pipeline: string, value: unknown): boolean {
  if (value === undefined || value === null) return pipeline.startsWith('StableDiffusionXL');
  if (typeof value !== 'boolean')
    throw new FormatError(`model_index.json says force_zeros_for_empty_prompt = ${shown(value)}; true or false`, hint);
  return value;
}

function labelsOf(value: unknown): ReadonlyMap<number, string> {
  if (value === undefined || value === null) return new Map();
  if (!isObject(value)) throw new FormatError(`id2label must map numbers to names, got ${shown(value)}`, hint);
  return new Map(Object.entries(value).map(([id, name]) => [Number(id), String(name).slice(0, 200)]));
}

/** Reads model_index.json. FormatError names the pipeline, part or class that cannot be had. */
export function parseModelIndex(source: Uint8Array): ModelIndex {
  const json = parseObject(source, { what: 'model_index.json', depth: 8, hint, python: true });
  const pipeline = json['_class_name'];
  if (typeof pipeline !== 'string')
    throw new FormatError(`model_index.json names no pipeline: _class_name is ${shown(pipeline)}`, hint);
  const needs = needsOf(pipeline);
  const classes = new Map<string, string>();
  for (const [name, value] of Object.entries(json)) {
    if (name.startsWith('_') || unused.includes(name)) continue;
    if (!Array.isArray(value)) {
      if (!options.includes(name) && value !== null && value !== false)
        throw new FormatError(
          `model_index.json says ${shown(name)} = ${shown(value)}, which this app must not ignore`,
          hint,
        );
      continue;
    }
    const type = classOf(name, value);
    if (type === null) continue;
    if (name !== 'scheduler' && !Object.hasOwn(needs, name))
      throw new FormatError(
        `model_index.json has the part ${shown(name)} (${shown(type)}), which a ${pipeline} here does not use`,
        hint,
      );
    classes.set(name, type);
  }
  if (json['requires_aesthetics_score'] === true)
    throw new FormatError(
      'the model wants an aesthetics score beside the prompt (a refiner), which is not built here',
      hint,
    );
  for (const [name, allowed] of Object.entries(needs) as [string, readonly string[]][]) {
    const type = classes.get(name);
    if (type === undefined)
      throw new FormatError(`model_index.json has no part ${shown(name)}, which a ${pipeline} needs`, hint);
    if (!allowed.includes(type))
      throw new FormatError(
        `the part ${shown(name)} is a ${shown(type)}; a ${pipeline} with ${allowed.join(' or ')} can be read`,
        hint,
      );
  }
  const scheduler = classes.get('scheduler');
  if (scheduler === undefined)
    throw new FormatError(`model_index.json has no part "scheduler", which a ${pipeline} needs`, hint);
  return {
    pipeline,
    networks: new Map(networkParts.flatMap((part) => (classes.has(part) ? [[part, classes.get(part)!] as const] : []))),
    tokenizers: tokenizerParts.filter((part) => classes.has(part)),
    scheduler,
    zerosForEmptyPrompt: zerosOf(pipeline, json['force_zeros_for_empty_prompt']),
    labels: labelsOf(json['id2label']),
  };
}
