import type { ClipTextConfig } from '../../formats/diffusers/clip.ts';
import type { UNetConfig } from '../../formats/diffusers/unetTypes.ts';
import { latentFactor, type AutoencoderConfig } from '../../formats/diffusers/vae.ts';
import { FormatError } from '../../formats/error.ts';
import type { Parameterisation } from '../parameterisation.ts';
import { scalarsAt } from '../parameterisation.ts';
import type { GraphModel } from './types.ts';
import { unetGraph } from './unet.ts';
import type { UNetEmbedding } from './unetEmbedding.ts';

const hint = 'Take all parts of the model from one repository and revision.';

/** Refuses parts that do not belong together, by the number that differs. */
export function checkParts(unet: UNetConfig, vae: AutoencoderConfig | null, text: ClipTextConfig | null): void {
  if (vae && vae.latentChannels !== unet.outChannels)
    throw new FormatError(
      `the UNet gives ${unet.outChannels} channels, the autoencoder decodes ${vae.latentChannels}`,
      hint,
    );
  if (unet.inChannels !== unet.outChannels)
    throw new FormatError(
      `the UNet reads ${unet.inChannels} channels and gives ${unet.outChannels}: it fills in or enlarges pictures`,
      'Choose a model that makes pictures from noise.',
    );
  if (text && unet.crossDim !== text.width)
    throw new FormatError(
      `the UNet reads text of ${unet.crossDim} numbers, the text encoder gives ${text.width}`,
      hint,
    );
  if (!text && unet.crossDim !== null)
    throw new FormatError('the UNet reads text, and the model has no text encoder that this app knows', hint);
}

/** A size of pictures in pixels → of what the network works on. RangeError for one that does not fit. */
export function latentSize(
  { height, width }: { readonly height: number; readonly width: number },
  vae: AutoencoderConfig | null,
): { readonly height: number; readonly width: number } {
  const factor = vae ? latentFactor(vae) : 1;
  if (height % factor !== 0 || width % factor !== 0)
    throw new RangeError(`${width}×${height} pixels are no multiple of the ${factor} that one latent stands for`);
  return { height: height / factor, width: width / factor };
}

/** A UNet under its scheduler's table, as what samplers ask for. `size` in the network's own pixels. */
export function unetModel(
  config: UNetConfig,
  embedding: UNetEmbedding,
  parameterisation: Parameterisation,
  size: { readonly height: number; readonly width: number },
  { tokens, guidance }: { readonly tokens?: number; readonly guidance?: number } = {},
): GraphModel {
  return {
    graph: (samples, texts) => unetGraph(config, { ...size, samples, texts, ...(tokens !== undefined && { tokens }) }),
    scalars: (sigma) => scalarsAt(parameterisation, sigma),
    channels: config.inChannels,
    ...size,
    embedding: { width: embedding.width, time: (noise) => embedding.time(noise, guidance) },
  };
}
