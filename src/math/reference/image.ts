/** References of the kernels that move images about. */
export interface ImageRef {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly patch: number;
}

/**
 * (samples, C, H, W) → (samples·tokens, p·p·C): patches row by row, inside (dy, dx, channel), as training/model.py does
 * it.
 */
export function patches(
  images: ArrayLike<number>,
  { channels, height, width, patch }: ImageRef,
  samples: number,
): Float64Array {
  const out = new Float64Array(samples * channels * height * width);
  let n = 0;
  for (let s = 0; s < samples; s++)
    for (let py = 0; py < height; py += patch)
      for (let px = 0; px < width; px += patch) {
        for (let dy = 0; dy < patch; dy++)
          for (let dx = 0; dx < patch; dx++)
            for (let c = 0; c < channels; c++)
              out[n++] = images[((s * channels + c) * height + py + dy) * width + px + dx]!;
      }
  return out;
}

/** Its inverse. */
export function unpatch(tokens: ArrayLike<number>, shape: ImageRef, samples: number): Float64Array {
  const place = patches(
    Uint32Array.from({ length: samples * shape.channels * shape.height * shape.width }, (_, i) => i),
    shape,
    samples,
  );
  const out = new Float64Array(place.length);
  place.forEach((at, i) => {
    out[at] = tokens[i]!;
  });
  return out;
}

/**
 * Channel c (3: alpha) of pixel (x, y) of a grid of images in [−1, 1], 0…255, not yet rounded; tiles without a sample
 * are 0.
 */
export function gridPixel(
  images: ArrayLike<number>,
  { channels, height, width }: Omit<ImageRef, 'patch'>,
  samples: number,
  columns: number,
  x: number,
  y: number,
  c: number,
): number {
  const s = Math.floor(y / height) * columns + Math.floor(x / width);
  if (s >= samples) return 0;
  if (c === 3) return 255;
  const v = images[((s * channels + (channels === 1 ? 0 : c)) * height + (y % height)) * width + (x % width)]!;
  return 255 * Math.min(1, Math.max(0, 0.5 * v + 0.5));
}
