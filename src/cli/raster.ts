// Pixels in memory, for pictures that are drawn without a page.
import { GLYPHS, GLYPH_HEIGHT, GLYPH_WIDTH } from './font.ts';

export type Colour = readonly [red: number, green: number, blue: number];
export const PAPER: Colour = [255, 255, 255];
export const INK: Colour = [32, 33, 36];
export const FAINT: Colour = [128, 130, 136];
export const EMPTY: Colour = [240, 240, 242];
export const BLUE: Colour = [31, 95, 191];

/** RGB, 8 bits each, row by row from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export function raster(width: number, height: number, colour: Colour = PAPER): Raster {
  const made = { width, height, data: new Uint8Array(3 * width * height) };
  fill(made, 0, 0, width, height, colour);
  return made;
}

/** A rectangle, as far as it is on the picture; `alpha` of the colour over what is there. */
export function fill(to: Raster, x: number, y: number, width: number, height: number, colour: Colour, alpha = 1): void {
  const right = Math.min(to.width, x + width);
  const bottom = Math.min(to.height, y + height);
  for (let row = Math.max(0, y); row < bottom; row++)
    for (let column = Math.max(0, x); column < right; column++) {
      const at = 3 * (row * to.width + column);
      for (let c = 0; c < 3; c++) to.data[at + c] = to.data[at + c]! + (colour[c]! - to.data[at + c]!) * alpha;
    }
}

/** A picture laid on another, as far as it is on it. */
export function lay(to: Raster, from: Raster, x: number, y: number): void {
  const width = Math.min(from.width, to.width - x);
  for (let row = 0; row < Math.min(from.height, to.height - y); row++)
    to.data.set(
      from.data.subarray(3 * row * from.width, 3 * (row * from.width + width)),
      3 * ((y + row) * to.width + x),
    );
}

/** Every pixel `times` as wide and high. */
export function enlarged(from: Raster, times: number): Raster {
  const to = raster(from.width * times, from.height * times);
  for (let y = 0; y < to.height; y++)
    for (let x = 0; x < to.width; x++) {
      const at = 3 * (Math.floor(y / times) * from.width + Math.floor(x / times));
      to.data.set(from.data.subarray(at, at + 3), 3 * (y * to.width + x));
    }
  return to;
}

/** Means of squares of `times` pixels. */
export function reduced(from: Raster, times: number): Raster {
  const to = raster(Math.max(1, Math.floor(from.width / times)), Math.max(1, Math.floor(from.height / times)));
  for (let y = 0; y < to.height; y++)
    for (let x = 0; x < to.width; x++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let i = 0; i < times * times; i++) {
          const row = Math.min(from.height - 1, y * times + Math.floor(i / times));
          const column = Math.min(from.width - 1, x * times + (i % times));
          sum += from.data[3 * (row * from.width + column) + c]!;
        }
        to.data[3 * (y * to.width + x) + c] = Math.round(sum / (times * times));
      }
  return to;
}

/** Signs that fit into so many pixels. */
export const fits = (width: number, scale: number): number => Math.floor(width / ((GLYPH_WIDTH + 1) * scale));
export const textWidth = (text: string, scale: number): number => [...text].length * (GLYPH_WIDTH + 1) * scale;

/** What the font lacks, in signs that it has. */
const LIKE: Readonly<Record<string, string>> = {
  '·': '-',
  '–': '-',
  '−': '-',
  '…': '.',
  '×': 'x',
  σ: 's',
  '’': "'",
  '“': '"',
  '”': '"',
};

/** A text of at most `width` pixels, cut with two dots where it is longer. */
export function cut(text: string, width: number, scale: number): string {
  const signs = [...text];
  const most = fits(width, scale);
  return signs.length <= most ? text : `${signs.slice(0, Math.max(0, most - 2)).join('')}..`;
}

/** Writes a text from its left upper corner. */
export function write(to: Raster, text: string, x: number, y: number, colour: Colour, scale = 1): void {
  for (const [i, sign] of [...text].entries()) {
    const rows = GLYPHS.get(LIKE[sign] ?? sign) ?? GLYPHS.get('?')!;
    for (let row = 0; row < GLYPH_HEIGHT; row++)
      for (let column = 0; column < GLYPH_WIDTH; column++)
        if (rows[row]! & (1 << (GLYPH_WIDTH - 1 - column)))
          fill(to, x + (i * (GLYPH_WIDTH + 1) + column) * scale, y + row * scale, scale, scale, colour);
  }
}
