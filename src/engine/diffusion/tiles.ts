import type { ModelShape } from '../../models/types.ts';

/** What the page draws. Points: x, y pairs in x̂ coordinates. Images: a grid of tiles, ready for putImageData. */
export type Picture = { readonly kind: 'points'; readonly data: Float32Array } | ({ readonly kind: 'image' } & Tiles);

type ImageShape = Extract<ModelShape, { kind: 'image' }>;

/** A grid of images as RGBA bytes, with `tile` pixels from one image's left edge to the next one's. */
export interface Tiles {
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly tile: number;
}

/** Columns of a roughly square grid. */
export const gridColumns = (n: number): number => Math.max(1, Math.ceil(Math.sqrt(n)));

/** Images (C, H, W) in [−1, 1] times `scale`, clamped, as one picture without gaps. */
export function tileImages(x: ArrayLike<number>, shape: ImageShape, scale: number): Tiles {
  const { channels, height, width, dim } = shape;
  const n = x.length / dim;
  const columns = gridColumns(n);
  const rows = Math.ceil(n / columns);
  const rgba = new Uint8ClampedArray(columns * width * rows * height * 4);
  const plane = height * width;
  for (let i = 0; i < n; i++) {
    const left = (i % columns) * width;
    const top = Math.floor(i / columns) * height;
    for (let p = 0; p < plane; p++) {
      const at = 4 * ((top + Math.floor(p / width)) * columns * width + left + (p % width));
      for (let c = 0; c < 3; c++)
        rgba[at + c] = (x[i * dim + (channels === 1 ? 0 : c) * plane + p]! * scale + 1) * 127.5;
      rgba[at + 3] = 255;
    }
  }
  return { rgba, width: columns * width, height: rows * height, columns, tile: width };
}

/**
 * How a state at noise level σ is shown: x̂ has variance about 1 + σ², and an image is seen best when its values
 * fill [−1, 1].
 */
export const displayScale = (sigma: number): number => 1 / Math.sqrt(1 + sigma * sigma);

/** A state as it is drawn. Points are copied, so that the state itself is not transferred away. */
export const picture = (x: Float32Array, sigma: number, shape: ModelShape): Picture =>
  shape.kind === 'point'
    ? { kind: 'points', data: x.slice() }
    : { kind: 'image', ...tileImages(x, shape, displayScale(sigma)) };

/** Tiles at most `side` pixels wide and high: means of squares, by the whole factor that it takes. */
export function reducedTiles(tiles: Tiles, side: number): Tiles {
  const times = Math.ceil(Math.max(tiles.width, tiles.height) / side);
  if (times <= 1) return tiles;
  const [width, height] = [tiles.width, tiles.height].map((v) => Math.max(1, Math.floor(v / times))) as [
    number,
    number,
  ];
  const rgba = new Uint8ClampedArray(4 * width * height);
  const sum = new Float64Array(4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      sum.fill(0);
      const right = Math.min(tiles.width, (x + 1) * times);
      const bottom = Math.min(tiles.height, (y + 1) * times);
      for (let row = y * times; row < bottom; row++)
        for (let at = 4 * (row * tiles.width + x * times); at < 4 * (row * tiles.width + right); at++)
          sum[at % 4]! += tiles.rgba[at]!;
      const count = (right - x * times) * (bottom - y * times);
      rgba.set(
        sum.map((v) => v / count),
        4 * (y * width + x),
      );
    }
  return { rgba, width, height, columns: tiles.columns, tile: tiles.tile / times };
}
