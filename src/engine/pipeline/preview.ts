/** The preview of a model: fitted to its own decoder, once. */
import { throwIfCancelled } from '../../core/cancel.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { DiffusionModel } from '../../hub/diffusionConfigs.ts';
import type { ModelFiles } from '../../hub/files.ts';
import {
  averaged,
  explained,
  fitMap,
  identityPreview,
  preview,
  probeLatents,
  type PreviewKind,
  type PreviewMap,
} from '../../models/diffusers/previewMap.ts';
import { coderSize } from '../../models/diffusers/memory.ts';
import { gpuRunner, type PictureSize, type PipelineOptions, type Runner } from './parts.ts';
import { decoderWith, pixelsPerLatent } from './pictures.ts';

export interface Preview {
  readonly map: PreviewMap;
  /** R² on probes that the fit has not seen; 1 for a model of pixels. */
  readonly fit: number;
  /** Pixels of the picture to one of the preview, along each side. */
  readonly factor: number;
  /** (channels of the picture, height, width) of each sample, about −1 … 1; `size` that of the latents. */
  rgb(latents: ArrayLike<number>, size: PictureSize): Float32Array;
}

/** The preview that a map gives. */
export const previewOf = (map: PreviewMap, fit: number, factor: number): Preview => ({
  map,
  fit,
  factor,
  rgb(latents, size) {
    const pixels = size.height * size.width;
    const samples = latents.length / (map.from * pixels);
    if (!Number.isInteger(samples))
      throw new RangeError(
        `${latents.length} numbers are no whole samples of ${map.from}×${size.height}×${size.width}`,
      );
    const out = new Float32Array(samples * map.to * pixels);
    for (let s = 0; s < samples; s++) {
      const at = s * map.from * pixels;
      const own = Float64Array.from({ length: map.from * pixels }, (_, i) => latents[at + i]!);
      out.set(preview(map, own, size), s * map.to * pixels);
    }
    return out;
  },
});

/** Latents along each side of a probe, probes that are fitted, and those that are held out. */
export interface Probes {
  readonly side: number;
  readonly fitted: number;
  readonly heldOut: number;
}
const MANY: Probes = { side: 16, fitted: 10, heldOut: 5 };
const FEW: Probes = { side: 8, fitted: 5, heldOut: 3 };
/** Weights of a decoder from which a processor that emulates a GPU takes few probes: of Stable Diffusion's, 15 take a minute and a half. */
const LARGE = 10e6;

/** How many probes a device can afford. */
export const probesFor = (ctx: GpuContext, { vae }: DiffusionModel): Probes =>
  vae && ctx.info.isSoftware && coderSize(vae, 'decoder').parameters > LARGE ? FEW : MANY;

/** Loads the decoder for small pictures, fits, and frees it. */
export const fitPreview = (
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  options: PipelineOptions,
  kind?: PreviewKind,
): Promise<Preview> => previewWith(gpuRunner(ctx, options), files, model, options.signal, kind, probesFor(ctx, model));

export async function previewWith(
  runner: Runner,
  files: ModelFiles,
  model: DiffusionModel,
  signal: AbortSignal,
  kind: PreviewKind = 'around',
  { side, fitted, heldOut }: Probes = MANY,
): Promise<Preview> {
  const { vae, network } = model;
  if (!vae) return previewOf(identityPreview(network.inChannels), 1, 1);
  const factor = pixelsPerLatent(vae);
  const size = { channels: vae.latentChannels, height: side, width: side };
  const whole = { height: side * factor, width: side * factor };
  const decoder = await decoderWith(runner, files, model, whole, signal);
  try {
    const probes = [];
    for (let i = 0; i < fitted + heldOut; i++) {
      throwIfCancelled(signal);
      const latents = probeLatents(size, i);
      probes.push({ latents, picture: averaged(await decoder.decode(latents), vae.outChannels, size, factor) });
    }
    const map = fitMap(kind, probes.slice(0, fitted), size, vae.outChannels);
    return previewOf(map, explained(map, probes.slice(fitted), size), factor);
  } finally {
    decoder.destroy();
  }
}
