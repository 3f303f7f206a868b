import { expect, test } from 'vitest';
import { withPngText } from '../formats/png.ts';
import { pngText } from '../formats/png.ts';
import { GLYPHS } from './font.ts';
import { pixelsOf, pngOf } from './png.ts';
import { cut, enlarged, fill, lay, raster, reduced, write } from './raster.ts';

/** Rows of dots and signs: dark pixels. */
const seen = ({ width, height, data }: ReturnType<typeof raster>) =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (data[3 * (y * width + x)]! < 128 ? '#' : '.')).join(''),
  );
const black = [0, 0, 0] as const;

test('every printable sign of ASCII has a shape of its own', () => {
  const signs = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  expect([...GLYPHS.keys()].toSorted()).toEqual(signs.toSorted());
  expect(new Set([...GLYPHS.values()].map((rows) => rows.join())).size).toBe(95);
});
test('texts are written upright, and cut where they do not fit', () => {
  const to = raster(11, 7);
  write(to, 'L7', 0, 0, black);
  expect(seen(to)).toEqual([
    '#.....#####',
    '#.........#',
    '#........#.',
    '#.......#..',
    '#......#...',
    '#......#...',
    '#####..#...',
  ]);
  expect(cut('euler:karras', 36, 1)).toBe('eule..');
  expect(cut('euler', 30, 1)).toBe('euler');
});
test('rectangles and pictures end at the edge; enlarging and reducing undo each other', () => {
  const to = raster(4, 3);
  fill(to, 2, -1, 9, 2, black);
  lay(to, raster(2, 9, black), 3, 2);
  expect(seen(to)).toEqual(['..##', '....', '...#']);
  expect(reduced(enlarged(to, 3), 3)).toEqual(to);
  const half = raster(2, 1);
  fill(half, 0, 0, 1, 1, black);
  expect([...reduced(half, 2).data]).toEqual([128, 128, 128]);
});
test('a file gives its pixels and its text back; another one gives none', () => {
  const to = raster(5, 4, [1, 2, 3]);
  write(to, '!', 0, 0, black);
  const file = pngOf(to, { format: 'stepscope-cell', hash: 'model=moons' });
  expect(pixelsOf(file)).toEqual(to);
  expect(JSON.parse(pngText(file, 'stepscope')!)).toEqual({ format: 'stepscope-cell', hash: 'model=moons' });
  expect(pixelsOf(withPngText(file, 'Comment', 'hi'))).toEqual(to);
  const cutOff = file.slice(0, -30);
  for (const bad of [cutOff, new Uint8Array(9), file.map((b, i) => (i === 25 ? 6 : b))])
    expect(pixelsOf(bad)).toBeUndefined();
});
