/** Latents ↔ pictures. Both are (channels, height, width) for each sample, pictures in −1 … 1. */
import { throwIfCancelled } from '../../core/cancel.ts';
import { latentFactor, type AutoencoderConfig } from '../../formats/diffusers/vae.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { DiffusionModel } from '../../hub/diffusionConfigs.ts';
import { ModelError, type ModelFiles } from '../../hub/files.ts';
import { latentSize } from '../../models/diffusers/pipeline.ts';
import { swapAxes } from '../../models/diffusers/reference.ts';
import { decoderOf, encoderOf, type Affine, type Coder } from '../../models/diffusers/vae.ts';
import {
  gpuRunner,
  openModelPart,
  type PartRun,
  type PictureSize,
  type PipelineOptions,
  type Runner,
} from './parts.ts';

/** An autoencoder's decoder that stays loaded. */
export interface Decoder {
  /** Numbers of one sample's latents, and of its picture. */
  readonly latents: number;
  readonly numbers: number;
  /** Bytes that its activations take on the device; 0 for a model of pixels. */
  readonly activationBytes: number;
  /**
   * Pictures of latents, as the autoencoder leaves them (a little over ±1 in places), sample by sample: each is told
   * when it is there. Cancelled between samples when the signal says so.
   */
  decode(
    latents: ArrayLike<number>,
    onPicture?: (sample: number, picture: Float32Array) => void,
    signal?: AbortSignal,
  ): Promise<Float32Array>;
  destroy(): void;
}

/** Loads the decoder. RangeError for a size that does not fit, OutOfMemoryError where it does not go on the device. */
export const createDecoder = (
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  size: PictureSize,
  options: PipelineOptions,
): Promise<Decoder> => decoderWith(gpuRunner(ctx, options), files, model, size, options.signal);

export async function decoderWith(
  runner: Runner,
  files: ModelFiles,
  model: DiffusionModel,
  size: PictureSize,
  signal: AbortSignal,
): Promise<Decoder> {
  const { vae } = model;
  const small = latentSize(size, vae);
  if (!vae) {
    const dim = model.network.inChannels * small.height * small.width;
    const same = (own: Float64Array) => Promise.resolve(Float32Array.from(own));
    return decoding(same, { latents: dim, numbers: dim, activationBytes: 0, destroy: () => undefined }, signal);
  }
  const coder = decoderOf(vae, { samples: 1, ...small });
  const network = await runner(coder.graph, await openModelPart(files, model, 'vae', signal));
  const pixels = { from: small.height * small.width, to: size.height * size.width };
  const channels = { from: vae.latentChannels, to: vae.outChannels };
  return decoding(
    (own) => through(network, coder, 'latents', own, { pixels, channels }),
    {
      latents: channels.from * pixels.from,
      numbers: channels.to * pixels.to,
      activationBytes: network.activationBytes,
      destroy: () => network.destroy(),
    },
    signal,
  );
}

function decoding(
  one: (latents: Float64Array) => Promise<Float32Array>,
  about: Omit<Decoder, 'decode'>,
  always: AbortSignal,
): Decoder {
  return {
    ...about,
    async decode(latents, onPicture, signal = always) {
      const samples = latents.length / about.latents;
      if (!Number.isInteger(samples))
        throw new RangeError(`${latents.length} numbers are no whole samples of ${about.latents}`);
      const out = new Float32Array(samples * about.numbers);
      for (let s = 0; s < samples; s++) {
        throwIfCancelled(signal);
        const at = s * about.latents;
        const picture = await one(Float64Array.from({ length: about.latents }, (_, i) => latents[at + i]!));
        out.set(picture, s * about.numbers);
        onPicture?.(s, picture);
      }
      return out;
    },
  };
}

const affine = (x: Float64Array, { scale, shift }: Affine): Float64Array => x.map((v) => scale * v + shift);

/** One sample through a half of an autoencoder; of what comes out, the first channels. */
async function through(
  network: PartRun,
  { before, after }: Coder,
  input: 'latents' | 'picture',
  x: Float64Array,
  { pixels, channels }: Record<'pixels' | 'channels', { readonly from: number; readonly to: number }>,
): Promise<Float32Array> {
  const given = swapAxes(affine(x, before), 1, channels.from, pixels.from);
  const raw = (await network.run({ [input]: given })).get('out')!;
  const made = swapAxes(Float64Array.from(raw), 1, pixels.to, raw.length / pixels.to);
  return Float32Array.from(affine(made.subarray(0, channels.to * pixels.to), after));
}

/** Pictures of latents; the decoder is loaded, used and freed. */
export async function decodeLatents(
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  latents: Float32Array,
  size: PictureSize,
  options: PipelineOptions,
): Promise<Float32Array> {
  const decoder = await createDecoder(ctx, files, model, size, options);
  try {
    return await decoder.decode(latents);
  } finally {
    decoder.destroy();
  }
}

/**
 * A picture as a start: its latents, as samplers have them. Of an `AutoencoderKL` they are the mean of the posterior
 * (diffusers' img2img draws from it with the run's generator instead, a deviation that is small beside any σ̂ a run
 * starts from), scaled as the model's latents are: (z − shift)·scaling. For a model of pixels, the picture itself.
 */
export const encodePicture = (
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  picture: ArrayLike<number>,
  size: PictureSize,
  options: PipelineOptions,
): Promise<Float32Array> => encodePictureWith(gpuRunner(ctx, options), files, model, picture, size, options.signal);

export async function encodePictureWith(
  runner: Runner,
  files: ModelFiles,
  model: DiffusionModel,
  picture: ArrayLike<number>,
  size: PictureSize,
  signal: AbortSignal,
): Promise<Float32Array> {
  const { vae, network } = model;
  const small = latentSize(size, vae);
  const channels = vae ? vae.inChannels : network.inChannels;
  assertPicture(files.title, picture, channels, size);
  if (!vae) return Float32Array.from(picture);
  const coder = encoderOf(vae, { samples: 1, ...small });
  const run = await runner(coder.graph, await openModelPart(files, model, 'vae', signal));
  try {
    throwIfCancelled(signal);
    return await through(run, coder, 'picture', Float64Array.from(picture), {
      pixels: { from: size.height * size.width, to: small.height * small.width },
      channels: { from: channels, to: vae.latentChannels },
    });
  } finally {
    run.destroy();
  }
}

function assertPicture(title: string, picture: ArrayLike<number>, channels: number, { height, width }: PictureSize) {
  const numbers = channels * height * width;
  if (picture.length !== numbers)
    throw new ModelError(
      `A picture of ${picture.length} numbers was given; ${title} reads ${channels} channels of ${width}×${height}: ${numbers}.`,
      'Bring the picture to the size of the run.',
    );
  for (let i = 0; i < numbers; i++)
    if (!Number.isFinite(picture[i]))
      throw new ModelError(`Number ${i} of the picture is ${picture[i]}.`, 'Give pictures of numbers from −1 to 1.');
}

/** Pixels of a picture to one of the latents, along each side; 1 for a model of pixels. */
export const pixelsPerLatent = (vae: AutoencoderConfig | null): number => (vae ? latentFactor(vae) : 1);
