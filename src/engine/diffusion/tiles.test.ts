import { describe, expect, test } from 'vitest';
import { reducedTiles, type Tiles } from './tiles.ts';

const tiles = (width: number, height: number, at: (x: number, y: number) => number): Tiles => {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let p = 0; p < width * height; p++) rgba.set([at(p % width, Math.floor(p / width)), 10, 20, 255], 4 * p);
  return { rgba, width, height, columns: 2, tile: width / 2 };
};
const reds = ({ rgba }: Tiles) => [...rgba].filter((_, i) => i % 4 === 0);

describe('smaller tiles', () => {
  test('are means of squares', () => {
    const small = reducedTiles(
      tiles(4, 2, (x, y) => 10 * x + 100 * y),
      2,
    );
    expect(small).toMatchObject({ width: 2, height: 1, columns: 2, tile: 1 });
    expect([...small.rgba]).toEqual([55, 10, 20, 255, 75, 10, 20, 255]);
  });
  test('are no larger than asked for, whatever their shape, and themselves where they fit', () => {
    const wide = reducedTiles(
      tiles(1030, 514, () => 7),
      128,
    );
    expect([wide.width, wide.height]).toEqual([114, 57]);
    expect(new Set(reds(wide))).toEqual(new Set([7]));
    const same = tiles(8, 4, () => 1);
    expect(reducedTiles(same, 8)).toBe(same);
  });
});
