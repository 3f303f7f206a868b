/** The preview of a model: fitted to its own decoder, once. */
import { throwIfCancelled } from '../../core/cancel.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { DiffusionModel } from '../../hub/diffusionConfigs.ts';
import type { ModelFiles } from '../../hub/files.ts';
import {
  averaged,
  explained,
  fitPreview,
  identityPreview,
  probeLatents,
  type PreviewKind,
  type PreviewMap,
} from '../../models/diffusers/previewMap.ts';
import { gpuRunner, type PipelineOptions, type Runner } from './parts.ts';
import { decoderWith, pixelsPerLatent } from './pictures.ts';

export interface FittedPreview {
  readonly map: PreviewMap;
  /** R² on probes that the fit has not seen; 1 for a model of pixels. */
  readonly explained: number;
}

/** Latents along each side of a probe, probes that are fitted, and those that are held out. */
const SIDE = 16;
const FITTED = 10;
const HELD_OUT = 5;

/** Loads the decoder for small pictures, fits, and frees it. */
export const previewMap = (
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  options: PipelineOptions,
  kind?: PreviewKind,
): Promise<FittedPreview> => previewWith(gpuRunner(ctx, options), files, model, options.signal, kind);

export async function previewWith(
  runner: Runner,
  files: ModelFiles,
  model: DiffusionModel,
  signal: AbortSignal,
  kind: PreviewKind = 'around',
): Promise<FittedPreview> {
  const { vae, network } = model;
  if (!vae) return { map: identityPreview(network.inChannels), explained: 1 };
  const factor = pixelsPerLatent(vae);
  const size = { channels: vae.latentChannels, height: SIDE, width: SIDE };
  const whole = { height: SIDE * factor, width: SIDE * factor };
  const decoder = await decoderWith(runner, files, model, whole, signal);
  try {
    const probes = [];
    for (let i = 0; i < FITTED + HELD_OUT; i++) {
      throwIfCancelled(signal);
      const latents = probeLatents(size, i);
      probes.push({ latents, picture: averaged(await decoder.decode(latents), vae.outChannels, size, factor) });
    }
    const map = fitPreview(kind, probes.slice(0, FITTED), size, vae.outChannels);
    return { map, explained: explained(map, probes.slice(FITTED), size) };
  } finally {
    decoder.destroy();
  }
}
