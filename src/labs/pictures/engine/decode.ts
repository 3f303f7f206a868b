// Steps as the autoencoder decodes them, for whoever wants to see more of one than its preview.
import type { PicturesExperiment } from '../config/experiment.ts';
import type { Bench } from './bench.ts';
import type { Pixels } from './events.ts';
import { picturePixels } from './run.ts';

export interface DecodedPicture {
  readonly kind: 'picture';
  /** Which of the steps that were asked for. */
  readonly at: number;
  readonly sample: number;
  readonly pixels: Pixels;
}

/** Decodes the latents of one step after the other, (samples, channels, height, width) each. */
export async function decodeSteps(
  bench: Bench,
  e: PicturesExperiment,
  steps: readonly Float32Array[],
  emit: (picture: DecodedPicture) => void,
  signal: AbortSignal,
): Promise<void> {
  const size = bench.sizeOf(e);
  const decoder = await bench.decoder(size, signal);
  try {
    for (const [at, latents] of steps.entries())
      await decoder.decode(
        latents,
        (sample, picture) => emit({ kind: 'picture', at, sample, pixels: picturePixels(picture, size) }),
        signal,
      );
  } finally {
    bench.restDecoder();
  }
}
