// Which files of a repository are a diffusion model: diffusers' folders, or one network at the top.
import { FormatError, shown } from '../formats/error.ts';
import { parseObject } from '../formats/json.ts';
import {
  parseModelIndex,
  type ModelIndex,
  type NetworkPart,
  type TokenizerPart,
} from '../formats/diffusers/modelIndex.ts';
import { ModelError } from './files.ts';
import type { HubFile } from './hubClient.ts';
import { baseOf, inFolder, listed, weightFilesOf, type WeightFiles } from './weightFiles.ts';

export interface NetworkFiles extends WeightFiles {
  readonly className: string;
  readonly config: HubFile;
}
/** A tokenizer's files by their names, as formats/clip reads them. */
export interface TokenizerFiles {
  readonly vocab?: HubFile;
  readonly merges?: HubFile;
  readonly tokenizer?: HubFile;
  readonly config?: HubFile;
  readonly specials?: HubFile;
}
export interface DiffusionFiles {
  /** Null for one network without a pipeline around it. */
  readonly index: ModelIndex | null;
  readonly networks: ReadonlyMap<NetworkPart, NetworkFiles>;
  readonly tokenizers: ReadonlyMap<TokenizerPart, TokenizerFiles>;
  /** scheduler_config.json; null where a single network has none. */
  readonly scheduler: HubFile | null;
  /** All of them, small ones first, then weights part by part in the order in which they are loaded. */
  readonly files: readonly HubFile[];
}

/** Networks that can stand alone at the top of a repository, and the part that they are. */
const alone: ReadonlyMap<string, NetworkPart> = new Map([
  ['UNet2DModel', 'unet'],
  ['UNet2DConditionModel', 'unet'],
  ['AutoencoderKL', 'vae'],
  ['AutoencoderTiny', 'vae'],
]);
const layout =
  'A diffusion model is a repository in the layout of diffusers: model_index.json with a folder for each part.';

/** A part's own folder; at the top where the repository is flat. */
function folderOf(files: readonly HubFile[], part: string, needed: string): string {
  if (files.some((f) => f.name === `${part}/${needed}`)) return `${part}/`;
  return files.some((f) => f.name === needed) ? '' : `${part}/`;
}

function networkOf(files: readonly HubFile[], repo: string, part: string, className: string): NetworkFiles {
  const folder = folderOf(files, part, 'config.json');
  const config = files.find((f) => f.name === `${folder}config.json`);
  if (!config)
    throw new ModelError(
      `${repo} has no ${part}/config.json, though model_index.json names the part.`,
      'Its upload or your copy is incomplete: take the whole repository, or another revision.',
    );
  return { className, config, ...weightFilesOf(files, folder, repo) };
}

function tokenizerOf(files: readonly HubFile[], repo: string, part: string): TokenizerFiles {
  const inside = new Map(inFolder(files, `${part}/`).map((f) => [baseOf(f.name), f]));
  const some = (key: string, name: string) => (inside.has(name) ? { [key]: inside.get(name)! } : {});
  const pair = inside.has('vocab.json') && inside.has('merges.txt');
  if (!pair && !inside.has('tokenizer.json'))
    throw new ModelError(
      `${repo} has neither ${part}/vocab.json with merges.txt nor ${part}/tokenizer.json.`,
      'Its upload or your copy is incomplete: take the whole repository, or another revision.',
    );
  return {
    ...(pair
      ? { ...some('vocab', 'vocab.json'), ...some('merges', 'merges.txt') }
      : some('tokenizer', 'tokenizer.json')),
    ...some('config', 'tokenizer_config.json'),
    ...some('specials', 'special_tokens_map.json'),
  };
}

/** What the repository is instead, where neither model_index.json nor a network lies at the top. */
function notDiffusers(files: readonly HubFile[], repo: string): ModelError {
  const root = inFolder(files, '');
  const has = (name: RegExp) => files.filter((f) => name.test(f.name));
  const lora = has(/(^|\/)(pytorch_lora_weights\.(safetensors|bin)|adapter_config\.json)$/);
  if (lora.length > 0)
    return new ModelError(
      `${repo} is an adapter (LoRA: ${lora[0]!.name}), not a model of its own.`,
      'Load the model it was trained on, or a repository where both are merged.',
    );
  const gguf = has(/\.gguf$/i);
  if (gguf.length > 0)
    return new ModelError(
      `${repo} holds GGUF files (${listed(gguf, 2)}), which are read for language models only.`,
      layout,
    );
  const single = root.filter((f) => /\.(safetensors|ckpt)$/i.test(f.name) && f.bytes > 100e6);
  if (single.length > 0)
    return new ModelError(
      `${repo} has no model_index.json: ${listed(single, 2)} ${single.length > 1 ? 'are checkpoints' : 'is a checkpoint'} in one file, whose tensors have other names.`,
      `${layout} Most such models exist in it too, often under the same name with "diffusers".`,
    );
  return new ModelError(
    `${repo} holds no diffusion model: ${files.length === 0 ? 'it is empty' : `it has ${listed(files)} and no model_index.json`}.`,
    layout,
  );
}

const single = (className: string, repo: string): NetworkPart => {
  const part = alone.get(className);
  if (part) return part;
  if (/ControlNet|T2IAdapter/.test(className))
    throw new ModelError(
      `${repo} is a ${className}: it steers another model, and is none of its own.`,
      'Load the model that it was made for.',
    );
  throw new ModelError(
    `${repo} is a ${shown(className)} alone; ${[...alone.keys()].join(', ')} can be read so.`,
    layout,
  );
};

/**
 * The model's files by what they are for. `index`: model_index.json, parsed; where there is none, `className` is the
 * class that config.json at the top names. Pure.
 */
export function diffusionFiles(
  files: readonly HubFile[],
  repo: string,
  { index, className }: { readonly index: ModelIndex | null; readonly className: string | null },
): DiffusionFiles {
  const networks = new Map<NetworkPart, NetworkFiles>();
  const tokenizers = new Map<TokenizerPart, TokenizerFiles>();
  const schedulers = ['scheduler/scheduler_config.json', 'scheduler_config.json'];
  const scheduler = schedulers.map((name) => files.find((f) => f.name === name)).find((f) => f !== undefined) ?? null;
  if (index) {
    for (const [part, type] of index.networks) networks.set(part, networkOf(files, repo, part, type));
    for (const part of index.tokenizers) tokenizers.set(part, tokenizerOf(files, repo, part));
    if (!scheduler)
      throw new ModelError(
        `${repo} has no scheduler/scheduler_config.json: without it the noise levels of the model are unknown.`,
        'Its upload or your copy is incomplete: take the whole repository, or another revision.',
      );
  } else if (className !== null) {
    const part = single(className, repo);
    networks.set(part, networkOf(files, repo, part, className));
  } else throw notDiffusers(files, repo);
  const top = files.filter((f) => f.name === 'model_index.json');
  const small = [
    ...top,
    ...(scheduler ? [scheduler] : []),
    ...[...tokenizers.values()].flatMap((t) => Object.values(t) as HubFile[]),
    ...[...networks.values()].flatMap((n) => [n.config, ...(n.index ? [n.index] : [])]),
  ];
  // The text is encoded first, and the picture decoded last.
  const order: readonly NetworkPart[] = ['text_encoder', 'text_encoder_2', 'unet', 'transformer', 'vae'];
  const weights = order.flatMap((part) => networks.get(part)?.weights ?? []);
  return { index, networks, tokenizers, scheduler, files: [...new Set([...small, ...weights])] };
}

/** Largest model_index.json or config.json that is read to know what a repository is. */
const MOST = 2 ** 20;
export type ReadFile = (file: HubFile) => Promise<Uint8Array>;

/** Reads what tells the parts of a repository, then finds their files. */
export async function findDiffusion(files: readonly HubFile[], repo: string, read: ReadFile): Promise<DiffusionFiles> {
  const at = (name: string) => files.find((f) => f.name === name);
  const small = async (file: HubFile): Promise<Uint8Array> => {
    if (file.bytes > MOST)
      throw new ModelError(
        `${file.name} of ${repo} has ${file.bytes} bytes; at most ${MOST} are read.`,
        'The file is not what its name says. Take the model from its original repository.',
      );
    return read(file);
  };
  const [index, config] = [at('model_index.json'), at('config.json')];
  try {
    if (index) return diffusionFiles(files, repo, { index: parseModelIndex(await small(index)), className: null });
    if (!config) return diffusionFiles(files, repo, { index: null, className: null });
    const json = parseObject(await small(config), { what: 'config.json', depth: 16, hint: layout, python: true });
    const named = json['_class_name'];
    return diffusionFiles(files, repo, { index: null, className: typeof named === 'string' ? named : null });
  } catch (error) {
    if (error instanceof FormatError) throw new ModelError(`${repo}: ${error.message}.`, error.hint);
    throw error;
  }
}

/** For the hub: a diffusion model is a whole repository, so that no file of it can be named. */
export async function pickDiffusion(
  files: readonly HubFile[],
  repo: string,
  wanted: string | null,
  read: ReadFile,
): Promise<readonly HubFile[]> {
  if (wanted !== null)
    throw new ModelError(
      `${shown(wanted)} is one file of ${repo}; a diffusion model is a whole repository.`,
      `Leave the file out: hub:${repo}`,
    );
  return (await findDiffusion(files, repo, read)).files;
}
