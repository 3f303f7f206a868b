// What was seen of a picture or a point: 1 where it was, 0 where it is to be made.
import { fromBase64Url, toBase64Url } from '../core/base64.ts';
import { uniforms } from '../math/uniform.ts';

export const MASKS = ['half', 'centre', 'random', 'drawn'] as const;
export type MaskKind = (typeof MASKS)[number];

/** Rows and columns of a picture, the channels of a pixel seen together; a point is one row of its coordinates. */
export interface MaskShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface MaskChoice {
  readonly kind: MaskKind;
  /** Of `random`: the share of pixels that is hidden, and the seed that chooses them. */
  readonly hidden: number;
  readonly seed: number;
  /** Of `drawn`: the hidden pixels as `formatPixels` writes them. */
  readonly drawn: string;
}

const pixels = ({ height, width }: MaskShape): number => height * width;

/** Bits of pixels as text: row by row, eight to a byte. */
export function formatPixels(hidden: ArrayLike<number>): string {
  const bytes = new Uint8Array(Math.ceil(hidden.length / 8));
  for (let i = 0; i < hidden.length; i++) if (hidden[i]) bytes[i >> 3]! |= 1 << (i & 7);
  return toBase64Url(bytes);
}

/** The pixels of such a text, 1 for what it holds; none of them where it is no text of that many. */
export function parsePixels(text: string, count: number): Uint8Array | null {
  const bytes = fromBase64Url(text);
  if (!bytes || bytes.length !== Math.ceil(count / 8)) return null;
  return Uint8Array.from({ length: count }, (_, i) => (bytes[i >> 3]! >> (i & 7)) & 1);
}

/** Draw number of the uniforms that hide pixels. */
const MASK_DRAW = 0x6d61736b;

/** 1 for each pixel that is hidden. */
export function hiddenPixels(shape: MaskShape, { kind, hidden, seed, drawn }: MaskChoice): Uint8Array {
  const { height, width } = shape;
  const count = pixels(shape);
  const by = (test: (row: number, column: number) => boolean) =>
    Uint8Array.from({ length: count }, (_, i) => Number(test(Math.floor(i / width), i % width)));
  switch (kind) {
    case 'half':
      return by((_, column) => column >= Math.ceil(width / 2));
    case 'centre': {
      const inside = (at: number, size: number) => at >= Math.floor(size / 4) && at < Math.ceil((3 * size) / 4);
      return by((row, column) => inside(row, height) && inside(column, width));
    }
    case 'random': {
      const u = uniforms(seed, MASK_DRAW, count);
      return Uint8Array.from(u, (v) => Number(v < hidden));
    }
    case 'drawn':
      return parsePixels(drawn, count) ?? new Uint8Array(count);
    default:
      return kind satisfies never;
  }
}

/** 1 where a number was seen, for the numbers of one sample in the order of (channels, height, width). */
export function seenNumbers(shape: MaskShape, choice: MaskChoice): Float64Array {
  const hidden = hiddenPixels(shape, choice);
  const count = pixels(shape);
  return Float64Array.from({ length: shape.channels * count }, (_, i) => 1 - hidden[i % count]!);
}
