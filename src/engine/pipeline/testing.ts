/** For tests only: tiny models put together from the golden checkpoints, as files in diffusers' layout. */
import { readdirSync, readFileSync } from 'node:fs';
import golden from '../../../training/golden-tokenizers/clip.json' with { type: 'json' };
import { charOfByte } from '../../formats/tokenText.ts';
import { parseUNetConfig } from '../../formats/diffusers/unet.ts';
import type { UNetConfig } from '../../formats/diffusers/unetTypes.ts';
import type { ModelFiles } from '../../hub/files.ts';
import { normals } from '../../math/normal.ts';
import { unetGraph } from '../../models/diffusers/unet.ts';
import { unetEmbedding } from '../../models/diffusers/unetEmbedding.ts';
import type { GraphWeights } from '../../models/graph/interpret.ts';
import { weightsOf } from '../../models/graph/types.ts';

const folder = new URL('../../../training/golden-diffusers/', import.meta.url);
const utf8 = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** A vocabulary with no more tokens than the tiny text encoder has rows. */
function vocabulary() {
  const bytes = [...charOfByte];
  const lines = golden.merges.split('\n').filter((line) => line.includes(' ') && !line.startsWith('#'));
  const merges = lines.slice(0, 80);
  const tokens = [
    ...bytes,
    ...bytes.map((c) => `${c}</w>`),
    ...merges.map((line) => line.replace(' ', '')),
    '<|startoftext|>',
    '<|endoftext|>',
  ];
  return { vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: merges.join('\n') };
}

type Entries = ReadonlyMap<string, Uint8Array>;
export type Change = Readonly<Record<string, Uint8Array | null>>;

/** A model's files in memory; `change` replaces some, null takes one away. */
function modelFiles(title: string, entries: Entries, change: Change): ModelFiles {
  const files = new Map(entries);
  for (const [name, bytes] of Object.entries(change)) {
    if (bytes) files.set(name, bytes);
    else files.delete(name);
  }
  const got = { network: 0, store: 0 };
  return {
    source: { from: 'file', name: title },
    title,
    list: [...files].map(([name, bytes]) => ({ name, bytes: bytes.length })),
    got,
    async read(name, begin, end) {
      got.store += end - begin;
      return files.get(name)!.slice(begin, end);
    },
    close: () => Promise.resolve(),
  };
}

/** Checkpoints by the part that they are. */
const checkpoints = (parts: Readonly<Record<string, string>>): [string, Uint8Array][] =>
  Object.entries(parts).flatMap(([part, family]) =>
    readdirSync(new URL(`${family}/`, folder))
      .filter((name) => name !== 'golden.json')
      .map((name): [string, Uint8Array] => [
        `${part}/${name}`,
        new Uint8Array(readFileSync(new URL(`${family}/${name}`, folder))),
      ]),
  );

function tokenizerFiles(part: string, more: object = {}): [string, Uint8Array][] {
  const { vocab, merges } = vocabulary();
  return [
    [`${part}/vocab.json`, utf8(vocab)],
    [`${part}/merges.txt`, utf8(merges)],
    [`${part}/tokenizer_config.json`, utf8({ model_max_length: 12, ...more })],
  ];
}

const classes: Readonly<Record<string, readonly [string, string]>> = {
  text_encoder: ['transformers', 'CLIPTextModel'],
  text_encoder_2: ['transformers', 'CLIPTextModelWithProjection'],
  tokenizer: ['transformers', 'CLIPTokenizer'],
  tokenizer_2: ['transformers', 'CLIPTokenizer'],
  unet: ['diffusers', 'UNet2DConditionModel'],
  transformer: ['diffusers', 'DiTTransformer2DModel'],
  vae: ['diffusers', 'AutoencoderKL'],
};
function index(
  pipeline: string,
  scheduler: object,
  parts: readonly string[],
  more: object = {},
): [string, Uint8Array][] {
  const name = (scheduler as { readonly _class_name: string })._class_name;
  const named = Object.fromEntries(parts.map((part) => [part, classes[part]]));
  return [
    ['model_index.json', utf8({ _class_name: pipeline, scheduler: ['diffusers', name], ...named, ...more })],
    ['scheduler/scheduler_config.json', utf8(scheduler)],
  ];
}

const stable = {
  _class_name: 'EulerDiscreteScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  prediction_type: 'v_prediction',
};

/** Stable Diffusion's parts: one text encoder. */
export const tinyFiles = (change: Change = {}, vae: 'vae' | 'taesd' = 'vae'): ModelFiles =>
  modelFiles(
    'tiny',
    new Map([
      ...index('StableDiffusionPipeline', stable, ['text_encoder', 'tokenizer', 'unet'], {
        vae: ['diffusers', vae === 'vae' ? 'AutoencoderKL' : 'AutoencoderTiny'],
      }),
      ...tokenizerFiles('tokenizer'),
      ...checkpoints({ unet: 'sd2', vae, text_encoder: 'clip-quick' }),
    ]),
    change,
  );

/** SDXL's parts: two text encoders, of 32 and 48 numbers, and a UNet that fits them, of numbers drawn here. */
export function tinyXlFiles(more: object = {}, change: Change = {}): ModelFiles {
  const golden = JSON.parse(readFileSync(new URL('sdxl/config.json', folder), 'utf8')) as object;
  const config = { ...golden, cross_attention_dim: 80, projection_class_embeddings_input_dim: 6 * 8 + 24 };
  const parts = ['text_encoder', 'text_encoder_2', 'tokenizer', 'tokenizer_2', 'unet', 'vae'];
  return modelFiles(
    'tiny XL',
    new Map([
      ...index('StableDiffusionXLPipeline', { ...stable, prediction_type: 'epsilon' }, parts, more),
      ...tokenizerFiles('tokenizer'),
      ...tokenizerFiles('tokenizer_2', { pad_token: '!' }),
      ...checkpoints({ vae: 'vae', text_encoder: 'clip-quick', text_encoder_2: 'clip-projection' }),
      ['unet/config.json', utf8(config)],
      ['unet/diffusion_pytorch_model.safetensors', drawnWeights(parseUNetConfig(utf8(config)))],
    ]),
    change,
  );
}

const linear = { beta_start: 0.0001, beta_end: 0.02, beta_schedule: 'linear', clip_sample: false };

/** DiT: classes in place of text. */
export const tinyDitFiles = (change: Change = {}): ModelFiles =>
  modelFiles(
    'tiny DiT',
    new Map([
      ...index('DiTPipeline', { _class_name: 'DDIMScheduler', ...linear }, ['transformer', 'vae'], {
        id2label: { 0: 'cat', 1: 'dog' },
      }),
      ...checkpoints({ transformer: 'dit', vae: 'vae' }),
    ]),
    change,
  );

/** Models of pixels: `cd` has classes, `ddpm` has none. */
export const tinyPixelFiles = (family: 'ddpm' | 'cd', change: Change = {}): ModelFiles =>
  modelFiles(
    `tiny ${family}`,
    new Map([
      ...index(
        family === 'cd' ? 'ConsistencyModelPipeline' : 'DDPMPipeline',
        family === 'cd'
          ? { _class_name: 'CMStochasticIterativeScheduler' }
          : { _class_name: 'DDPMScheduler', ...linear },
        [],
        { unet: ['diffusers', 'UNet2DModel'] },
      ),
      ...checkpoints({ unet: family }),
    ]),
    change,
  );

/** A checkpoint with every tensor that a UNet reads: matrices N(0, 1/columns), norms about 1, biases small. */
function drawnWeights(config: UNetConfig): Uint8Array {
  const tensors = new Map<string, { readonly shape: readonly number[]; readonly values: Float64Array }>();
  const draw = (name: string, shape: readonly number[], mean: number, deviation: number) => {
    if (tensors.has(name)) return;
    const count = shape.reduce((a, b) => a * b, 1);
    const values = normals(tensors.size + 1, 0, 1, count).map((v) => mean + deviation * v);
    tensors.set(name, { shape, values });
  };
  const weights: GraphWeights = {
    matrix(name, rows, channels, kernel) {
      draw(
        name,
        kernel === 1 ? [rows, channels] : [rows, channels, kernel, kernel],
        0,
        (channels * kernel ** 2) ** -0.5,
      );
      return new Float32Array(rows * channels * kernel ** 2);
    },
    vector(name, rows) {
      const gamma = name.endsWith('.weight');
      draw(name, [rows], gamma ? 1 : 0, 0.2);
      return new Float32Array(rows);
    },
  };
  unetEmbedding(config, weights);
  for (const op of unetGraph(config, { samples: 1, height: 8, width: 8, tokens: 2 }).ops) {
    const { matrices, vectors } = weightsOf(op);
    for (const m of matrices) m.names.forEach((name, i) => weights.matrix(name, m.rows[i]!, m.channels, m.kernel));
    for (const v of vectors) v.names.forEach((name, i) => weights.vector(name, v.rows[i]!));
  }
  return safetensors(tensors);
}

/** The file format, in float32. */
function safetensors(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float64Array }>,
): Uint8Array {
  let at = 0;
  const header: Record<string, object> = {};
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + 4 * values.length] };
    at += 4 * values.length;
  }
  const text = utf8(header);
  const out = new Uint8Array(8 + text.length + at);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  let place = 8 + text.length;
  for (const { values } of tensors.values()) {
    out.set(new Uint8Array(Float32Array.from(values).buffer), place);
    place += 4 * values.length;
  }
  return out;
}

/** The text-to-image model that comes with the page. */
export function bundledFiles(): ModelFiles {
  const at = new URL('../../../public/models/text-avatars/', import.meta.url);
  const entries = readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(at.pathname.length).replace(/^\/+/, ''))
    .map((name): [string, Uint8Array] => [name, new Uint8Array(readFileSync(new URL(name, at)))]);
  return modelFiles('text-avatars', new Map(entries), {});
}
