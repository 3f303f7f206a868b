// What a diffusion model is, from its small files alone: read before any weight is.
import { parseClipTextConfig, type ClipTextConfig } from '../formats/diffusers/clip.ts';
import { parseDitConfig, type DitConfig } from '../formats/diffusers/dit.ts';
import type { NetworkPart, TokenizerPart } from '../formats/diffusers/modelIndex.ts';
import { parseSchedulerConfig, type SchedulerConfig } from '../formats/diffusers/scheduler.ts';
import { parseUNetConfig } from '../formats/diffusers/unet.ts';
import type { UNetConfig } from '../formats/diffusers/unetTypes.ts';
import { parseAutoencoderConfig, type AutoencoderConfig } from '../formats/diffusers/vae.ts';
import type { ClipTokenizerFiles } from '../formats/clip/tokenizer.ts';
import { FormatError } from '../formats/error.ts';
import { ModelError, readSmall, type ModelFiles } from './files.ts';
import type { HubFile } from './hubClient.ts';
import { findDiffusion, type DiffusionFiles } from './pickDiffusion.ts';

export interface TextSide {
  readonly part: 'text_encoder' | 'text_encoder_2';
  readonly config: ClipTextConfig;
  readonly tokenizer: ClipTokenizerFiles;
}
export interface DiffusionModel {
  readonly files: DiffusionFiles;
  readonly network: UNetConfig | DitConfig;
  /** Null for a model of pixels. */
  readonly vae: AutoencoderConfig | null;
  readonly texts: readonly TextSide[];
  readonly scheduler: SchedulerConfig;
  /** scheduler_config.json as it stands, for reading as another class. */
  readonly schedulerBytes: Uint8Array;
}

/** Configurations and tokenizers are small; the published vocabulary of CLIP has a megabyte. */
const MOST = 16 * 2 ** 20;
const whole = 'Take all parts from one repository and revision.';

/** Reads and checks every configuration. ModelError names the part that cannot be had, or two that do not fit. */
export async function readDiffusion(files: ModelFiles, signal: AbortSignal): Promise<DiffusionModel> {
  const read = async ({ name }: HubFile): Promise<Uint8Array> => (await readSmall(files, name, MOST, signal))!;
  const listed = files.list.map((f) => ({ ...f, sha256: null }));
  const found = await findDiffusion(listed, files.title, read);
  const { networks, tokenizers, index } = found;
  const parsed = async <T>(part: NetworkPart, parse: (bytes: Uint8Array) => T): Promise<T | null> => {
    const network = networks.get(part);
    return network ? named(files.title, part, parse, await read(network.config)) : null;
  };
  const network = (await parsed('unet', parseUNetConfig)) ?? (await parsed('transformer', parseDitConfig));
  if (!network)
    throw new ModelError(
      `${files.title} is an autoencoder alone: it has no network that makes pictures.`,
      'Choose it beside a model, not as one.',
    );
  if (!found.scheduler)
    throw new ModelError(
      `${files.title} has no scheduler_config.json: without it the noise levels of the model are unknown.`,
      whole,
    );
  const schedulerBytes = await read(found.scheduler);
  const reading = index ? { pipeline: index.pipeline } : {};
  const scheduler = named(files.title, 'scheduler', (b) => parseSchedulerConfig(b, reading), schedulerBytes);
  const tokenizerOf = async (part: TokenizerPart): Promise<ClipTokenizerFiles> => {
    const entries = Object.entries(tokenizers.get(part) ?? {}) as [keyof ClipTokenizerFiles, HubFile][];
    return Object.fromEntries(await Promise.all(entries.map(async ([key, file]) => [key, await read(file)] as const)));
  };
  const texts: TextSide[] = [];
  for (const [part, tokenizer] of [
    ['text_encoder', 'tokenizer'],
    ['text_encoder_2', 'tokenizer_2'],
  ] as const) {
    const config = await parsed(part, parseClipTextConfig);
    if (config) texts.push({ part, config, tokenizer: await tokenizerOf(tokenizer) });
  }
  const model = { files: found, network, vae: await parsed('vae', parseAutoencoderConfig), texts, scheduler };
  assertFit(files.title, model);
  return { ...model, schedulerBytes };
}

function named<T>(title: string, part: string, parse: (bytes: Uint8Array) => T, bytes: Uint8Array): T {
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof FormatError) throw new ModelError(`${part} of ${title}: ${error.message}.`, error.hint);
    throw error;
  }
}

/** Parts that are each right, and do not belong together. */
function assertFit(title: string, { network, vae, texts }: Omit<DiffusionModel, 'schedulerBytes'>): void {
  const refuse = (message: string, hint = whole) => new ModelError(`${title}: ${message}.`, hint);
  const { inChannels, outChannels } = network;
  if (vae && inChannels !== vae.latentChannels)
    throw refuse(
      `the network reads ${inChannels} channels, the autoencoder makes ${vae.latentChannels}`,
      inChannels > vae.latentChannels
        ? 'Such a network reads a mask or a second picture too, which is not built here. Choose a model that makes pictures from noise.'
        : whole,
    );
  if (outChannels !== inChannels && outChannels !== 2 * inChannels)
    throw refuse(`the network reads ${inChannels} channels and gives ${outChannels}`);
  if (network.model !== 'UNet2DConditionModel') return;
  const width = texts.reduce((n, t) => n + t.config.width, 0);
  if (network.crossDim !== width)
    throw refuse(`the network reads text embeddings of ${network.crossDim} numbers, the text encoders make ${width}`);
  if (!network.addition) return;
  const pooled = texts.at(-1)!.config.projection ?? 0;
  const inputs = pooled + 6 * network.addition.features;
  if (network.addition.inputs !== inputs)
    throw refuse(
      `the network is told ${network.addition.inputs} numbers of text and size, and is given ${pooled} + 6·${network.addition.features}`,
    );
}
