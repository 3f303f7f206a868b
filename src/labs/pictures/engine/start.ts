import { ModelError } from '../../../hub/files.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import type { Bench } from './bench.ts';
import type { Pixels } from './events.ts';
import type { StartLatents } from './noise.ts';

/** RGBA bytes as (3, height, width) in −1 … 1; alpha lies on white, as browsers draw pictures without a ground. */
export function planes({ rgba, width, height }: Pixels): Float32Array {
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  for (let p = 0; p < plane; p++) {
    const alpha = rgba[4 * p + 3]! / 255;
    for (let c = 0; c < 3; c++) out[c * plane + p] = (alpha * rgba[4 * p + c]! + (1 - alpha) * 255) / 127.5 - 1;
  }
  return out;
}

/** Latents of the picture that an experiment starts from; null when it starts from noise. */
export async function startLatents(
  bench: Bench,
  e: PicturesExperiment,
  picture: Pixels | null,
  signal: AbortSignal,
): Promise<StartLatents | null> {
  if (!e.start) return null;
  if (!picture)
    throw new ModelError(
      `This experiment starts from the picture “${e.start.name}”, which is not here.`,
      'A link cannot carry a picture: drop it on the page, or start from noise.',
    );
  const size = bench.sizeOf(e);
  if (picture.width !== size.width || picture.height !== size.height)
    throw new RangeError(
      `the picture has ${picture.width}×${picture.height} pixels; ${size.width}×${size.height} are made`,
    );
  return bench.encode(planes(picture), size, signal);
}
