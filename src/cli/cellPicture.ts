// The picture of one cell: its points in the plane, or its first images.
import type { Picture } from '../engine/diffusion/tiles.ts';
import type { ModelCard } from '../models/types.ts';
import { BLUE, EMPTY, enlarged, fill, raster, type Raster } from './raster.ts';

/** Pixels of a side, for points; images are enlarged by the whole number that comes next to it. */
export const SIDE = 168;
/** Samples that a picture shows. */
export const SHOWN = { points: 4096, images: 36 } as const;
/** Half the width of the plane where a card names none. */
const VIEW = 3;
/** More dots are drawn fainter, so that where they are dense is seen. */
const alphaOf = (count: number): number => Math.min(0.9, Math.max(0.25, 400 / count));

type Image = Extract<Picture, { readonly kind: 'image' }>;
/** Images as they are: their pixels without alpha. */
export function plainPicture({ rgba, width, height }: Pick<Image, 'rgba' | 'width' | 'height'>): Raster {
  const plain = { width, height, data: new Uint8Array(3 * width * height) };
  for (let p = 0; p < width * height; p++) plain.data.set(rgba.subarray(4 * p, 4 * p + 3), 3 * p);
  return plain;
}

/** As large as can be seen. */
export const seen = (picture: Raster): Raster => {
  const times = Math.round(SIDE / picture.width);
  return times > 1 ? enlarged(picture, times) : picture;
};

export function cellPicture(picture: Picture, card: ModelCard): Raster {
  if (picture.kind === 'image') return seen(plainPicture(picture));
  const { data } = picture;
  const to = raster(SIDE, SIDE);
  const half = card.view ?? VIEW;
  for (let i = 0; i < SIDE; i++) {
    // The axes of the plane.
    fill(to, i, SIDE / 2, 1, 1, EMPTY);
    fill(to, SIDE / 2, i, 1, 1, EMPTY);
  }
  for (const [x, y, wide, high] of [
    [0, 0, SIDE, 1],
    [0, SIDE - 1, SIDE, 1],
    [0, 0, 1, SIDE],
    [SIDE - 1, 0, 1, SIDE],
  ] as const)
    fill(to, x, y, wide, high, EMPTY);
  const alpha = alphaOf(data.length / 2);
  for (let i = 0; i + 1 < data.length; i += 2) {
    const [x, y] = [data[i]!, data[i + 1]!];
    if (!(Math.abs(x) < half && Math.abs(y) < half)) continue;
    const left = Math.round((x / half + 1) * (SIDE / 2)) - 1;
    const top = Math.round((1 - y / half) * (SIDE / 2)) - 1;
    fill(to, left, top, 2, 2, BLUE, alpha);
  }
  return to;
}
