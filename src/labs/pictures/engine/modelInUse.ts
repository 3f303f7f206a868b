// From files to a network that is ready: configurations first, then weights part by part.
import type { WeightFormat } from '../../../core/weightFormat.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import { pipelineModel, type PipelineModel, type PictureSize } from '../../../engine/pipeline/pipeline.ts';
import { createClipTokenizer } from '../../../formats/clip/tokenizer.ts';
import { latentFactor } from '../../../formats/diffusers/vae.ts';
import type { NetworkPart } from '../../../formats/diffusers/modelIndex.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { readDiffusion, type DiffusionModel } from '../../../hub/diffusionConfigs.ts';
import type { ModelFiles } from '../../../hub/files.ts';
import { networkSize } from '../../../models/diffusers/memory.ts';
import { loadDenoiserWeights } from '../../../networks/graph/denoiser.ts';
import type { TransformerWeights } from '../../../networks/transformerWeights.ts';
import type { FormatChoice } from '../config/experiment.ts';
import type { LoadProgress } from './events.ts';

export const NETWORK_OWNER = 'network';

export interface ModelInUse {
  readonly files: ModelFiles;
  readonly model: DiffusionModel;
  readonly format: WeightFormat;
  readonly weights: TransformerWeights;
  readonly loadMs: number;
  /** Of every prompt; absent for models that read none. */
  readonly tokens?: number;
  /** The network for pictures of a size. */
  network(size: PictureSize, signal: AbortSignal): Promise<PipelineModel>;
}

export const PART_NAMES: Readonly<Record<NetworkPart, string>> = {
  text_encoder: 'text encoder',
  text_encoder_2: 'second text encoder',
  unet: 'UNet',
  transformer: 'transformer',
  vae: 'autoencoder',
};

/** The size that a model was trained at, in pixels. */
export function nativeSize({ network, vae }: DiffusionModel): PictureSize {
  const factor = vae ? latentFactor(vae) : 1;
  const own = network.sampleSize ?? 64;
  const { height, width } = typeof own === 'number' ? { height: own, width: own } : own;
  return { height: height * factor, width: width * factor };
}

/** Tokens of every prompt, padding included: what the tokenizer makes, which may be fewer than the encoder has positions for. */
export function tokensOf({ texts }: DiffusionModel): number | undefined {
  const [first] = texts;
  return first && createClipTokenizer(first.tokenizer, first.config.positions).length;
}

/** Bytes of float32 weights up to which a processor that emulates a GPU keeps them: it unpacks more slowly than it reads. */
const UNPACKED = 256 * 2 ** 20;

/** What "as they come" means on this device. */
export function resolveFormat(wanted: FormatChoice, model: DiffusionModel, ctx: GpuContext): WeightFormat {
  if (wanted !== 'auto') return wanted;
  const { bytes } = networkSize(model.network);
  return ctx.info.isSoftware && bytes.f32 <= UNPACKED ? 'f32' : 'f16';
}

/** Windows in which parts are fetched that are read later. */
const WINDOW = 4 * 2 ** 20;

/** Says how far a part is, a few times a second. */
function meter(files: ModelFiles, part: string, total: number, progress: (p: LoadProgress) => void) {
  const began = performance.now();
  const store = files.got.store;
  let done = 0;
  let told = 0;
  return (more: number) => {
    done += more;
    const now = performance.now();
    if (now - told < 80 && done < total) return;
    told = now;
    const speed = done / Math.max(1e-3, (now - began) / 1000);
    progress({
      kind: 'load',
      phase: files.got.network > files.got.store ? 'download' : 'read',
      model: files.title,
      part,
      done: Math.min(done, total),
      total,
      speed,
      remainingMs: (Math.max(0, total - done) / speed) * 1000,
      fromStore: files.got.store - store,
    });
  };
}

/** Files whose reads are counted. */
const counted = (files: ModelFiles, report: (bytes: number) => void): ModelFiles => ({
  ...files,
  async read(name, begin, end, signal) {
    const bytes = await files.read(name, begin, end, signal);
    report(end - begin);
    return bytes;
  },
});

/**
 * Makes a model ready on a device. Parts that are used later are fetched now where they come over the network, so that a
 * run waits for the disk alone. Whatever was allocated is freed when it fails; the files stay open.
 */
export async function loadPictureModel(
  ctx: GpuContext,
  files: ModelFiles,
  {
    format: wanted,
    progress,
    signal,
  }: {
    readonly format: FormatChoice;
    progress(p: LoadProgress): void;
    readonly signal: AbortSignal;
  },
): Promise<ModelInUse> {
  const began = performance.now();
  const model = await readDiffusion(files, signal);
  const format = resolveFormat(wanted, model, ctx);
  const tokens = tokensOf(model);
  const use = tokens === undefined ? {} : { tokens };
  if (files.source.from === 'hub')
    for (const [part, { weights }] of model.files.networks) {
      if (part === 'unet' || part === 'transformer') continue;
      const report = meter(
        files,
        PART_NAMES[part],
        weights.reduce((n, f) => n + f.bytes, 0),
        progress,
      );
      for (const { name, bytes } of weights)
        for (let begin = 0; begin < bytes; begin += WINDOW) {
          throwIfCancelled(signal);
          const end = Math.min(bytes, begin + WINDOW);
          await files.read(name, begin, end, signal);
          report(end - begin);
        }
    }
  const main = model.files.networks.has('unet') ? 'unet' : 'transformer';
  const total = model.files.networks.get(main)!.weights.reduce((n, f) => n + f.bytes, 0);
  const report = meter(files, PART_NAMES[main], total, progress);
  const made = await pipelineModel(counted(files, report), model, nativeSize(model), use, signal);
  const weights = await loadDenoiserWeights(ctx, made.graph, made.tensors, { format, owner: NETWORK_OWNER });
  try {
    await files.verify?.(signal);
    await ctx.idle();
    throwIfCancelled(signal);
  } catch (error) {
    weights.destroy();
    throw error;
  }
  return {
    files,
    model,
    format,
    weights,
    loadMs: performance.now() - began,
    ...use,
    network: (size, own) => pipelineModel(files, model, size, use, own),
  };
}
