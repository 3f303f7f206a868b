import type { UNetConfig } from '../../formats/diffusers/unetTypes.ts';
import { latentFactor, type AutoencoderConfig } from '../../formats/diffusers/vae.ts';
import type { Parameterisation } from '../parameterisation.ts';
import { scalarsAt } from '../parameterisation.ts';
import type { GraphModel } from './types.ts';
import { unetGraph } from './unet.ts';
import type { UNetEmbedding } from './unetEmbedding.ts';

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
  { tokens }: { readonly tokens?: number } = {},
): GraphModel {
  return {
    graph: (samples, texts) => unetGraph(config, { ...size, samples, texts, ...(tokens !== undefined && { tokens }) }),
    scalars: (sigma) => scalarsAt(parameterisation, sigma),
    channels: config.inChannels,
    ...size,
    embedding: {
      width: embedding.width,
      distilled: config.guidanceFeatures !== null,
      time: (noise, guidance = 1) => embedding.time(noise, guidance),
    },
  };
}
